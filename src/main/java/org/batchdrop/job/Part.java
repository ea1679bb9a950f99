package org.batchdrop.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the journal knows of one try at buying a part.
 *
 * @param id its name
 * @param state where it stands
 * @param size what is in its file
 * @param lane the way its rows go
 * @param endpoint the request url of its rows
 * @param model the model of its rows; one batch holds one
 * @param provider the provider's name
 * @param account who buys: a fingerprint of base URL and key, set with the first upload; else empty
 * @param seen the provider's last word
 * @param pause when and why it goes on later
 * @param purchase what it may cost and what it did
 * @param version counts the changes
 */
public record Part(
    PartId id,
    PartState state,
    Size size,
    Lane lane,
    String endpoint,
    String model,
    String provider,
    String account,
    Seen seen,
    Pause pause,
    Purchase purchase,
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
   * @param due when it goes on, or when it is looked at again
   * @param reason for people; empty when it just waits for its turn
   * @param parked whether a person must resolve the reason
   */
  public record Pause(
      int tries,
      Instant begun,
      Instant since,
      Instant due,
      Optional<String> reason,
      boolean parked) {

    /** When a part is due that goes on only when a person says so. */
    public static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    /** Nothing to wait for. */
    public static Pause none(Instant now) {
      return new Pause(0, now, now, now, Optional.empty(), false);
    }
  }

  /**
   * What a try costs.
   *
   * @param attempt the how manieth counted try of its rows this is, from 1; a try that the provider
   *     had no room for, or that provably came to nothing, is not counted
   * @param refusals how often in a row the provider had no room
   * @param tokens estimated input tokens
   * @param estimate what it may cost at most; empty when the price is unknown
   * @param spent what it did cost, once its answers are here; empty when the price is unknown
   * @param intended when it was let in, later when its create was last intended
   */
  public record Purchase(
      int attempt,
      int refusals,
      long tokens,
      Optional<Money> estimate,
      Optional<Money> spent,
      Optional<Instant> intended) {

    /** A first try of which nothing is known. */
    public static final Purchase FIRST =
        new Purchase(1, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());

    /** The same with what it did cost. */
    public Purchase settled(Optional<Money> cost) {
      return new Purchase(attempt, refusals, tokens, estimate, cost, intended);
    }

    /** The same, with another estimate. */
    public Purchase estimated(long tokens, Optional<Money> cost) {
      return new Purchase(attempt, refusals, tokens, cost, spent, intended);
    }

    /** The same, refused once more for want of room. */
    public Purchase refused() {
      return new Purchase(attempt, refusals + 1, tokens, estimate, spent, intended);
    }

    private Purchase intended(Instant at) {
      return new Purchase(attempt, refusals, tokens, estimate, spent, Optional.of(at));
    }
  }

  /**
   * Tells whether its rows keep answers of earlier jobs; then its estimate is what they would cost.
   */
  public boolean isReused() {
    return state instanceof PartState.Collected collected
        && collected.end().status().equals(PartState.REUSED);
  }

  /** Tells whether the current step was first tried at least that long ago. */
  public boolean hasWaited(Duration time, Instant now) {
    return !now.isBefore(pause.begun().plus(time));
  }

  /** The same part in another state, due at once. */
  public Part to(PartState next, Instant now) {
    return copy(next, account, seen, Pause.none(now), purchase);
  }

  /** The same part in another state of the same step: its tries go on counting. */
  public Part within(PartState next, Instant now) {
    Pause same = new Pause(pause.tries(), pause.begun(), now, now, pause.reason(), false);
    return copy(next, account, seen, same, purchase);
  }

  /** The same part, with the durable intent to create its batch. */
  public Part intended(PartState.Creating creating, Instant now) {
    Part within = within(creating, now);
    return within.with(purchase.intended(now));
  }

  /**
   * The same part, let in: it is about to be bought by an account, on the way of its lane.
   *
   * @throws IllegalStateException when it was let in before
   */
  public Part entered(String fingerprint, Instant now) {
    if (!(state instanceof PartState.Built built)) {
      throw new IllegalStateException(id + " is " + state.label() + "; expected built");
    }
    PartState first = lane == Lane.BATCH ? built.uploading() : built.asking();
    return copy(first, fingerprint, seen, Pause.none(now), purchase.intended(now));
  }

  /** The same part, to be tried again later. */
  public Part later(Instant due, String reason) {
    return paused(pause.tries() + 1, due, reason, false);
  }

  /** The same part, waiting for something that is no failure of its own: no try is counted. */
  public Part waiting(Instant due, String reason) {
    return paused(pause.tries(), due, reason, false);
  }

  /**
   * The same part, stopped until a person resolves the reason.
   *
   * @param look when to see whether the reason is gone; {@link Pause#NEVER}: only a person can say
   */
  public Part parked(Instant look, String reason) {
    return paused(pause.tries(), look, reason, true);
  }

  /** The same part, due at once. */
  public Part due(Instant now) {
    Pause none =
        new Pause(pause.tries(), pause.begun(), pause.since(), now, Optional.empty(), false);
    return copy(state, account, seen, none, purchase);
  }

  /** The same part with the provider's last word. */
  public Part seen(Seen word) {
    return copy(state, account, word, pause, purchase);
  }

  /** The same part, bought by an account. */
  public Part boughtBy(String fingerprint) {
    return copy(state, fingerprint, seen, pause, purchase);
  }

  /** The same part, going another way. */
  public Part going(Lane way) {
    return new Part(
        id, state, size, way, endpoint, model, provider, account, seen, pause, purchase, version);
  }

  /** The same part with other costs. */
  public Part with(Purchase changed) {
    return copy(state, account, seen, pause, changed);
  }

  /** The same rows in the next generation, not yet bought; this try came to nothing. */
  public Part nextGeneration(Instant now) {
    return nextGeneration(size, lane, purchase, now);
  }

  /**
   * The next generation, not yet bought.
   *
   * @param rows what is in its file
   * @param lane the way they go this time
   * @param costs what it may cost
   */
  public Part nextGeneration(Size rows, Lane lane, Purchase costs, Instant now) {
    return new Part(
        id.next(),
        new PartState.Built(),
        rows,
        lane,
        endpoint,
        model,
        provider,
        account,
        Seen.NOTHING,
        Pause.none(now),
        costs,
        0);
  }

  private Part paused(int tries, Instant due, String reason, boolean parked) {
    Pause paused = new Pause(tries, pause.begun(), pause.since(), due, Optional.of(reason), parked);
    return copy(state, account, seen, paused, purchase);
  }

  private Part copy(PartState state, String account, Seen seen, Pause pause, Purchase purchase) {
    return new Part(
        id, state, size, lane, endpoint, model, provider, account, seen, pause, purchase, version);
  }
}
