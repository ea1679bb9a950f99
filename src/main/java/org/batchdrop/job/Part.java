package org.batchdrop.job;

import java.time.Instant;
import java.util.Optional;

/**
 * What the journal knows of one try at buying a part.
 *
 * @param id its name
 * @param state where it stands
 * @param size what is in its file
 * @param endpoint the request url of its rows
 * @param model the model of its rows; one batch holds one
 * @param provider the provider's name
 * @param account who buys: a fingerprint of base URL and key, set with the first upload; else empty
 * @param seen the provider's last word
 * @param pause when and why it goes on later
 * @param version counts the changes
 */
public record Part(
    PartId id,
    PartState state,
    Size size,
    String endpoint,
    String model,
    String provider,
    String account,
    Seen seen,
    Pause pause,
    long version) {

  /**
   * What is in a part's file.
   *
   * @param rows lines
   * @param firstRow the lowest row number
   * @param lastRow the highest row number
   * @param bytes the file's length
   */
  public record Size(int rows, long firstRow, long lastRow, long bytes) {}

  /**
   * What the provider last said; counts are a hint only.
   *
   * @param status its word in lower case; empty before the first look
   * @param completed rows answered so far
   * @param failed rows failed so far
   */
  public record Seen(String status, long completed, long failed) {
    /** Nothing was heard yet. */
    public static final Seen NOTHING = new Seen("", 0, 0);
  }

  /**
   * Why a part does not go on at once.
   *
   * @param tries of the current step so far
   * @param begun when the current step was first tried
   * @param since when the current state was entered
   * @param due when it goes on
   * @param reason for people; empty when it just waits for its turn
   */
  public record Pause(
      int tries, Instant begun, Instant since, Instant due, Optional<String> reason) {
    /** Nothing to wait for. */
    public static Pause none(Instant now) {
      return new Pause(0, now, now, now, Optional.empty());
    }
  }

  /** The same part in another state, due at once. */
  public Part to(PartState next, Instant now) {
    return copy(next, account, seen, Pause.none(now));
  }

  /** The same part in another state of the same step: its tries go on counting. */
  public Part within(PartState next, Instant now) {
    Pause same = new Pause(pause.tries(), pause.begun(), now, now, pause.reason());
    return copy(next, account, seen, same);
  }

  /** The same part, to be tried again later. */
  public Part later(Instant due, String reason) {
    return copy(
        state,
        account,
        seen,
        new Pause(pause.tries() + 1, pause.begun(), pause.since(), due, Optional.of(reason)));
  }

  /** The same part with the provider's last word. */
  public Part seen(Seen word) {
    return copy(state, account, word, pause);
  }

  /** The same part, bought by an account. */
  public Part boughtBy(String fingerprint) {
    return copy(state, fingerprint, seen, pause);
  }

  /** The same rows in the next generation, not yet bought. */
  public Part nextGeneration(Instant now) {
    PartId next = new PartId(id.job(), id.number(), id.generation() + 1);
    return new Part(
        next,
        new PartState.Built(),
        size,
        endpoint,
        model,
        provider,
        account,
        Seen.NOTHING,
        Pause.none(now),
        0);
  }

  private Part copy(PartState state, String account, Seen seen, Pause pause) {
    return new Part(id, state, size, endpoint, model, provider, account, seen, pause, version);
  }
}
