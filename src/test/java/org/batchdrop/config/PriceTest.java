package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.batchdrop.config.Price.Rates;
import org.batchdrop.config.Price.Tier;
import org.batchdrop.job.Money;
import org.batchdrop.job.Usage;
import org.junit.jupiter.api.Test;

/** What a usage costs, and which names a pattern fits. */
class PriceTest {

  private static final long MOST_TOKENS = 1_000_000_000_000L;

  private static Price price(String input, String cached, String output) {
    Rates rates = new Rates(new BigDecimal(input), new BigDecimal(cached), new BigDecimal(output));
    return new Price(
        "USD",
        LocalDate.EPOCH,
        new YamlValue.Location("prices.yaml", 1),
        List.of(new Tier(Long.MAX_VALUE, rates)));
  }

  private static Money cost(Price price, Usage usage) {
    return price.cost(usage).amount().orElseThrow();
  }

  @Test
  void aPartOfABillionthIsRoundedUpOnce() {
    Price price = price("0.0001", "0.0001", "0.0001");

    assertThat(cost(price, new Usage(1, 1, 0, 0)).nanos()).isEqualTo(1);
    assertThat(cost(price, new Usage(1, 9, 0, 1)).nanos()).isEqualTo(1);
    assertThat(cost(price, new Usage(1, 10, 0, 1)).nanos()).isEqualTo(2);
    assertThat(cost(price, Usage.NONE)).isEqualTo(Money.zero("USD"));
  }

  @Property
  void partsCostTogetherAtLeastWhatTheWholeDoes(
      @ForAll @LongRange(min = 0, max = MOST_TOKENS) long a,
      @ForAll @LongRange(min = 0, max = MOST_TOKENS) long b) {
    Price price = price("0.123456789", "0.1", "0.7");
    Usage first = new Usage(1, a, a / 3, b);
    Usage second = new Usage(1, b, b / 2, a);

    assertThat(cost(price, first).plus(cost(price, second)))
        .isGreaterThanOrEqualTo(cost(price, first.plus(second)));
  }

  @Property
  void moreTokensNeverCostLessAndACacheNeverCostsMore(
      @ForAll @LongRange(min = 0, max = MOST_TOKENS) long input,
      @ForAll @LongRange(min = 0, max = MOST_TOKENS) long cached,
      @ForAll @LongRange(min = 0, max = MOST_TOKENS) long output) {
    Price price = price("2.5", "0.25", "10");
    Money real = cost(price, new Usage(1, input, cached, output));

    assertThat(real).isLessThanOrEqualTo(cost(price, Usage.expected(1, input, output)));
    assertThat(real).isLessThanOrEqualTo(cost(price, new Usage(1, input, cached, output + 1)));
  }

  @Property
  void theCostIsTheExactSumRoundedUp(
      @ForAll @LongRange(min = 0, max = MOST_TOKENS) long input,
      @ForAll @LongRange(min = 0, max = MOST_TOKENS) long output) {
    BigDecimal exact =
        new BigDecimal("0.15")
            .multiply(BigDecimal.valueOf(input))
            .add(new BigDecimal("0.6").multiply(BigDecimal.valueOf(output)))
            .divide(BigDecimal.valueOf(1_000_000));

    assertThat(cost(price("0.15", "0.15", "0.6"), Usage.expected(1, input, output)))
        .isEqualTo(Money.atLeast(exact, "USD"));
  }

  @Test
  void anAmountThatIsTooLargeIsAnError() {
    Price price = price("999999999", "0", "0");

    assertThatThrownBy(() -> price.cost(Usage.expected(1, MOST_TOKENS, 0)))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aCostHasAnAmountOrAReason() {
    assertThatThrownBy(() -> new Cost(Optional.empty(), ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cost(Optional.of(Money.zero("USD")), "why"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void patternsThatFitOneNameOverlap(
      @ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(max = 5) String first,
      @ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(max = 5) String second,
      @ForAll @Chars({'a', 'b'}) @StringLength(max = 5) String name) {
    ModelPattern one = new ModelPattern(first);
    ModelPattern other = new ModelPattern(second);

    assertThat(one.overlaps(other)).isEqualTo(other.overlaps(one));
    assertThat(new ModelPattern(name).overlaps(one)).isEqualTo(one.matches(name));
    if (one.matches(name) && other.matches(name)) {
      assertThat(one.overlaps(other)).isTrue();
    }
  }

  @Test
  void patternsReadOtherCharactersAsTheyAre() {
    assertThat(new ModelPattern("gpt-4.1").matches("gpt-4x1")).isFalse();
    assertThat(new ModelPattern("a/[b]*").matches("a/[b](c)\\E")).isTrue();
    assertThat(new ModelPattern("gpt-4?").overlaps(new ModelPattern("gpt-4o*"))).isTrue();
    assertThat(new ModelPattern("a*b").overlaps(new ModelPattern("b*a"))).isFalse();
  }
}
