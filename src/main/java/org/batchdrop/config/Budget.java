package org.batchdrop.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.job.Money;

/**
 * How much may be spent; the validated content of {@code budget:} in a pipeline or a profile. All
 * amounts are of one currency. A profile's has no {@code perJob} and leaves {@code outputTokens} at
 * its default.
 *
 * @param perJob for one job; empty: no bound
 * @param perDay for all jobs of a calendar day; empty: no bound
 * @param perMonth for all jobs of a calendar month; empty: no bound
 * @param outputTokens expected of each answer whose request names no maximum, from 1
 */
public record Budget(
    Optional<Money> perJob, Optional<Money> perDay, Optional<Money> perMonth, int outputTokens) {

  /** Expected of an answer when nothing else is known. */
  public static final int DEFAULT_OUTPUT_TOKENS = 500;

  /** No bound. */
  public static final Budget NONE =
      new Budget(Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_OUTPUT_TOKENS);

  /** Tells whether there is a bound, so that a price must be known before money is spent. */
  public boolean isBounded() {
    return !amounts().isEmpty();
  }

  /**
   * What is spent or reserved already, in the budget's currency.
   *
   * @param job by the job in question
   * @param day by all jobs since the day began
   * @param month by all jobs since the month began
   */
  public record Committed(Money job, Money day, Money month) {}

  /**
   * Tells whether something more may be bought.
   *
   * @param rest what the rest of the job may cost, this purchase included
   * @param now what counts for the day and month: the whole rest before the first purchase of a
   *     job, so that none is begun that can't be finished; later this purchase alone
   * @return empty when it may; else what it exceeds, for people
   * @throws IllegalArgumentException when the currencies differ
   */
  public Optional<String> refusal(Money rest, Money now, Committed committed) {
    return exceeds(perJob, committed.job(), rest, "for a job")
        .or(() -> exceeds(perDay, committed.day(), now, "a day"))
        .or(() -> exceeds(perMonth, committed.month(), now, "a month"));
  }

  private static Optional<String> exceeds(
      Optional<Money> bound, Money committed, Money needed, String period) {
    return bound
        .filter(most -> committed.plus(needed).isMoreThan(most))
        .map(
            most ->
                "it may cost "
                    + needed.show()
                    + ", and "
                    + committed.show()
                    + " of "
                    + most.show()
                    + " "
                    + period
                    + " are spent or reserved");
  }

  /** The currency of the amounts; empty without any. */
  public Optional<String> currency() {
    return amounts().stream().findFirst().map(Money::currency);
  }

  private List<Money> amounts() {
    return Stream.of(perJob, perDay, perMonth).flatMap(Optional::stream).toList();
  }
}
