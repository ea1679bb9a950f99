package org.batchdrop.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change of folders that becomes durable as a whole, and not before those that it needs. */
final class SimChange {

  /**
   * What a name means from now on.
   *
   * @param node null: the name is gone
   */
  record Edit(SimFolder folder, String name, @Nullable SimNode node) {}

  final List<Edit> edits;
  private final List<SimChange> needs;
  boolean durable;

  SimChange(List<Edit> edits, List<SimChange> needs) {
    this.edits = edits;
    this.needs = needs;
  }

  /** Makes this change durable, after all that it needs. */
  void persist() {
    Deque<SimChange> open = new ArrayDeque<>();
    open.push(this);
    while (!open.isEmpty()) {
      SimChange next = open.peek();
      int before = open.size();
      if (!next.durable) {
        next.needs.stream().filter(need -> !need.durable).forEach(open::push);
      }
      if (open.size() == before) {
        open.pop().apply();
      }
    }
  }

  private void apply() {
    if (durable) {
      return;
    }
    durable = true;
    for (Edit edit : edits) {
      if (edit.node() == null) {
        edit.folder().durable.remove(edit.name());
      } else {
        edit.folder().durable.put(edit.name(), edit.node());
      }
    }
  }
}
