package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

  private static Money usd(long nanos) {
    return new Money(nanos, "USD");
  }

  @ParameterizedTest
  @CsvSource({
    "20 USD, 20000000000, USD",
    "0.5 CNY, 500000000, CNY",
    "0.000000001EUR, 1, EUR",
    "' 7.10 USD ', 7100000000, USD",
    "9223372036.854775807 USD, 9223372036854775807, USD",
    "0 USD, 0, USD"
  })
  void amountsAreReadExactly(String text, long nanos, String currency) {
    assertThat(Money.parse(text)).contains(new Money(nanos, currency));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "20",
        "USD",
        "USD 20",
        "20 usd",
        "20 UDS",
        "20 RMB",
        "-1 USD",
        "1,5 USD",
        ".5 USD",
        "1. USD",
        "1e3 USD",
        "0.0000000001 USD",
        "9223372036.854775808 USD",
        "99999999999 USD",
        "1  USD"
      })
  void whatIsNoAmountIsNone(String text) {
    assertThat(Money.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "12300000000, 12.30 USD",
    "1000000000000, 1000.00 USD",
    "1999999999, 2.00 USD",
    "0, 0.00 USD",
    "500000000, 0.50 USD",
    "123456789, 0.123 USD",
    "12300000, 0.0123 USD",
    "10000000, 0.01 USD",
    "75, 0.000000075 USD",
    "1, 0.000000001 USD",
    "999999999, 1.00 USD",
    "-1200000000, -1.20 USD",
    "-12300000, -0.0123 USD"
  })
  void peopleSeeTwoDecimalsAndMoreOnlyOfSmallAmounts(long nanos, String shown) {
    assertThat(usd(nanos).show()).isEqualTo(shown);
  }

  @Property
  void theExactTextIsReadBack(@ForAll @LongRange(min = 0) long nanos) {
    assertThat(Money.parse(usd(nanos).toString())).contains(usd(nanos));
  }

  @Property
  void whatIsAddedCanBeTakenAway(
      @ForAll @LongRange(min = -4_000_000_000L, max = 4_000_000_000_000_000L) long a,
      @ForAll @LongRange(min = -4_000_000_000L, max = 4_000_000_000_000_000L) long b) {
    assertThat(usd(a).plus(usd(b)).minus(usd(b))).isEqualTo(usd(a));
    assertThat(usd(a).plus(usd(b)).isMoreThan(usd(a))).isEqualTo(b > 0);
  }

  @Property
  void roundingNeverTakesMoreThanABillionthAndNeverGives(
      @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long unscaled) {
    BigDecimal units = BigDecimal.valueOf(unscaled, 12);
    BigDecimal rounded =
        BigDecimal.valueOf(Money.atLeast(units, "USD").nanos(), Money.DECIMALS).subtract(units);
    assertThat(rounded).isBetween(BigDecimal.ZERO, new BigDecimal("0.000000000999"));
  }

  @Test
  void currenciesAreNeverMixed() {
    Money dollars = usd(1);
    Money yuan = new Money(1, "CNY");

    assertThatThrownBy(() -> dollars.plus(yuan))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("amounts of USD and CNY can't be mixed");
    assertThatThrownBy(() -> dollars.minus(yuan)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dollars.compareTo(yuan)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dollars.isMoreThan(yuan)).isInstanceOf(IllegalArgumentException.class);
    assertThat(dollars.isSameCurrency(yuan)).isFalse();
  }

  @Test
  void amountsHaveASumWhenAllAreKnownAndOfOneCurrency() {
    Optional<Money> dollar = Optional.of(usd(1));

    assertThat(Money.sum(List.of(dollar, Optional.of(usd(2))))).contains(usd(3));
    assertThat(Money.sum(List.of())).isEmpty();
    assertThat(Money.sum(List.of(dollar, Optional.empty()))).isEmpty();
    assertThat(Money.sum(List.of(dollar, Optional.of(new Money(1, "CNY"))))).isEmpty();
  }

  @Test
  void anUnknownCurrencyIsRefused() {
    assertThatThrownBy(() -> new Money(1, "usd"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'usd'");
  }

  @Test
  void overflowIsAnErrorNotAWrongAmount() {
    Money most = usd(Long.MAX_VALUE);

    assertThatThrownBy(() -> most.plus(usd(1))).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> usd(Long.MIN_VALUE).minus(usd(1)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Money.atLeast(new BigDecimal("1e11"), "USD"))
        .isInstanceOf(ArithmeticException.class);
  }
}
