package org.batchdrop.flow;

import java.io.IOException;
import java.time.Duration;
import org.batchdrop.config.ProviderProfile.RealtimeApi;

/**
 * Lets an account's rows begin no faster, and no more of them at once, than its provider takes;
 * shared by all its jobs. Kept in memory: a restart begins anew. Thread-safe.
 */
final class Pace {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long LOOK = Duration.ofMillis(200).toNanos();

  private final RealtimeApi api;
  private final Ticker ticker;
  private int underWay;
  private long since;
  private int begun;
  private long tokens;
  private long heldUntil;

  Pace(RealtimeApi api, Ticker ticker) {
    this.api = api;
    this.ticker = ticker;
    this.since = ticker.nanoTime();
    this.heldUntil = since;
  }

  /** Asked while a row waits for its turn. */
  interface Patience {
    /**
     * Tells whether nobody wants the row any more.
     *
     * @throws IOException when the disk can't say
     */
    boolean isOver() throws IOException;
  }

  /**
   * Waits until one more row may begin.
   *
   * @param weight its estimated tokens
   * @param patience asked a few times a second
   * @return false when it was given up; then it holds no place
   */
  synchronized boolean begin(long weight, Patience patience)
      throws InterruptedException, IOException {
    while (!patience.isOver()) {
      long wait = untilFree(weight);
      if (wait <= 0) {
        underWay++;
        begun++;
        tokens += weight;
        return true;
      }
      ticker.await(this, Math.min(wait, LOOK));
    }
    return false;
  }

  /** How long until a row may begin, as far as that is known. */
  private long untilFree(long weight) {
    long now = ticker.nanoTime();
    if (now - heldUntil < 0) {
      return heldUntil - now;
    }
    if (underWay >= api.concurrency()) {
      return LOOK;
    }
    if (now - since >= MINUTE) {
      since = now;
      begun = 0;
      tokens = 0;
    }
    boolean isOften = api.requestsPerMinute().map(most -> begun >= most).orElse(false);
    boolean isMuch =
        api.tokensPerMinute().map(most -> begun > 0 && tokens + weight > most).orElse(false);
    return isOften || isMuch ? since + MINUTE - now : 0;
  }

  /** Ends a row that had begun. */
  synchronized void end() {
    underWay--;
    notifyAll();
  }

  /** Lets no row begin for a while: the provider asked for that. */
  synchronized void hold(Duration pause) {
    long until = ticker.nanoTime() + pause.toNanos();
    if (until - heldUntil > 0) {
      heldUntil = until;
    }
  }
}
