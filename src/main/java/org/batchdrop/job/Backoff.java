package org.batchdrop.job;

import java.time.Duration;

/**
 * Growing pauses between tries: the first pause, then doubled up to the longest.
 *
 * @param first above zero
 * @param longest at least {@code first}
 */
public record Backoff(Duration first, Duration longest) {

  /**
   * @throws IllegalArgumentException when the bounds are not as said
   */
  public Backoff {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "backoff from " + first + " to " + longest + ": expected 0 < first <= longest");
    }
  }

  /**
   * The pause after a failed try.
   *
   * @param tries how many have failed, from 1
   */
  public Duration after(int tries) {
    int doublings = Math.min(Math.max(tries, 1) - 1, 30);
    Duration pause = first.multipliedBy(1L << doublings);
    return pause.compareTo(longest) > 0 ? longest : pause;
  }
}
