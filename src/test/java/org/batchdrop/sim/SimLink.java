package org.batchdrop.sim;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A symbolic link. */
final class SimLink extends SimNode {

  final String target;

  SimLink(long number, Instant now, String target) {
    super(number, now);
    this.target = target;
  }

  @Override
  long size() {
    return target.getBytes(StandardCharsets.UTF_8).length;
  }
}
