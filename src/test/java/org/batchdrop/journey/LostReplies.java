package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.batchdrop.job.Job;
import org.batchdrop.sandbox.Ledger;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;

/**
 * Many creates whose reply is lost, in one home: every kind of loss, with and without a list that
 * lags, with and without a daemon that dies while the creates are under way. Each job is one part
 * of two rows, and its first create is one case.
 */
final class LostReplies {

  /** Every kind of loss, in this order. */
  static final List<FaultyGateway.Loss> KINDS =
      List.of(
          FaultyGateway.Loss.DROPPED,
          FaultyGateway.Loss.SERVER_ERROR,
          FaultyGateway.Loss.CONFLICT,
          FaultyGateway.Loss.SILENCE,
          FaultyGateway.Loss.TRUNCATED,
          FaultyGateway.Loss.HTML,
          FaultyGateway.Loss.EMPTY,
          FaultyGateway.Loss.LATE);

  /** As many creates are under way at once when the daemon dies. */
  private static final int AT_ONCE = 8;

  private static final Duration SETTLE = Duration.ofSeconds(3);

  private final int cases;
  private final Path directory;
  private final List<FaultyGateway.Loss> order = new ArrayList<>();
  private final Random random;

  LostReplies(int cases, long seed, Path directory) {
    this.cases = cases;
    this.directory = directory;
    this.random = new Random(seed);
  }

  /**
   * What came out.
   *
   * @param lost cases by kind of loss
   * @param creates that the client sent
   * @param batches that the provider ran
   * @param fenced creates that came so late that their file was deleted
   */
  record Outcome(Map<FaultyGateway.Loss, Integer> lost, int creates, int batches, int fenced) {}

  /** Runs a quarter of the cases for each of lag and no lag, kill and no kill. */
  Outcome run() throws IOException, InterruptedException {
    DaemonCommand command = DaemonCommand.rehearsed(directory.resolve("command"));
    Map<FaultyGateway.Loss, Integer> lost = new EnumMap<>(FaultyGateway.Loss.class);
    int creates = 0;
    int batches = 0;
    int fenced = 0;
    for (Duration lag : List.of(Duration.ZERO, SETTLE.dividedBy(2))) {
      for (boolean kills : List.of(false, true)) {
        Path place = directory.resolve("lag" + lag.toMillis() + (kills ? "-kills" : ""));
        Outcome outcome = quarter(command, place, lag, kills);
        outcome.lost().forEach((kind, count) -> lost.merge(kind, count, Integer::sum));
        creates += outcome.creates();
        batches += outcome.batches();
        fenced += outcome.fenced();
      }
    }
    return new Outcome(lost, creates, batches, fenced);
  }

  private Outcome quarter(DaemonCommand command, Path place, Duration lag, boolean kills)
      throws IOException, InterruptedException {
    int count = cases / 4;
    order.clear();
    IntStream.range(0, count).forEach(i -> order.add(KINDS.get(i % KINDS.size())));
    Collections.shuffle(order, random);
    try (SandboxServer provider =
            SandboxServer.start(
                SandboxSettings.builder()
                    .directory(place.resolve("provider"))
                    .validation(Duration.ofMillis(50))
                    .build());
        FaultyGateway gateway = FaultyGateway.start(provider.baseUrl())) {
      Path home = home(place.resolve("home"), gateway);
      for (int i = 0; i < count; i++) {
        Files.writeString(
            Files.createDirectories(home.resolve("inbox/lost")).resolve("case" + i + ".csv"),
            "text\ncase " + i + " a\ncase " + i + " b\n");
      }
      gateway.listLag(lag);
      // Behind the fence, or early enough to be found.
      gateway.lateness(lag.isZero() ? SETTLE.multipliedBy(2) : SETTLE.dividedBy(3));
      AtomicInteger first = new AtomicInteger();
      gateway.lose(
          create ->
              isFirst(create)
                  ? order.get(first.getAndIncrement() % count)
                  : FaultyGateway.Loss.NONE);
      if (kills) {
        dieWhileCreating(command, home, gateway);
      }
      Process daemon = command.run(home, List.of()).start();
      try {
        JournalJudge journal = new JournalJudge(home);
        await("every job ends")
            .atMost(Duration.ofSeconds(60 + count / 5))
            .pollInterval(Duration.ofMillis(200))
            .until(
                () ->
                    journal.jobs().size() == count
                        && journal.jobs().stream().allMatch(job -> job.state().isFinal()));
        await("late creates").until(() -> gateway.lateReplies().size() == gateway.late());
        assertThat(gateway.lateReplies())
            .as("a late create is found, or names a dead file")
            .isSubsetOf(200, 400);
        return judge(home, journal.jobs(), provider, gateway);
      } finally {
        daemon.destroyForcibly().waitFor();
      }
    }
  }

  private static boolean isFirst(FaultyGateway.Create create) {
    return create.key().endsWith("/1");
  }

  /** Lets creates arrive at the provider, and kills before any reply has left. */
  private void dieWhileCreating(DaemonCommand command, Path home, FaultyGateway gateway)
      throws IOException, InterruptedException {
    // Of some the intent is recorded and the create has not left: those come in their second try.
    Set<String> arrived = ConcurrentHashMap.newKeySet();
    AtomicReference<CountDownLatch> dead = new AtomicReference<>(new CountDownLatch(1));
    gateway.onAccepted(
        create -> {
          CountDownLatch latch = dead.get();
          arrived.add(create.key().substring(0, create.key().lastIndexOf('/')));
          try {
            boolean unused = latch.await(90, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    long all = order.stream().filter(kind -> kind != FaultyGateway.Loss.LATE).count();
    while (arrived.size() < all) {
      // A thread or two may be looking for what the kill before left.
      long wanted = Math.min(all, arrived.size() + AT_ONCE - 2);
      Process daemon = command.run(home, List.of()).start();
      try {
        await("creates under way")
            .pollInterval(Duration.ofMillis(10))
            .atMost(Duration.ofSeconds(60))
            .until(() -> arrived.size() >= wanted);
      } finally {
        daemon.destroyForcibly().waitFor();
      }
      dead.getAndSet(new CountDownLatch(1)).countDown();
    }
    gateway.onAccepted(create -> {});
  }

  private static Path home(Path home, FaultyGateway gateway) throws IOException {
    Homes.quick(
        home,
        gateway.baseUrl(),
        """
        batchdrop.call-timeout=1s
        batchdrop.submit-threads=%d
        batchdrop.retry-first=200ms
        batchdrop.retry-longest=500ms
        """
            .formatted(AT_ONCE));
    Homes.table(home, "lost", "text");
    Path profile = home.resolve("providers/far.yaml");
    Files.writeString(
        profile,
        Files.readString(profile)
            .replace("settle-time: 1s", "settle-time: " + SETTLE.toSeconds() + "s"));
    return home;
  }

  private Outcome judge(Path home, List<Job> jobs, SandboxServer provider, FaultyGateway gateway)
      throws IOException, InterruptedException {
    Ledger ledger = provider.ledger();
    Executions executions = new Executions(List.of(provider));
    executions.requireNoneBoughtTwice();
    executions.requireOneLiveBatchEach();
    assertThat(ledger.totalExecutions())
        .as("each row is executed once")
        .isEqualTo(2L * jobs.size());
    assertThat(executions.batchesByPart().values())
        .as("each part is bought once")
        .allSatisfy(batches -> assertThat(batches).hasSize(1));
    assertThat(gateway.sent().values()).as("physical creates of an intent").containsOnly(1);
    for (Job job : jobs) {
      assertThat(job.totals()).isEqualTo(new Job.Totals(2, 0, 2, 0, 1));
      String name = job.inputName().replace("case", "case ").replace(".csv", "");
      assertThat(Files.readAllLines(DaemonProcess.results(home, job).resolve("results.csv")))
          .hasSize(3)
          .anySatisfy(line -> assertThat(line).startsWith(name + " a,"))
          .anySatisfy(line -> assertThat(line).startsWith(name + " b,"));
    }
    Map<FaultyGateway.Loss, Integer> lost = new EnumMap<>(FaultyGateway.Loss.class);
    order.forEach(kind -> lost.merge(kind, 1, Integer::sum));
    int creates = gateway.sent().values().stream().mapToInt(n -> n).sum();
    int fenced = Collections.frequency(gateway.lateReplies(), 400);
    return new Outcome(lost, creates, ledger.batches().size(), fenced);
  }
}
