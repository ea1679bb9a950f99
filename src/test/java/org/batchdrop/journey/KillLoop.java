package org.batchdrop.journey;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;

/**
 * Kills the daemon of one home again and again, at named points and at random moments, while small
 * jobs of every kind keep coming and replies get lost; then lets everything end and judges.
 */
final class KillLoop {

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int AIMS = 4;

  /** Calls for rows that an account has under way at once. */
  private static final int CONCURRENCY = 4;

  private static final int LONGEST_MOMENT = 2500;

  private final int kills;
  private final long seed;
  private final Path directory;
  private final Random random;
  private final Map<CrashPoint, Integer> killed = new TreeMap<>();
  private final Map<CrashPoint, Integer> turns = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  private int moments;

  /**
   * Prepares a run.
   *
   * @param kills how many
   * @param seed of every choice; what a real process does in between is its own
   * @param directory new
   */
  KillLoop(int kills, long seed, Path directory) {
    this.kills = kills;
    this.seed = seed;
    this.directory = directory;
    this.random = new Random(seed);
  }

  /**
   * What came out.
   *
   * @param killed how often the daemon died at each point, 0 for those never reached
   * @param moments kills at random moments
   * @param perKill on average
   */
  record Outcome(Map<CrashPoint, Integer> killed, int moments, Duration perKill) {

    long reached() {
      return killed.values().stream().filter(count -> count > 0).count();
    }
  }

  /**
   * Runs.
   *
   * @throws AssertionError when an invariant is broken, with the seed and the kill
   */
  Outcome run() throws IOException, InterruptedException {
    DaemonCommand command = DaemonCommand.rehearsed(directory.resolve("command"));
    Path home = directory.resolve("home");
    try (SandboxServer far = far();
        SandboxServer brief = brief();
        SandboxServer slow = slow();
        FaultyGateway gateway = FaultyGateway.start(far.baseUrl());
        FaultyGateway slowGateway = FaultyGateway.start(slow.baseUrl())) {
      disturb(gateway, seed);
      disturb(slowGateway, seed + 1);
      Traffic traffic = new Traffic(home, random);
      traffic.writePipelines();
      writeSettings(home, gateway, brief, slowGateway);
      RouteBeans beans = RouteBeans.read(Path.of("routes"), command, directory.resolve("watched"));
      CrashPoints.find(beans).forEach(point -> killed.put(point, 0));
      AskJudge asks =
          new AskJudge(home, List.of(far, slow), List.of(gateway, slowGateway), 2 * CONCURRENCY);
      slowGateway.onAsk(row -> asks.asked(slow, row));
      KillJudge judge = new KillJudge(home, traffic, List.of(far, brief, slow), asks);
      long begun = System.nanoTime();
      for (int kill = 1; kill <= kills; kill++) {
        traffic.drop();
        judge.dropped();
        String where = killOnce(command, home);
        log.add("#" + kill + " " + where);
        Files.write(directory.resolve("kills.log"), log);
        judged(judge::atKill);
      }
      Duration perKill = Duration.ofNanos((System.nanoTime() - begun) / kills);
      gateway.heal();
      slowGateway.heal();
      judged(() -> calmDown(command, home, judge));
      return new Outcome(Map.copyOf(killed), moments, perKill);
    }
  }

  /** How long to wait for a point: a while after the daemon is ready, however long that takes. */
  private static final class Patience {

    private static final int LOOKS_WHEN_READY = 15;
    private static final int MOST_LOOKS = 150;

    private final Path output;
    private final int before;
    private int looks;
    private int looksWhenReady;

    Patience(Path home) throws IOException {
      output = home.resolve("run.out");
      before = readies();
    }

    boolean isOver() throws IOException {
      looks++;
      looksWhenReady += readies() > before ? 1 : 0;
      return looksWhenReady > LOOKS_WHEN_READY || looks > MOST_LOOKS;
    }

    private int readies() throws IOException {
      return Files.exists(output)
          ? Files.readString(output).split("ready: watching", -1).length - 1
          : 0;
    }
  }

  /** A check that may fail. */
  private interface Check {
    void run() throws IOException, InterruptedException;
  }

  private void judged(Check check) throws IOException, InterruptedException {
    try {
      check.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed "
              + seed
              + ", after kill "
              + log.get(log.size() - 1)
              + " (repeat with -Dkills="
              + log.size()
              + " -Dseed="
              + seed
              + "; home: "
              + directory
              + ")\n"
              + e.getMessage(),
          e);
    }
  }

  private String killOnce(DaemonCommand command, Path home)
      throws IOException, InterruptedException {
    if (random.nextInt(8) == 0) {
      int moment = random.nextInt(LONGEST_MOMENT);
      Process process = command.run(home, List.of()).start();
      boolean ended = process.waitFor(moment, TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      requireAlive(!ended, home);
      moments++;
      return "after " + moment + " ms";
    }
    List<CrashPoint> aims = aims();
    int wanted = 1 + (random.nextInt(3) == 0 ? random.nextInt(4) : 0);
    Map<CrashPoint, Integer> hits = new HashMap<>();
    Patience patience = new Patience(home);
    try (DebuggedProcess daemon =
        DebuggedProcess.start(option -> command.run(home, List.of(option)), aims)) {
      while (true) {
        Optional<DebuggedProcess.Hit> hit = daemon.next(LOOK);
        if (!daemon.misplaced().isEmpty()) {
          throw new AssertionError("no place in the code for " + daemon.misplaced());
        }
        if (hit.isEmpty() && !patience.isOver()) {
          requireAlive(daemon.process().isAlive(), home);
          continue;
        }
        if (hit.isEmpty()) {
          daemon.kill();
          moments++;
          aims.forEach(point -> turns.merge(point, 1, Integer::sum));
          return "at none of " + aims;
        }
        for (CrashPoint point : hit.get().points()) {
          if (hits.merge(point, 1, Integer::sum) == wanted) {
            daemon.kill();
            hit.get().points().forEach(reached -> killed.merge(reached, 1, Integer::sum));
            hit.get().points().forEach(reached -> turns.merge(reached, 1, Integer::sum));
            return "at " + hit.get().points() + " hit " + wanted;
          }
        }
      }
    }
  }

  private static void requireAlive(boolean alive, Path home) throws IOException {
    if (!alive) {
      throw new AssertionError(
          "the daemon ended by itself: " + Files.readString(home.resolve("run.out")));
    }
  }

  /** Points that had their turn least often; the first that is reached has it now. */
  private List<CrashPoint> aims() {
    List<CrashPoint> rare = new ArrayList<>(killed.keySet());
    Collections.shuffle(rare, random);
    rare.sort(Comparator.comparing(point -> turns.getOrDefault(point, 0)));
    return List.copyOf(rare.subList(0, Math.min(AIMS, rare.size())));
  }

  private void calmDown(DaemonCommand command, Path home, KillJudge judge)
      throws IOException, InterruptedException {
    Process process = command.run(home, List.of()).start();
    try {
      await("every job ends once the faults have stopped")
          .atMost(Duration.ofMinutes(6))
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(judge::quiet);
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("still alive 10 s after SIGTERM");
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    judge.atEnd();
  }

  private SandboxServer far() throws IOException {
    return SandboxServer.start(sandbox("far").build());
  }

  private SandboxServer brief() throws IOException {
    return SandboxServer.start(
        sandbox("brief")
            .perRequest(Duration.ofMillis(20))
            .failureRate(0.1)
            .expireAfter(Duration.ofMillis(400))
            .build());
  }

  private SandboxServer slow() throws IOException {
    return SandboxServer.start(
        sandbox("slow").perRequest(Duration.ofMillis(150)).failureRate(0.1).build());
  }

  private SandboxSettings.Builder sandbox(String name) {
    return SandboxSettings.builder()
        .directory(directory.resolve(name))
        .validation(Duration.ofMillis(50));
  }

  /** One create in four loses its reply in some way; one other call in fifty its connection. */
  private static void disturb(FaultyGateway gateway, long seed) {
    FaultyGateway.Loss[] losses = FaultyGateway.Loss.values();
    Random lots = new Random(seed);
    gateway.lateness(Duration.ofMillis(700));
    gateway.lose(
        create -> {
          synchronized (lots) {
            return lots.nextInt(4) == 0
                ? losses[lots.nextInt(losses.length)]
                : FaultyGateway.Loss.NONE;
          }
        });
    gateway.cut(
        call -> {
          synchronized (lots) {
            return lots.nextInt(50) == 0;
          }
        });
  }

  private static void writeSettings(
      Path home, FaultyGateway gateway, SandboxServer brief, FaultyGateway slow)
      throws IOException {
    Homes.quick(
        home,
        gateway.baseUrl(),
        """
        batchdrop.keep-work=0s
        batchdrop.clean-interval=300ms
        batchdrop.call-timeout=1s
        batchdrop.retry-first=200ms
        batchdrop.retry-longest=500ms
        """);
    Path settings = home.resolve("application.properties");
    Files.writeString(
        settings,
        Files.readString(settings)
            .replace("quiet-period=300ms", "quiet-period=200ms")
            .replace("sweep-interval=500ms", "sweep-interval=250ms"));
    Path far = home.resolve("providers/far.yaml");
    Files.writeString(
        far,
        Files.readString(far)
                .replace("300ms", "200ms")
                .replace(
                    "realtime: {offered: false}", "realtime: {concurrency: " + CONCURRENCY + "}")
            + "  max-requests: 4\n");
    Files.writeString(
        home.resolve("providers/brief.yaml"),
        Files.readString(far)
            .replace(gateway.baseUrl().toString(), brief.baseUrl().toString())
            .replace("max-requests: 4", "max-requests: 50"));
    Files.writeString(
        home.resolve("providers/slow.yaml"),
        Files.readString(far)
            .replace(gateway.baseUrl().toString(), slow.baseUrl().toString())
            .replace("max-requests: 4", "max-requests: 50"));
  }
}
