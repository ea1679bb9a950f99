package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.Prices;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.provider.Reply;
import org.batchdrop.provider.Reply.Cause;
import org.batchdrop.result.Tokens;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits and budgets over a real journal; a part of three rows may cost three dollars. */
class RoomTest {

  private static final JobId OTHER = new JobId("20261101-120001-tickets-00000b");
  private static final BatchEnd END =
      new BatchEnd("completed", Optional.empty(), Optional.empty(), "c", "m");
  private static final String TOKENS = "budget: {output-tokens: 1000";

  @TempDir private Path root;
  private Bench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Optional<Part> take(PartId id) throws IOException {
    return bench.room.take(bench.part(id), bench.account());
  }

  private Optional<Part> take(int number) throws IOException {
    return take(Bench.id(number));
  }

  /** A job whose parts were estimated when it was prepared. */
  private void budget(String bounds, int parts) throws IOException {
    bench.write("prices.yaml", Bench.PRICES);
    Job job = bench.job(Bench.JOB, parts, TOKENS + bounds + "}\n");
    for (Part part : bench.journal.parts(Bench.JOB)) {
      Part.Purchase estimate = bench.costs.estimate(part, new JobPipelines(bench.home).of(job));
      bench.journal.change(part, part.with(estimate), Optional.empty(), "");
    }
  }

  private String reason(int number) {
    return bench.part(number).pause().reason().orElse("");
  }

  private static Optional<Money> usd(String amount) {
    return Money.parse(amount + " USD");
  }

  private void settle(int number, Tokens used, long answered) throws IOException {
    Part part = bench.put(number, new PartState.Ended("f", "b" + number, END));
    Part settled =
        part.to(new PartState.Collected("f", "b" + number, END), bench.clock.instant())
            .with(part.purchase().settled(bench.costs.spent(part, answered, used)));
    bench.journal.change(part, settled, Optional.empty(), "");
  }

  @Test
  void withoutBoundsEveryPartEnters() throws IOException {
    bench.job(2);

    Part granted = take(1).orElseThrow();
    assertThat(granted.state()).isEqualTo(new PartState.Uploading());
    assertThat(granted.account()).isEqualTo(bench.account().fingerprint());
    assertThat(granted.purchase().intended()).contains(bench.clock.instant());
    assertThat(granted.purchase().tokens()).isPositive();
    assertThat(granted.purchase().estimate()).as("no price is known").isEmpty();
    assertThat(take(2)).isPresent();
  }

  @Test
  void aPartThatSomebodyElseTookIsNotTakenTwice() throws IOException {
    bench.job(1);
    Part seen = bench.part(1);
    take(1);

    assertThat(bench.room.take(seen, bench.account())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  limits: {running-batches: 1}",
        "  limits: {creates-per-hour: 1}",
        "  limits: {enqueued-tokens: 1}"
      })
  void beyondALimitAPartWaitsAndDoesNotPark(String limits) throws IOException {
    bench.profile(limits);
    bench.job(2);

    assertThat(take(1)).as("a single batch always may").isPresent();
    assertThat(take(2)).isEmpty();
    assertThat(reason(2)).startsWith("no room: ");
    assertThat(bench.part(2).pause().parked()).isFalse();
    assertThat(bench.part(2).pause().tries()).isZero();
    bench.put(1, new PartState.Collected("f", "b", END));
    bench.clock.pass(Duration.ofHours(2));
    assertThat(take(2)).isPresent();
  }

  @Test
  void theJobsBudgetParksWhatItsRowsCouldExceed() throws IOException {
    budget(", per-job: 5 USD", 2);

    assertThat(take(1)).as("six dollars for both").isEmpty();
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(reason(1))
        .contains("over the budget of pipeline tickets", "for a job", "batchdrop approve JOB");
  }

  @Test
  void whatFitsIsReservedAndNothingBeyondIsBought() throws IOException {
    budget(", per-day: 7 USD", 2);
    bench.job(OTHER, 1, TOKENS + ", per-day: 7 USD}\n");

    assertThat(take(1).orElseThrow().purchase().estimate()).isEqualTo(usd("3"));
    assertThat(take(new PartId(OTHER, 1, 1))).as("3 + 3 + 3 > 7 once part 2 is in").isPresent();
    assertThat(take(2)).as("3 + 3 + 3 > 7").isEmpty();
    assertThat(reason(2)).contains("a day");
  }

  @Test
  void theMonthIsBoundedToo() throws IOException {
    budget(", per-month: 2 USD", 1);

    assertThat(take(1)).isEmpty();
    assertThat(reason(1)).contains("a month");
  }

  @Test
  void aNewDayHasItsOwnMoney() throws IOException {
    budget(", per-day: 4 USD", 1);
    bench.job(OTHER, 1, TOKENS + ", per-day: 4 USD}\n");
    take(1);
    settle(1, new Tokens(0, 3000, 3000, 0), 3);

    assertThat(take(new PartId(OTHER, 1, 1))).isEmpty();
    bench.clock.pass(Duration.ofHours(25));
    assertThat(take(new PartId(OTHER, 1, 1))).isPresent();
  }

  @Test
  void whatWasSpentTakesThePlaceOfItsEstimate() throws IOException {
    budget(", per-month: 6 USD", 2);
    bench.job(OTHER, 1, TOKENS + ", per-month: 6 USD}\n");
    assertThat(take(1)).isPresent();
    settle(1, new Tokens(0, 100, 100, 0), 3);
    assertThat(bench.part(1).purchase().spent()).isEqualTo(usd("0.1"));
    assertThat(take(2)).isPresent();
    settle(2, new Tokens(0, 5900, 5900, 0), 3);
    assertThat(take(new PartId(OTHER, 1, 1))).as("6 of 6 are spent").isEmpty();
  }

  @Test
  void theBudgetOfAProviderBoundsAllItsPipelines() throws IOException {
    bench.profile("budget: {per-day: 4 USD}");
    budget("", 2);

    assertThat(take(1)).as("six dollars for the job").isEmpty();
    assertThat(reason(1)).contains("over the budget of provider mine");
  }

  @Test
  void withABudgetAnUnknownPriceParks() throws IOException {
    bench.job(Bench.JOB, 1, "budget: {per-job: 5 USD}\n");

    assertThat(take(1)).isEmpty();
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(reason(1)).contains("its cost is not known", "batchdrop approve JOB");
  }

  @Test
  void aBudgetInAnotherCurrencyParks() throws IOException {
    bench.write("prices.yaml", Bench.PRICES);
    bench.job(Bench.JOB, 1, "budget: {per-job: 5 CNY}\n");

    assertThat(take(1)).isEmpty();
    assertThat(reason(1)).contains("is in CNY and its price in USD");
  }

  @Test
  void anEstimateIsMadeAgainOnlyWhenItsPriceHasBecomeKnown() throws IOException {
    bench.profile("  limits: {running-batches: 1}");
    Job job = bench.job(Bench.JOB, 2, TOKENS + "}\n");
    for (Part part : bench.journal.parts(Bench.JOB)) {
      Part.Purchase estimate = bench.costs.estimate(part, new JobPipelines(bench.home).of(job));
      bench.journal.change(part, part.with(estimate), Optional.empty(), "");
    }
    long tokens = bench.part(1).purchase().tokens();
    Path file = bench.home.job(Bench.JOB).requests(Bench.id(1));
    Files.move(file, file.resolveSibling("away"));

    Part taken = take(1).orElseThrow();
    assertThat(taken.purchase().tokens()).isEqualTo(tokens).isPositive();
    assertThat(taken.purchase().estimate()).isEmpty();

    bench.profile("");
    bench.write("prices.yaml", Bench.PRICES);
    assertThat(take(2).orElseThrow().purchase().estimate()).isPresent();
  }

  @Test
  void anApprovalOverridesEveryBudgetAndNoLimit() throws IOException {
    bench.profile("  limits: {running-batches: 1}");
    budget(", per-job: 1 USD", 2);
    assertThat(take(1)).isEmpty();
    bench.order(true);

    assertThat(take(1)).isPresent();
    assertThat(take(2)).as("a limit is the provider's").isEmpty();
    assertThat(reason(2)).startsWith("no room: ");
  }

  @Test
  void reservedAndSpentNeverExceedTheBudgetWhateverTheOrder() throws IOException {
    bench.write("prices.yaml", Bench.PRICES);
    for (int seed = 0; seed < 20; seed++) {
      JobId id = new JobId("20261101-12%02d00-tickets-0000aa".formatted(seed));
      bench.job(id, 1 + seed % 3, TOKENS + ", per-day: 20 USD}\n");
    }
    long committed = 0;
    int granted = 0;
    int refused = 0;
    for (Job job : bench.journal.jobs(100)) {
      for (Part part : bench.journal.parts(job.id())) {
        Optional<Part> taken = take(part.id());
        committed += taken.flatMap(t -> t.purchase().estimate()).map(Money::nanos).orElse(0L);
        granted += taken.isPresent() ? 1 : 0;
        refused += taken.isPresent() ? 0 : 1;
        assertThat(committed).isLessThanOrEqualTo(usd("20").orElseThrow().nanos());
      }
    }
    assertThat(granted).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  void aLimitThatTheProviderToldIsBelievedForADay() throws IOException {
    bench.job(2);
    bench.room.told(bench.part(1), bench.account(), Optional.of(1L));
    bench.room.told(bench.part(1), bench.account(), Optional.empty());
    take(1);
    assertThat(take(2)).isEmpty();
    bench.clock.pass(Duration.ofHours(25));
    assertThat(take(2)).isPresent();
  }

  @Test
  void wantOfRoomIsWaitedForLongerEachTime() {
    bench.job(1);
    bench.put(1, new PartState.Uploaded("f"));
    Instant before = bench.clock.instant();
    bench.room.refused(bench.part(1), bench.account(), Bench.later(Cause.NO_ROOM));
    Duration first = Duration.between(before, bench.part(1).pause().due());
    bench.room.refused(bench.part(1), bench.account(), Bench.later(Cause.NO_ROOM));
    Duration second = Duration.between(before, bench.part(1).pause().due());

    assertThat(bench.part(1).purchase().refusals()).isEqualTo(2);
    assertThat(bench.part(1).pause().tries()).isZero();
    assertThat(second).isGreaterThan(first).isGreaterThan(Duration.ofMinutes(9));
    Reply.Later asked =
        new Reply.Later(Cause.NO_ROOM, "words", Optional.of(Duration.ofSeconds(10)));
    bench.room.refused(bench.part(1), bench.account(), asked);
    assertThat(Duration.between(before, bench.part(1).pause().due()))
        .isLessThan(Duration.ofSeconds(12));
  }

  @Test
  void theNextTryIsCutToALimitThatThisOneIsAbove() throws IOException {
    bench.job(1);
    Part part = take(1).orElseThrow();
    long tokens = part.purchase().tokens();
    assertThat(bench.room.mostBytes(part, bench.account())).isEqualTo(200L << 20);
    bench.room.told(part, bench.account(), Optional.of(10 * tokens));
    assertThat(bench.room.mostBytes(part, bench.account())).isEqualTo(200L << 20);
    bench.clock.pass(Duration.ofHours(1));
    bench.room.told(part, bench.account(), Optional.of(tokens / 2));
    assertThat(bench.room.mostBytes(part, bench.account())).isBetween(1L, part.size().bytes() / 2);
  }

  @Test
  void pricesAreReadAgainWhenTheFileChanged() throws IOException {
    bench.job(1);
    assertThat(bench.costs.prices()).isEqualTo(Prices.NONE);
    bench.write("prices.yaml", Bench.PRICES);
    Prices read = bench.costs.prices();
    assertThat(bench.costs.prices()).isSameAs(read);
    Path file = bench.home.prices();
    Files.writeString(file, "prices: nonsense\n");
    Files.setLastModifiedTime(file, FileTime.from(bench.clock.instant()));
    assertThat(bench.costs.prices()).as("a slip keeps what was known").isSameAs(read);
    Files.delete(file);
    assertThat(bench.costs.prices()).isEqualTo(Prices.NONE);
    assertThat(List.of(bench.state(1))).containsExactly("built");
  }
}
