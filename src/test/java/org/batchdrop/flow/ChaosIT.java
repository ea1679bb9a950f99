package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.batchdrop.flow.DaemonFixture.assertBalance;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.batchdrop.chaos.FaultProxy;
import org.batchdrop.chaos.Toxic;
import org.batchdrop.sandbox.Ledger;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the network does to whichever call, a job ends complete, and each row runs once. */
class ChaosIT {

  private static final String UPLOAD = "POST /v1/files";
  private static final String CREATE = "POST /v1/batches";
  private static final String LIST = "GET /v1/batches?";
  private static final String RETRIEVE = "GET /v1/batches/";
  private static final String CONTENT = "GET /v1/files/";
  private static final List<String> CALLS = List.of(UPLOAD, CREATE, LIST, RETRIEVE, CONTENT);
  private static final int ROWS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path root;
  private static Scene scene;

  /** A daemon, its provider, and the network between them. */
  private record Scene(SandboxServer sandbox, FaultProxy proxy, DaemonFixture daemon)
      implements AutoCloseable {

    static Scene in(Path folder) throws IOException {
      SandboxServer sandbox = DaemonFixture.sandbox(folder);
      FaultProxy proxy = FaultProxy.before(sandbox.port());
      return new Scene(sandbox, proxy, new DaemonFixture(folder.resolve("home")));
    }

    void start() throws IOException, DaemonRefused {
      daemon.start(URI.create("http://127.0.0.1:" + proxy.port() + "/v1"));
    }

    void drop(String name) throws IOException {
      StringBuilder table = new StringBuilder("id,text\n");
      IntStream.rangeClosed(1, ROWS).forEach(i -> table.append(i + ",question of " + name + "\n"));
      daemon.drop("tickets", name, table.toString().getBytes(UTF_8));
    }

    void assertCompleteAndBoughtOnce(String name) throws IOException {
      await()
          .atMost(PATIENCE)
          .until(() -> daemon.job(name).filter(job -> job.state().isFinal()).isPresent());
      assertBalance(daemon.published("tickets", name), ROWS, ROWS, 0);
      String own = daemon.jobId(name).value();
      String hex = own.substring(own.lastIndexOf('-') + 1);
      Ledger ledger = sandbox.ledger();
      assertThat(ledger.executions().keySet().stream().filter(id -> id.startsWith(hex)))
          .hasSize(ROWS);
      assertThat(ledger.executions().values()).containsOnly(1);
      assertThat(ledger.overlaps()).isEmpty();
    }

    @Override
    public void close() throws IOException {
      try (sandbox;
          proxy) {
        daemon.close();
      }
    }
  }

  @BeforeAll
  static void start() throws IOException, DaemonRefused {
    scene = Scene.in(root.resolve("struck"));
    scene.daemon().setting("batchdrop.call-timeout=1s").setting("batchdrop.transfer-timeout=3s");
    scene.start();
  }

  @AfterAll
  static void stop() throws IOException {
    scene.close();
  }

  static Stream<Arguments> toxics() {
    Toxic whole = Toxic.NONE;
    Duration tick = Duration.ofMillis(1);
    Duration moment = Duration.ofMillis(80);
    return Stream.of(
        Arguments.of("latency", new Toxic.Latency(moment), new Toxic.Latency(moment)),
        Arguments.of("slices", new Toxic.Slices(400, tick), new Toxic.Slices(200, tick)),
        Arguments.of("narrow up", new Toxic.Bandwidth(200), whole),
        // A download misses its deadline; its connection is dropped, and the next one is whole.
        Arguments.of("narrow down", whole, new Toxic.Bandwidth(300)),
        Arguments.of("cut up", new Toxic.Cut(300), whole),
        Arguments.of("cut down", whole, new Toxic.Cut(60)),
        Arguments.of("reset up", new Toxic.Reset(300), whole),
        Arguments.of("reset down", whole, new Toxic.Reset(0)),
        Arguments.of("half-open up", new Toxic.HalfOpen(100), whole),
        Arguments.of("half-open down", whole, new Toxic.HalfOpen(50)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("toxics")
  void aJobComesThroughEachCallBeingStruck(String toxic, Toxic up, Toxic down) throws Exception {
    FaultProxy proxy = scene.proxy();
    proxy.heal();
    CALLS.forEach(call -> proxy.strike(call, up, down, 1));
    String name = toxic.replace(' ', '-') + ".csv";
    scene.drop(name);
    scene.assertCompleteAndBoughtOnce(name);
    for (String call : CALLS) {
      boolean look = call.equals(LIST) || call.equals(RETRIEVE);
      assertThat(look || proxy.struck(call) == 1).as(call + " was struck").isTrue();
    }
    assertThat(proxy.struck(LIST) + proxy.struck(RETRIEVE)).as("looks struck").isPositive();
  }

  @Test
  void aProviderThatRefusesConnectionsIsWaitedFor() throws Exception {
    FaultProxy proxy = scene.proxy();
    proxy.heal();
    proxy.refuse();
    proxy.drop(true);
    int uploads = scene.sandbox().ledger().uploads().size();
    scene.drop("refused.csv");
    await().atMost(PATIENCE).until(() -> scene.daemon().job("refused.csv").isPresent());
    await()
        .atMost(PATIENCE)
        .until(() -> scene.daemon().job("refused.csv").orElseThrow().totals().rows() > 0);
    assertThat(scene.sandbox().ledger().uploads()).hasSize(uploads);
    proxy.heal();
    scene.assertCompleteAndBoughtOnce("refused.csv");
  }

  /** With the deadlines as they are by default, so that nothing but the stop ends the call. */
  @Test
  void daemonsAreDownInTenSecondsWhileACallHangsAndGoOnLater() throws Exception {
    List<String> calls = List.of(UPLOAD, CREATE, CONTENT);
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      List<Future<Duration>> stops = new ArrayList<>();
      for (String call : calls) {
        Path folder = root.resolve("hanging-" + stops.size());
        stops.add(threads.submit(() -> stopWhileHanging(folder, call)));
      }
      for (Future<Duration> stop : stops) {
        assertThat(stop.get()).isLessThan(Duration.ofSeconds(10));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Duration stopWhileHanging(Path folder, String call) throws Exception {
    try (Scene own = Scene.in(folder)) {
      own.proxy().strike(call, Toxic.NONE, new Toxic.HalfOpen(0), 1);
      own.start();
      own.drop("job.csv");
      await().atMost(PATIENCE).until(() -> own.proxy().struck(call) == 1);
      long begun = System.nanoTime();
      own.daemon().stop();
      Duration stop = Duration.ofNanos(System.nanoTime() - begun);
      own.proxy().heal();
      own.proxy().drop(true);
      // What is left of the first daemon in this JVM must not stop the second one's timers.
      own.daemon().setting("camel.main.name=again-" + folder.getFileName());
      own.start();
      own.assertCompleteAndBoughtOnce("job.csv");
      return stop;
    }
  }
}
