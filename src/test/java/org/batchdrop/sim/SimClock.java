package org.batchdrop.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Virtual time. The wall clock may jump; the monotonic clock only goes forward, as {@code
 * System.nanoTime} does. Not thread-safe.
 */
public final class SimClock implements InstantSource {

  private final Instant start;
  private Duration skew = Duration.ZERO;
  private long nanos;

  /** Begins on a fixed day. */
  public SimClock() {
    this(Instant.parse("2026-03-01T00:00:00Z"));
  }

  /** Begins at {@code start}, the monotonic clock at 0. */
  public SimClock(Instant start) {
    this.start = start;
  }

  /** The wall clock: what the process under test believes. */
  @Override
  public Instant instant() {
    return trueTime().plus(skew);
  }

  /** The wall clock without its jumps: what everybody else believes. */
  public Instant trueTime() {
    return start.plusNanos(nanos);
  }

  /** The monotonic clock; fits wherever a {@code LongSupplier} of nanoseconds is taken. */
  public long nanoTime() {
    return nanos;
  }

  /**
   * Lets time pass, on both clocks.
   *
   * @throws IllegalArgumentException when {@code time} is negative
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time passes forwards; got " + time + ": use jump");
    }
    nanos = Math.addExact(nanos, time.toNanos());
  }

  /** Puts the wall clock forward, or back when {@code by} is negative; no time passes. */
  public void jump(Duration by) {
    skew = skew.plus(by);
  }

  /** How far the wall clock is ahead of the true time. */
  public Duration skew() {
    return skew;
  }
}
