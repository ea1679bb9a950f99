package org.batchdrop.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.BatchPage;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Reply;
import org.batchdrop.sim.SimDisk.Ordering;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SimProviderTest {

  private static final Duration SETTLE = Duration.ofMinutes(10);
  private static final int SEEDS = 100;
  private static final List<String> ROWS =
      IntStream.rangeClosed(1, 8).mapToObj(i -> "row-" + i).toList();
  private static final String LINE =
      "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}%n";

  private final SimClock clock = new SimClock();
  private final SimDisk disk = new SimDisk(clock, Ordering.PREFIX);
  private final Account account = SimAccount.of(SETTLE, 3);
  private final PartId part = new PartId(Buyer.JOB, 1, 1);

  private Path requests() throws IOException {
    StringBuilder text = new StringBuilder();
    ROWS.forEach(row -> text.append(LINE.formatted(row, Buyer.body(row))));
    return Files.writeString(disk.path("/part.jsonl"), text);
  }

  private static String idOf(Reply reply) {
    return BatchView.of(((Reply.Done) reply).body()).orElseThrow().id();
  }

  private Reply create(SimProvider provider, String file) {
    return provider.perform(
        account.batch(part, file, "/v1/chat/completions", Optional.empty(), Map.of()),
        Optional.empty());
  }

  private String upload(SimProvider provider) throws IOException {
    return idOf(provider.perform(account.upload(requests(), part), Optional.empty()));
  }

  private BatchView retrieve(SimProvider provider, String batch) {
    Reply reply = provider.perform(account.retrieve(batch), Optional.empty());
    return BatchView.of(((Reply.Done) reply).body()).orElseThrow();
  }

  @Test
  void calmProviderExecutesEachRowOnceAndEchoesIt() throws IOException {
    SimProvider provider = new SimProvider(clock, Weather.calm(), 1);
    String batch = idOf(create(provider, upload(provider)));
    assertThat(retrieve(provider, batch).hasEnded()).isFalse();
    assertThat(provider.ledger().liveBatches()).containsExactly(batch);

    clock.advance(Duration.ofHours(1));
    BatchView ended = retrieve(provider, batch);
    Path target = disk.path("/output.jsonl");
    Reply stored =
        provider.perform(account.content(ended.outputFile().orElseThrow()), Optional.of(target));

    assertThat(ended.status()).isEqualTo("completed");
    assertThat(ended.errorFile()).isEmpty();
    assertThat(stored).isInstanceOf(Reply.Done.class);
    List<String> lines = Files.readAllLines(target);
    assertThat(lines).hasSameSizeAs(ROWS);
    for (int i = 0; i < ROWS.size(); i++) {
      JsonNode line = new ObjectMapper().readTree(lines.get(i));
      assertThat(line.path("custom_id").asText()).isEqualTo(ROWS.get(i));
      assertThat(line.at("/response/body/choices/0/message/content").asText())
          .isEqualTo(SimProvider.echo(Buyer.body(ROWS.get(i))));
      assertThat(provider.ledger().executions(Buyer.JOB.value(), ROWS.get(i))).isEqualTo(1);
    }
    assertThat(provider.ledger().creates()).hasSize(1);
    assertThat(provider.ledger().creates().get(0).key()).isEqualTo(part.submissionKey());
    assertThat(provider.judge()).isEmpty();
  }

  @Test
  void progressFollowsTheTrueTimeAndNotTheWallClock() throws IOException {
    SimProvider provider = new SimProvider(clock, Weather.calm(), 1);
    String batch = idOf(create(provider, upload(provider)));
    clock.jump(Duration.ofDays(2));
    assertThat(retrieve(provider, batch).hasEnded()).isFalse();

    clock.jump(Duration.ofDays(-4));
    clock.advance(Duration.ofHours(1));
    assertThat(retrieve(provider, batch).hasEnded()).isTrue();
  }

  @Test
  void listIsWalkedPageByPageNewestFirst() throws IOException {
    SimProvider provider = new SimProvider(clock, Weather.calm().with(Fault.LIST_SHUFFLED, 1), 1);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      made.add(idOf(create(provider, upload(provider))));
      clock.advance(Duration.ofSeconds(1));
    }
    List<String> seen = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Reply reply = provider.perform(account.list(after), Optional.empty());
      BatchPage page = BatchPage.of(((Reply.Done) reply).body());
      page.batches().forEach(batch -> seen.add(batch.id()));
      after = page.next();
    } while (after.isPresent());

    assertThat(seen).containsExactlyInAnyOrderElementsOf(made);
    assertThat(seen.subList(0, 3)).containsExactlyInAnyOrderElementsOf(made.subList(5, 8));
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_CONNECTED, Later, 0",
    "REQUEST_LOST, Unclear, 0",
    "REPLY_LOST, Unclear, 1",
    "ERROR_BEFORE, Unclear, 0",
    "ERROR_AFTER, Unclear, 1",
    "THROTTLED, Later, 0",
    "KEY_REFUSED, Later, 0",
    "QUOTA, Later, 0",
    "FILE_UNSEEN, Later, 0",
    "CREATE_LATE, Unclear, 0"
  })
  void createMeetsFaultsBeforeOrAfterItActs(Fault fault, String reply, int accepted)
      throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      SimProvider provider = new SimProvider(clock, onlyCreates(fault), seed);
      Reply got = create(provider, upload(provider));

      assertThat(got.getClass().getSimpleName()).isEqualTo(reply);
      provider.catchUp();
      if (fault != Fault.CREATE_LATE || provider.pendingCreates() > 0) {
        assertThat(provider.ledger().acceptedBatches()).hasSize(accepted);
      }
      assertThat(provider.count(fault)).isEqualTo(1);
    }
  }

  private static Weather onlyCreates(Fault fault) {
    boolean ofCalls = fault != Fault.FILE_UNSEEN && fault != Fault.CREATE_LATE;
    Map<Fault, Double> chances = Map.of(fault, ofCalls ? 1e-9 : 1.0);
    return new Weather(chances, 1e9, Weather.calm().times(), true);
  }

  @Test
  void garbledCreateActsAndItsReplyHoldsNoId() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      SimProvider provider = new SimProvider(clock, onlyCreates(Fault.GARBLED), seed);
      Reply got = create(provider, upload(provider));

      assertThat(got instanceof Reply.Done done && BatchView.of(done.body()).isPresent()).isFalse();
      assertThat(got).isNotInstanceOfAny(Reply.Later.class, Reply.Never.class);
      assertThat(provider.ledger().acceptedBatches()).hasSize(1);
    }
  }

  @Test
  void lateCreateActsLaterUnlessItsFileIsDeleted() throws IOException {
    for (boolean deleted : new boolean[] {false, true}) {
      SimProvider provider = new SimProvider(clock, onlyCreates(Fault.CREATE_LATE), 5);
      String file = upload(provider);
      create(provider, file);
      assertThat(provider.pendingCreates()).isEqualTo(1);
      if (deleted) {
        provider.perform(account.delete(file), Optional.empty());
      }
      clock.advance(Duration.ofHours(1));

      assertThat(provider.ledger().acceptedBatches()).hasSize(deleted ? 0 : 1);
      assertThat(provider.pendingCreates()).isZero();
    }
  }

  @Test
  void deletingTheFileStopsABatchThatIsStillValidated() throws IOException {
    SimProvider provider = new SimProvider(clock, Weather.calm().with(Fault.LIST_LAG, 1), 2);
    String file = upload(provider);
    String batch = idOf(create(provider, file));
    provider.perform(account.delete(file), Optional.empty());

    assertThat(retrieve(provider, batch).status()).isEqualTo("failed");
    assertThat(provider.ledger().executions()).isZero();
  }

  @Test
  void judgeNamesEachBrokenRule() throws IOException {
    SimProvider provider = new SimProvider(clock, Weather.calm(), 1);
    String file = upload(provider);
    create(provider, file);
    create(provider, file);
    assertThat(provider.judge())
        .anyMatch(text -> text.startsWith("a create for file " + file))
        .anyMatch(text -> text.startsWith("I2: row row-1 of " + Buyer.JOB + " is live in batch-"));

    clock.advance(Duration.ofHours(2));
    assertThat(provider.judge()).anyMatch(text -> text.startsWith("I1: row row-1 of "));
    assertThat(provider.ledger().executions(Buyer.JOB.value(), "row-1")).isEqualTo(2);
  }

  @Test
  void rowsOfAnotherJobAreOtherRows() throws IOException {
    SimProvider provider = new SimProvider(clock, Weather.calm(), 1);
    create(provider, upload(provider));
    Path other = Files.writeString(disk.path("/x.jsonl"), Files.readString(requests()));
    PartId foreign = new PartId(new JobId("20260301-000000-rows-00000b"), 1, 1);
    create(provider, idOf(provider.perform(account.upload(other, foreign), Optional.empty())));
    clock.advance(Duration.ofHours(2));

    assertThat(provider.judge()).isEmpty();
    assertThat(provider.ledger().executions()).isEqualTo(2L * ROWS.size());
  }

  /** All that a buyer in a weather leaves behind. */
  private record World(
      SimProvider provider, Map<String, String> answers, String transcript, SimClock clock) {}

  private static World world(Weather weather, long seed, boolean blind, boolean jumps)
      throws IOException {
    SimClock clock = new SimClock();
    SimDisk disk = new SimDisk(clock, Ordering.PREFIX);
    SimProvider provider = new SimProvider(clock, weather, seed);
    if (jumps) {
      Random random = new Random(seed);
      provider.beforeCreate(create -> clock.jump(Duration.ofMinutes(random.nextInt(-90, 90))));
    }
    Buyer buyer = new Buyer(clock, provider, SimAccount.of(SETTLE, 3), disk.path("/"), blind);
    Map<String, String> answers = buyer.buy(ROWS);
    StringBuilder transcript = new StringBuilder();
    transcript.append(answers).append(provider.calls()).append(provider.ledger().acceptedBatches());
    for (String file : new TreeSet<>(List.of("/part.jsonl", "/result.jsonl"))) {
      Path path = disk.path(file);
      transcript.append(Files.exists(path) ? Files.readString(path) : "");
    }
    return new World(provider, answers, transcript.toString(), clock);
  }

  @ParameterizedTest
  @EnumSource
  void eachFaultHappensAndTheRulesOfMoneyCanStillBeKept(Fault fault) throws IOException {
    int met = 0;
    for (int seed = 0; seed < 12; seed++) {
      Weather weather = Weather.calm().with(Fault.REPLY_LOST, 0.2).with(fault, 0.3);
      World world = world(weather, seed, false, false);
      met += world.provider().count(fault);
      assertThat(world.provider().judge()).as("seed %d", seed).isEmpty();
      assertThat(world.provider().boughtUnread()).as("seed %d", seed).isEmpty();
      world.answers().forEach((row, text) -> assertThat(text).contains(row + " text"));
    }
    assertThat(met).isPositive();
  }

  @Test
  void refusedLineIsRefusedEachTimeAndNamed() throws IOException {
    SimProvider provider = new SimProvider(clock, Weather.calm().with(Fault.LINE_REFUSED, 0.3), 3);
    List<List<BatchView.Problem>> problems = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String batch = idOf(create(provider, upload(provider)));
      clock.advance(Duration.ofHours(1));
      problems.add(retrieve(provider, batch).problems());
    }
    assertThat(problems.get(0).get(0).line()).isPositive();
    assertThat(problems).containsOnly(problems.get(0));
    assertThat(provider.ledger().executions()).isZero();
  }

  @Test
  void carefulBuyerNeverPaysTwiceInStrictWeather() throws IOException {
    int answered = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      World world = world(Weather.strict(SETTLE), seed, false, false);
      assertThat(world.provider().judge()).as("seed %d", seed).isEmpty();
      assertThat(world.provider().boughtUnread()).as("seed %d", seed).isEmpty();
      answered += world.answers().size();
    }
    assertThat(answered).isGreaterThan(SEEDS * ROWS.size() * 8 / 10);
  }

  @Test
  void fenceHoldsWhateverTheWallClockDoes() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      World world = world(Weather.fenced(SETTLE), seed, false, true);
      assertThat(world.provider().judge()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void blindBuyerIsCaughtInEachWeatherAndACarefulOneInLaxWeather() throws IOException {
    int strict = 0;
    int fenced = 0;
    int lax = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      strict +=
          world(Weather.strict(SETTLE), seed, true, false).provider().judge().isEmpty() ? 0 : 1;
      fenced +=
          world(Weather.fenced(SETTLE), seed, true, false).provider().judge().isEmpty() ? 0 : 1;
      lax += world(Weather.lax(SETTLE), seed, false, false).provider().judge().isEmpty() ? 0 : 1;
    }
    assertThat(strict).isGreaterThan(SEEDS / 10);
    assertThat(fenced).isGreaterThan(SEEDS / 10);
    assertThat(lax).isPositive();
  }

  @Test
  void sameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      String first = world(Weather.strict(SETTLE), seed, false, false).transcript();
      assertThat(world(Weather.strict(SETTLE), seed, false, false).transcript()).isEqualTo(first);
      assertThat(world(Weather.strict(SETTLE), seed + 1000, false, false).transcript())
          .isNotEqualTo(first);
    }
  }
}
