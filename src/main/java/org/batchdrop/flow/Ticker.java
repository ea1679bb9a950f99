package org.batchdrop.flow;

/** Time that never jumps, and waiting for it to pass; a simulation has its own. */
@FunctionalInterface
interface Ticker {

  /** Nanoseconds since some moment. */
  long nanoTime();

  /**
   * Waits until somebody notifies a monitor, or the time is over; it may end earlier.
   *
   * @param monitor held by the caller, who looks again afterwards
   * @param nanos at least 0
   */
  @SuppressWarnings("WaitNotInLoop") // The caller looks again.
  default void await(Object monitor, long nanos) throws InterruptedException {
    monitor.wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
  }
}
