package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.batchdrop.job.Money;
import org.junit.jupiter.api.Test;

/** {@code budget:} in pipelines and profiles. */
class BudgetTest {

  private static final String PIPELINE =
      """
      provider: sandbox
      input: {type: csv}
      request:
        body: {model: m}
      """;
  private static final String PROFILE =
      "base-url: https://api.example.com/v1\nkey: {none: true}\nbatch: {endpoints: [/v1/x]}\n";

  private final Problems problems = new Problems();

  private Optional<Budget> ofPipeline(String budget) {
    return PipelineFile.read("p", "p.yaml", PIPELINE + budget, problems).map(Pipeline::budget);
  }

  private Optional<Budget> ofProfile(String budget) {
    return ProviderFile.read(
            "mine",
            new ProviderFile.Source("p.yaml", PROFILE + budget),
            name -> Optional.empty(),
            problems)
        .map(ProviderProfile::budget);
  }

  private List<String> found() {
    return problems.all().stream().map(Problem::toString).toList();
  }

  private static Optional<Money> money(String text) {
    return Optional.of(Money.parse(text).orElseThrow());
  }

  @Test
  void withoutTheKeyNothingIsBounded() {
    assertThat(ofPipeline("")).contains(Budget.NONE);
    assertThat(ofProfile("")).contains(Budget.NONE);
    assertThat(Budget.NONE.isBounded()).isFalse();
    assertThat(Budget.NONE.currency()).isEmpty();
  }

  @Test
  void everyKeyOfAPipelineIsMapped() {
    assertThat(
            ofPipeline(
                """
                budget:
                  per-job: 5 USD
                  per-day: 20.5 USD
                  per-month: 200 USD
                  output-tokens: 80
                """))
        .contains(new Budget(money("5 USD"), money("20.5 USD"), money("200 USD"), 80));
  }

  @Test
  void aProfileBoundsDaysAndMonths() {
    Budget budget = ofProfile("budget: {per-day: 1 CNY, per-month: 9 CNY}\n").orElseThrow();

    assertThat(budget).isEqualTo(new Budget(Optional.empty(), money("1 CNY"), money("9 CNY"), 500));
    assertThat(budget.isBounded()).isTrue();
    assertThat(budget.currency()).contains("CNY");
  }

  @Test
  void anySubsetIsTaken() {
    assertThat(ofPipeline("budget: {per-month: 9 CNY}\n").orElseThrow().perMonth())
        .isEqualTo(money("9 CNY"));
    assertThat(ofPipeline("budget: {output-tokens: 7}\n").orElseThrow().isBounded()).isFalse();
  }

  @Test
  void aProfileHasNoBoundForAJob() {
    assertThat(ofProfile("budget: {per-job: 1 USD}\n")).isEmpty();
    assertThat(found()).singleElement().asString().startsWith("p.yaml:4: unknown key");
  }

  @Test
  void everythingWrongIsReportedAtOnce() {
    assertThat(
            ofPipeline(
                """
                budget:
                  per-job: 5
                  per-day: 20 DOLLARS
                  per-moth: 200 USD
                  output-tokens: 0
                """))
        .isEmpty();
    assertThat(found())
        .containsExactlyInAnyOrder(
            "p.yaml:6: 'budget.per-job: 5'; expected an amount such as 20 USD: up to 9 decimals,"
                + " and an ISO code such as USD or CNY",
            "p.yaml:7: 'budget.per-day: 20 DOLLARS'; expected an amount such as 20 USD: up to 9"
                + " decimals, and an ISO code such as USD or CNY",
            "p.yaml:8: unknown key 'budget.per-moth'; did you mean 'per-month'?",
            "p.yaml:9: 'budget.output-tokens: 0'; expected a whole number from 1");
  }

  @Test
  void twoCurrenciesInOneBudgetAreRefused() {
    assertThat(ofPipeline("budget: {per-job: 5 USD, per-month: 200 CNY}\n")).isEmpty();
    assertThat(found())
        .containsExactly(
            "p.yaml:5: 'budget.per-job: 5 USD' and 'budget.per-month: 200 CNY' are of two"
                + " currencies; expected one");
  }

  @Test
  void aBoundThatCanNeverBeReachedIsRefused() {
    assertThat(ofPipeline("budget: {per-job: 30 USD, per-day: 20 USD}\n")).isEmpty();
    assertThat(found())
        .containsExactly(
            "p.yaml:5: 'budget.per-job: 30 USD' is more than 'budget.per-day: 20 USD'; expected at"
                + " most that");
  }

  @Test
  void anInheritedBudgetIsReplacedWhole() {
    String parent = PROFILE + "budget: {per-day: 1 USD, per-month: 9 USD}\n";
    Budget budget =
        ProviderFile.read(
                "mine",
                new ProviderFile.Source("m.yaml", "extends: base\nbudget: {per-day: 2 USD}\n"),
                name -> Optional.of(new ProviderFile.Source("b.yaml", parent)),
                problems)
            .orElseThrow()
            .budget();

    assertThat(budget.perDay()).isEqualTo(money("2 USD"));
    assertThat(budget.perMonth()).isEmpty();
  }

  private static Budget budget(String job, String day, String month) {
    return new Budget(Money.parse(job), Money.parse(day), Money.parse(month), 500);
  }

  private static Budget.Committed committed(String job, String day, String month) {
    return new Budget.Committed(
        money(job).orElseThrow(), money(day).orElseThrow(), money(month).orElseThrow());
  }

  private static Money usd(String amount) {
    return money(amount + " USD").orElseThrow();
  }

  @Test
  void whatFitsEveryBoundExactlyMayBeBought() {
    Budget budget = budget("5 USD", "10 USD", "20 USD");

    assertThat(budget.refusal(usd("2"), usd("1"), committed("3 USD", "9 USD", "19 USD"))).isEmpty();
    assertThat(Budget.NONE.refusal(usd("9"), usd("9"), committed("9 USD", "9 USD", "9 USD")))
        .isEmpty();
  }

  @Test
  void theFirstBoundThatIsExceededIsNamedWithItsNumbers() {
    Budget budget = budget("5 USD", "10 USD", "20 USD");

    assertThat(budget.refusal(usd("2.000000001"), usd("1"), committed("3 USD", "9 USD", "9 USD")))
        .hasValueSatisfying(
            why -> assertThat(why).contains("for a job are spent or reserved", "3", "5"));
    assertThat(budget.refusal(usd("2"), usd("2"), committed("3 USD", "9 USD", "9 USD")))
        .hasValueSatisfying(why -> assertThat(why).contains("a day are spent"));
    assertThat(budget.refusal(usd("2"), usd("1"), committed("3 USD", "9 USD", "20 USD")))
        .hasValueSatisfying(why -> assertThat(why).contains("a month are spent"));
  }

  @Test
  void amountsOfTwoCurrenciesAreNeverCompared() {
    Budget budget = budget("5 USD", "", "");

    assertThatThrownBy(
            () ->
                budget.refusal(
                    money("1 CNY").orElseThrow(),
                    money("1 CNY").orElseThrow(),
                    committed("1 CNY", "1 CNY", "1 CNY")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
