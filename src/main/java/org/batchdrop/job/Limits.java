package org.batchdrop.job;

import java.util.Optional;

/**
 * What an account may have under way at once; absent bounds are not known.
 *
 * @param enqueuedTokens input tokens of one model, over all batches that have not ended
 * @param running batches that have not ended
 * @param createsPerHour batches created within an hour
 */
public record Limits(
    Optional<Long> enqueuedTokens, Optional<Integer> running, Optional<Integer> createsPerHour) {

  /** Nothing is known. */
  public static final Limits NONE =
      new Limits(Optional.empty(), Optional.empty(), Optional.empty());

  /** The same limits with a token limit that the provider itself has told. */
  public Limits withTold(Optional<Long> tokens) {
    Optional<Long> smaller =
        enqueuedTokens.isPresent() && tokens.isPresent()
            ? Optional.of(Math.min(enqueuedTokens.get(), tokens.get()))
            : enqueuedTokens.or(() -> tokens);
    return new Limits(smaller, running, createsPerHour);
  }

  /**
   * Tells whether there is room for one more batch. A batch that alone is above the token limit is
   * let in when nothing else is queued: estimates err on the high side, and the provider decides.
   *
   * @param tokens the batch's estimated input tokens
   * @return empty when there is room; else what it waits for, for people
   */
  public Optional<String> refusal(long tokens, Standing standing) {
    if (running.isPresent() && standing.running() >= running.get()) {
      return Optional.of(
          "%d batches are running; the account may have %d"
              .formatted(standing.running(), running.get()));
    }
    if (createsPerHour.isPresent() && standing.createsLastHour() >= createsPerHour.get()) {
      return Optional.of(
          "%d batches were created within the hour; the account may create %d"
              .formatted(standing.createsLastHour(), createsPerHour.get()));
    }
    boolean tooMuch =
        enqueuedTokens.isPresent()
            && standing.queuedTokens() > 0
            && standing.queuedTokens() > enqueuedTokens.get() - tokens;
    return tooMuch
        ? Optional.of(
            "%,d tokens are enqueued and it needs about %,d; the limit is %,d"
                .formatted(standing.queuedTokens(), tokens, enqueuedTokens.get()))
        : Optional.empty();
  }
}
