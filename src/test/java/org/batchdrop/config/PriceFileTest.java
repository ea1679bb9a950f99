package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceFileTest {

  private static final List<String> PROVIDERS = List.of("openai", "dashscope", "mine");
  private static final Usage MILLION_EACH = new Usage(1000, 1_000_000, 0, 1_000_000);

  private static Optional<Prices> read(String text, Problems problems) {
    return PriceFile.read("prices.yaml", text, PROVIDERS, problems);
  }

  private static Prices valid(String entries) {
    Problems problems = new Problems();
    Optional<Prices> prices = read("date: 2026-11-20\nprices:\n" + entries, problems);
    assertThat(problems.all()).isEmpty();
    return prices.orElseThrow();
  }

  private static List<String> problems(String text) {
    Problems problems = new Problems();
    assertThat(read(text, problems)).isEmpty();
    return problems.all().stream()
        .map(problem -> problem.toString().replace("prices.yaml", ""))
        .toList();
  }

  private static List<String> problemsOf(String entries) {
    return problems("date: 2026-11-20\nprices:\n" + entries);
  }

  private static String cost(Prices.Quote quote, Usage usage) {
    return quote.cost(usage).amount().orElseThrow().toString();
  }

  @Test
  void everyKeyIsMapped() {
    Prices prices =
        valid(
            """
              - provider: [openai, mine]
                model: gpt-4o-mini
                date: 2026-07-24
                currency: USD
                per: 1M
                input: 0.15
                output: 0.60
                cached-input: 0.075
                batch: {input: 0.07, output: 0.3, cached-input: 0.01}
            """);

    Prices.Quote realtime = prices.realtime("mine", "gpt-4o-mini");
    assertThat(realtime.reason()).isEmpty();
    Price price = realtime.price().orElseThrow();
    assertThat(price.date()).isEqualTo(LocalDate.of(2026, 7, 24));
    assertThat(price.location()).hasToString("prices.yaml:4");
    assertThat(cost(realtime, MILLION_EACH)).isEqualTo("0.75 USD");
    assertThat(cost(realtime, new Usage(1, 1_000_000, 1_000_000, 0))).isEqualTo("0.075 USD");
    Prices.Quote batch = prices.batch("openai", "gpt-4o-mini");
    assertThat(cost(batch, MILLION_EACH)).isEqualTo("0.37 USD");
    assertThat(cost(batch, new Usage(1, 1_000_000, 1_000_000, 0))).isEqualTo("0.01 USD");
  }

  @Test
  void anEntryWithoutDateTakesTheFiles() {
    Prices prices = valid("  - {provider: mine, model: m, currency: USD, input: 1, output: 2}\n");

    assertThat(prices.realtime("mine", "m").price().orElseThrow().date())
        .isEqualTo(LocalDate.of(2026, 11, 20));
  }

  @Test
  void aDiscountIsTakenOffExactlyAndCachedTokensCountLikeOthers() {
    Prices prices =
        valid(
            """
              - provider: mine
                model: m
                currency: CNY
                input: 0.000000001
                cached-input: 0
                output: 3
                batch: {discount: 33.3333%}
            """);

    Price.Rates rates = prices.batch("mine", "m").price().orElseThrow().tiers().get(0).rates();
    assertThat(rates.input()).isEqualByComparingTo("0.000000000666667");
    assertThat(rates.cachedInput()).isEqualByComparingTo(rates.input());
    assertThat(rates.output()).isEqualByComparingTo("2.000001");
  }

  @Test
  void aPriceOfAThousandIsOneOfAMillion() {
    Prices prices =
        valid(
            "  - {provider: mine, model: m, currency: CNY, per: 1K, input: 0.004, output: 0.012}\n");

    assertThat(cost(prices.realtime("mine", "m"), MILLION_EACH)).isEqualTo("16 CNY");
  }

  @ParameterizedTest
  @CsvSource({"128000, 0.4", "128001, 1.2", "256000, 1.2"})
  void theTierIsThatOfTheAveragePrompt(long length, String batchRate) {
    Usage usage = new Usage(1000, length * 1000, 0, 0);

    assertThat(tiered().batch("dashscope", "qwen-plus").cost(usage).amount().orElseThrow())
        .hasToString(
            new java.math.BigDecimal(batchRate)
                    .multiply(java.math.BigDecimal.valueOf(length))
                    .movePointLeft(3)
                    .stripTrailingZeros()
                    .toPlainString()
                + " CNY");
  }

  @Test
  void aPromptAboveTheLastTierHasNoPrice() {
    Cost cost = tiered().batch("dashscope", "qwen-plus").cost(new Usage(2, 512_001, 0, 0));

    assertThat(cost.amount()).isEmpty();
    assertThat(cost.reason())
        .isEqualTo(
            "prices.yaml:4: no tier for prompts of 256001 tokens; the last goes up to 256000");
  }

  private static Prices tiered() {
    return valid(
        """
          - provider: dashscope
            model: qwen-plus
            currency: CNY
            tiers:
              - {up-to: 128K, input: 0.8, output: 2}
              - {up-to: 256K, input: 2.4, output: 20}
            batch: {discount: 50%}
        """);
  }

  @Test
  void anExactNameBeatsAGlob() {
    Prices prices =
        valid(
            """
              - {provider: mine, model: "gpt-*", currency: USD, input: 1, output: 1}
              - {provider: mine, model: gpt-4o, currency: USD, input: 2, output: 2}
              - {provider: openai, model: "*", currency: USD, input: 3, output: 3}
            """);

    assertThat(cost(prices.realtime("mine", "gpt-4o"), MILLION_EACH)).isEqualTo("4 USD");
    assertThat(cost(prices.realtime("mine", "gpt-4o-mini"), MILLION_EACH)).isEqualTo("2 USD");
    assertThat(cost(prices.realtime("openai", "gpt-4o"), MILLION_EACH)).isEqualTo("6 USD");
  }

  @Test
  void anUnknownPriceSaysWhatIsMissing() {
    Prices prices =
        valid("  - {provider: mine, model: gpt-4o, currency: USD, input: 1, output: 2}\n");

    assertThat(prices.batch("mine", "gpt-4").price()).isEmpty();
    assertThat(prices.batch("mine", "gpt-4").reason())
        .isEqualTo("prices.yaml has no price of model 'gpt-4' at mine; did you mean 'gpt-4o'?");
    assertThat(prices.batch("openai", "gpt-4o").reason())
        .isEqualTo("prices.yaml has no price of model 'gpt-4o' at openai");
    assertThat(Prices.NONE.realtime("mine", "m").reason())
        .isEqualTo("no price of model 'm' at mine is known; write prices.yaml in the home");
  }

  @Test
  void withoutAWordOnBatchesTheirPriceIsUnknownNotGuessed() {
    Prices prices = valid("  - {provider: mine, model: m, currency: USD, input: 1, output: 2}\n");

    Cost cost = prices.batch("mine", "m").cost(MILLION_EACH);
    assertThat(cost.amount()).isEmpty();
    assertThat(cost.reason())
        .startsWith("prices.yaml:3: the price of model 'm' at mine says nothing of batches");
  }

  @Test
  void aPriceOfBatchesOnlySaysNothingOfSingleCalls() {
    Prices prices =
        valid(
            """
              - provider: mine
                model: m
                currency: CNY
                batch: {tiers: [{up-to: 32000, input: 1, output: 4}, {input: 2, output: 8}]}
            """);

    assertThat(cost(prices.batch("mine", "m"), MILLION_EACH)).isEqualTo("5 CNY");
    assertThat(cost(prices.batch("mine", "m"), new Usage(1, 1_000_000, 0, 0))).isEqualTo("2 CNY");
    assertThat(prices.realtime("mine", "m").reason())
        .startsWith("prices.yaml:4: the price of model 'm' at mine is of batches only");
  }

  @Test
  void zeroIsAPriceToo() {
    Prices prices = valid("  - {provider: mine, model: e, currency: USD, input: 0, output: 0}\n");

    assertThat(cost(prices.realtime("mine", "e"), MILLION_EACH)).isEqualTo("0 USD");
  }

  @Test
  void theFilesOwnMistakesAreReportedAtOnce() {
    assertThat(
            problems(
                """
                dat: 2026-11-20
                prices:
                  - provider: opnai
                    model: m
                    currency: RMB
                    input: 1
                  - model: ""
                    input: 1e-1
                    output: -2
                    currency: USD
                    date: yesterday
                  - text
                """))
        .containsExactlyInAnyOrder(
            ":1: missing key 'date'; expected the day when the prices were true",
            ":1: unknown key 'dat'; did you mean 'date'?",
            ":3: unknown provider 'opnai'; did you mean 'openai'?",
            ":3: missing key 'prices.output'; a price needs 'input' and 'output'",
            ":5: 'prices.currency: RMB'; expected an ISO code such as USD or CNY",
            ":7: missing key 'provider'; expected a profile's name, or several",
            ":7: 'prices.model' must have 1 to 200 characters",
            ":8: 'prices.input: 1e-1'; expected a number from 0 such as 0.15, at most 9 digits"
                + " before and 9 behind the point",
            ":9: 'prices.output: -2'; expected a number from 0 such as 0.15, at most 9 digits"
                + " before and 9 behind the point",
            ":11: 'prices.date: yesterday'; expected a day such as 2026-11-20",
            ":12: 'prices' must be a list of keys and values");
  }

  @Test
  void tiersMustAscendAndOnlyTheLastIsOpen() {
    assertThat(
            problemsOf(
                """
                  - provider: mine
                    model: m
                    currency: USD
                    input: 1
                    tiers:
                      - {up-to: 2K, input: 1, output: 1}
                      - {up-to: 2000, input: 1, output: 1}
                      - {input: 1, output: 1}
                      - {up-to: many, input: 1, output: 1, in: 2}
                """))
        .containsExactlyInAnyOrder(
            ":6: 'prices.input' has no use beside 'tiers'; write it there",
            ":9: 'prices.tiers.up-to: 2000' is not above the tier before it",
            ":10: missing key 'prices.tiers.up-to'; only the last tier may have no bound",
            ":11: 'prices.tiers.up-to: many'; expected tokens such as 128K",
            ":11: unknown key 'prices.tiers.in'; expected one of: up-to, input, output,"
                + " cached-input");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          input: 1, output: 1, batch: {discount: 50}  | 'prices.batch.discount: 50'; expected
          input: 1, output: 1, batch: {discount: 101%} | 'prices.batch.discount: 101%'; expected
          input: 1, output: 1, batch: {}               | 'prices.batch' must hold
          input: 1, output: 1, batch: {discount: 5%, input: 1} | holds a discount and prices
          batch: {discount: 50%}                       | 'prices.batch.discount' needs
          input: 1, output: 1, batch: 50%              | 'prices.batch' must hold keys of its own
          input: 1, output: 1, cached-input: 2         | 'prices.cached-input' is more than
          input: 1, output: 1, per: 2M                 | 'prices.per: 2M' is unknown
          tiers: []                                    | 'prices.tiers' must hold at least one
          tiers: 4                                     | 'prices.tiers' must be a list
          output: 1                                    | missing key 'prices.input'
          per: 1M                                      | no price; expected
          input: 1, output: 1, batch: {discount: 5%, x: 1} | unknown key 'prices.batch.x'
          """)
  void wrongNumbersAreRefused(String keys, String message) {
    assertThat(problemsOf("  - {provider: mine, model: m, currency: USD, " + keys + "}\n"))
        .anySatisfy(problem -> assertThat(problem).startsWith(":3: ").contains(message));
  }

  @Test
  void aModelHasOnePriceAtAProvider() {
    assertThat(
            problemsOf(
                """
                  - {provider: [mine, openai], model: m, currency: USD, input: 1, output: 1}
                  - {provider: mine, model: m, currency: USD, input: 2, output: 2}
                  - {provider: dashscope, model: m, currency: USD, input: 3, output: 3}
                """))
        .containsExactly(":4: duplicate price of 'm' at mine; it stands on line 3 already");
  }

  @Test
  void globsThatCanFitTheSameModelAreRefused() {
    assertThat(
            problemsOf(
                """
                  - {provider: mine, model: "gpt-4o*", currency: USD, input: 1, output: 1}
                  - {provider: mine, model: "*-mini", currency: USD, input: 2, output: 2}
                  - {provider: mine, model: "gpt-5*", currency: USD, input: 3, output: 3}
                """))
        .containsExactly(
            ":4: '*-mini' and 'gpt-4o*' on line 3 can fit the same model at mine; write one of"
                + " them so that they can't, or exact names",
            ":5: 'gpt-5*' and '*-mini' on line 4 can fit the same model at mine; write one of"
                + " them so that they can't, or exact names");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "date: 2026-11-20", "date: 2026-11-20\nprices: 3", "a: [", "7"})
  void aFileWithoutPricesIsRefused(String text) {
    assertThat(problems(text)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20, ''",
    "2027-02-18, ''",
    "2027-02-19, 91 days ago",
    "2026-11-19, in the future"
  })
  void anOldPriceIsWarnedOf(LocalDate today, String words) {
    Optional<String> warning =
        valid("  - {provider: mine, model: m, currency: USD, input: 1, output: 2}\n")
            .realtime("mine", "m")
            .price()
            .orElseThrow()
            .warning(today);

    assertThat(warning.orElse("")).contains(words);
    assertThat(warning.isEmpty()).isEqualTo(words.isEmpty());
  }
}
