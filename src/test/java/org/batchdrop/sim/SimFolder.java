package org.batchdrop.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A folder: its entries as they are, as they were durable last, and the changes in between. */
final class SimFolder extends SimNode {

  final Map<String, SimNode> entries = new LinkedHashMap<>();
  final Map<String, SimNode> durable = new LinkedHashMap<>();
  final List<SimChange> pending = new ArrayList<>();
  final Map<String, SimChange> lastOfName = new HashMap<>();
  @Nullable SimFolder parent;

  SimFolder(long number, Instant now) {
    super(number, now);
  }

  @Override
  long size() {
    return 4096;
  }

  /** Tells whether this folder is {@code other} or lies above it. */
  boolean isAbove(SimFolder other) {
    for (SimFolder at = other; at != null; at = at.parent) {
      if (at == this) {
        return true;
      }
    }
    return false;
  }

  /** Nothing is pending any more. */
  void settle() {
    pending.clear();
    lastOfName.clear();
  }
}
