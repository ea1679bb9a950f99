package org.batchdrop.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The system's clock, which a test puts forward or back. */
final class ShiftedClock implements InstantSource {

  private volatile Duration shift = Duration.ZERO;

  /** From now on it is so much later than the system says. */
  void shift(Duration by) {
    shift = by;
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(shift);
  }
}
