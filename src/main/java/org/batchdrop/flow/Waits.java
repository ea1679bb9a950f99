package org.batchdrop.flow;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.batchdrop.job.Backoff;

/**
 * What failed for now, and when each is tried again; the pauses grow. Kept in memory only: after a
 * restart everything is tried at once, so nothing that costs money may wait here.
 *
 * @param <K> what is tried
 */
final class Waits<K> {

  private final Backoff pauses;
  private final InstantSource clock;
  private final Map<K, Wait> waits = new ConcurrentHashMap<>();

  /** How often something failed, and when it is tried again. */
  private record Wait(int failures, Instant next) {}

  Waits(Backoff pauses, InstantSource clock) {
    this.pauses = pauses;
    this.clock = clock;
  }

  /** Tells whether something may be tried now. */
  boolean isDue(K what) {
    Wait wait = waits.get(what);
    return wait == null || !clock.instant().isBefore(wait.next());
  }

  /** Lets something that failed wait for its next pause. */
  void failed(K what) {
    Wait earlier = waits.get(what);
    int failures = earlier == null ? 1 : earlier.failures() + 1;
    waits.put(what, new Wait(failures, clock.instant().plus(pauses.after(failures))));
  }

  /** Forgets what need not be tried any more. */
  void forget(K what) {
    waits.remove(what);
  }
}
