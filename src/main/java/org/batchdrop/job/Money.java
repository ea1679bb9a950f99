package org.batchdrop.job;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exact amount of one currency; may be below zero. Amounts of two currencies are never mixed: no
 * rate between them is known here.
 *
 * @param nanos billionths (1e-9) of the currency's unit; the greatest amount is about 9.2e9 units
 * @param currency an ISO 4217 code, as {@code USD}
 */
public record Money(long nanos, String currency) implements Comparable<Money> {

  /** Decimals that an amount can have. */
  public static final int DECIMALS = 9;

  private static final Pattern SHAPE =
      Pattern.compile("([0-9]{1,10}(?:\\.[0-9]{1,9})?) ?([A-Z]{3})");
  private static final int SIGNIFICANT = 3;

  /**
   * @throws IllegalArgumentException when {@code currency} is no ISO 4217 code
   */
  public Money {
    if (!isCurrency(currency)) {
      throw new IllegalArgumentException(
          "currency '" + currency + "': expected an ISO code such as USD or CNY");
    }
  }

  /** Nothing, in a currency. */
  public static Money zero(String currency) {
    return new Money(0, currency);
  }

  /** Tells whether a text is an ISO 4217 code, in capitals. */
  public static boolean isCurrency(String text) {
    try {
      return Currency.getInstance(text).getCurrencyCode().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Reads an amount from zero: {@code 20 USD}, {@code 0.5 CNY}; also what {@link #toString} writes
   * of one.
   *
   * @return empty when the text is no amount, has more than nine decimals, names no currency or is
   *     more than fits
   */
  public static Optional<Money> parse(String text) {
    Matcher matcher = SHAPE.matcher(text.trim());
    if (!matcher.matches() || !isCurrency(matcher.group(2))) {
      return Optional.empty();
    }
    BigDecimal nanos = new BigDecimal(matcher.group(1)).movePointRight(DECIMALS);
    return nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? Optional.empty()
        : Optional.of(new Money(nanos.longValueExact(), matcher.group(2)));
  }

  /**
   * The least amount that is not below {@code units}: what is smaller than a billionth counts as
   * one.
   *
   * @param units in the currency's unit
   * @throws ArithmeticException when it is more than fits
   */
  public static Money atLeast(BigDecimal units, String currency) {
    BigDecimal nanos = units.movePointRight(DECIMALS).setScale(0, RoundingMode.CEILING);
    return new Money(nanos.longValueExact(), currency);
  }

  /**
   * The sum.
   *
   * @throws IllegalArgumentException when the currencies differ
   * @throws ArithmeticException when it is more than fits
   */
  public Money plus(Money other) {
    requireSame(other);
    return new Money(Math.addExact(nanos, other.nanos), currency);
  }

  /**
   * What several amounts come to.
   *
   * @param amounts each empty when it is not known
   * @return empty when there are none, one is not known, or their currencies differ
   * @throws ArithmeticException when it is more than fits
   */
  public static Optional<Money> sum(List<Optional<Money>> amounts) {
    List<Money> known = amounts.stream().flatMap(Optional::stream).toList();
    boolean isWhole =
        known.size() == amounts.size()
            && known.stream().map(Money::currency).distinct().count() == 1;
    return isWhole ? known.stream().reduce(Money::plus) : Optional.empty();
  }

  /**
   * The difference; below zero when {@code other} is more.
   *
   * @throws IllegalArgumentException when the currencies differ
   * @throws ArithmeticException when it is less than fits
   */
  public Money minus(Money other) {
    requireSame(other);
    return new Money(Math.subtractExact(nanos, other.nanos), currency);
  }

  /**
   * Tells whether this is more.
   *
   * @throws IllegalArgumentException when the currencies differ
   */
  public boolean isMoreThan(Money other) {
    return compareTo(other) > 0;
  }

  /** Tells whether both can be added and compared. */
  public boolean isSameCurrency(Money other) {
    return currency.equals(other.currency);
  }

  /**
   * Compares within one currency.
   *
   * @throws IllegalArgumentException when the currencies differ
   */
  @Override
  public int compareTo(Money other) {
    requireSame(other);
    return Long.compare(nanos, other.nanos);
  }

  /**
   * Writes the amount for people: two decimals from one unit on ({@code 12.30 USD}), below it as
   * many as three significant digits need ({@code 0.0125 USD}, {@code 0.000000075 USD}); rounded
   * half up.
   */
  public String show() {
    BigDecimal units = BigDecimal.valueOf(nanos, DECIMALS);
    int zeros = DECIMALS - units.precision();
    boolean isSmall = nanos != 0 && zeros >= 0;
    int scale = isSmall ? Math.min(DECIMALS, zeros + SIGNIFICANT) : 2;
    return withTwoDecimals(units.setScale(scale, RoundingMode.HALF_UP)) + " " + currency;
  }

  /** The exact amount, as short as it can be: {@code 12.3 USD}. */
  @Override
  public String toString() {
    BigDecimal units = BigDecimal.valueOf(nanos, DECIMALS).stripTrailingZeros();
    return units.toPlainString() + " " + currency;
  }

  private static String withTwoDecimals(BigDecimal units) {
    BigDecimal stripped = units.stripTrailingZeros();
    return (stripped.scale() < 2 ? stripped.setScale(2) : stripped).toPlainString();
  }

  private void requireSame(Money other) {
    if (!isSameCurrency(other)) {
      throw new IllegalArgumentException(
          "amounts of " + currency + " and " + other.currency + " can't be mixed");
    }
  }
}
