package org.batchdrop.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Shares out how many calls a minute each account may make. Kept in memory: a restart begins with
 * an empty minute. Thread-safe.
 */
final class Rates {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final Map<String, Window> windows = new HashMap<>();

  /** What was taken since when. */
  private record Window(Instant since, int taken) {}

  Rates(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Takes calls of a kind.
   *
   * @param account whose
   * @param kind of call
   * @param perMinute how many there may be
   * @param wanted how many are wished for
   * @return how many may be made now, from 0 to {@code wanted}
   */
  synchronized int take(String account, String kind, int perMinute, int wanted) {
    String key = kind + " " + account;
    Instant now = clock.instant();
    Window window = windows.getOrDefault(key, new Window(now, 0));
    Duration age = Duration.between(window.since(), now);
    if (age.compareTo(MINUTE) >= 0 || age.isNegative()) {
      window = new Window(now, 0);
    }
    int granted = Math.max(0, Math.min(wanted, perMinute - window.taken()));
    windows.put(key, new Window(window.since(), window.taken() + granted));
    return granted;
  }

  /** When more calls of a kind may be made. */
  synchronized Duration pause(String account, String kind) {
    Window window = windows.get(kind + " " + account);
    if (window == null) {
      return Duration.ZERO;
    }
    Duration left = MINUTE.minus(Duration.between(window.since(), clock.instant()));
    return left.isNegative() ? Duration.ZERO : left;
  }
}
