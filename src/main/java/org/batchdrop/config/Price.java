package org.batchdrop.config;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.YamlValue.Location;
import org.batchdrop.job.Money;
import org.batchdrop.job.Usage;

/**
 * What the tokens of a model cost in one lane.
 *
 * @param currency an ISO code
 * @param date when the price was true
 * @param location where it stands, for people
 * @param tiers by the length of a prompt, ascending, at least one
 */
public record Price(String currency, LocalDate date, Location location, List<Tier> tiers) {

  /** A price older than this may have changed since. */
  public static final int DAYS_UNTIL_OLD = 90;

  private static final int PER = 6;

  public Price {
    tiers = List.copyOf(tiers);
    if (tiers.isEmpty()) {
      throw new IllegalArgumentException("a price without tiers");
    }
  }

  /**
   * The rates for prompts up to a length.
   *
   * @param upTo tokens of a prompt, included; {@link Long#MAX_VALUE}: any length
   */
  public record Tier(long upTo, Rates rates) {}

  /**
   * What a million tokens cost, in units of the currency, from 0.
   *
   * @param input of requests
   * @param cachedInput of requests, for those that the provider's cache held; at most {@code input}
   * @param output of answers
   */
  public record Rates(BigDecimal input, BigDecimal cachedInput, BigDecimal output) {}

  /**
   * What a usage costs: the tier is chosen by the average length of a prompt, the sum is exact and
   * then rounded up to a billionth, once. An estimate without cached tokens is therefore never
   * below what the same tokens cost with some of them cached, unless rows of one usage fall into
   * different tiers.
   *
   * @return without an amount when no tier is that long
   * @throws ArithmeticException when the amount is more than {@link Money} holds
   */
  public Cost cost(Usage usage) {
    Optional<Tier> fitting =
        tiers.stream().filter(tier -> usage.inputPerRow() <= tier.upTo()).findFirst();
    if (fitting.isEmpty()) {
      return new Cost(
          Optional.empty(),
          location
              + ": no tier for prompts of "
              + usage.inputPerRow()
              + " tokens; the last goes up to "
              + tiers.get(tiers.size() - 1).upTo());
    }
    Rates rates = fitting.get().rates();
    BigDecimal sum =
        times(rates.input(), usage.input() - usage.cached())
            .add(times(rates.cachedInput(), usage.cached()))
            .add(times(rates.output(), usage.output()))
            .movePointLeft(PER);
    return new Cost(Optional.of(Money.atLeast(sum, currency)), "");
  }

  /** Tells whether input that the provider's cache held costs less than other input. */
  public boolean isCheaperCached() {
    return tiers.stream()
        .map(Tier::rates)
        .anyMatch(rates -> rates.cachedInput().compareTo(rates.input()) < 0);
  }

  /**
   * A sentence for people when the price may have changed since; empty when it is recent.
   *
   * @param today in the zone of the person
   */
  public Optional<String> warning(LocalDate today) {
    long days = ChronoUnit.DAYS.between(date, today);
    if (days < 0) {
      return Optional.of(location + ": the price is dated " + date + ", in the future");
    }
    return days <= DAYS_UNTIL_OLD
        ? Optional.empty()
        : Optional.of(
            location
                + ": the price is of "
                + date
                + ", "
                + days
                + " days ago; look at the provider's page and set a new date");
  }

  private static BigDecimal times(BigDecimal rate, long tokens) {
    return rate.multiply(BigDecimal.valueOf(tokens));
  }
}
