package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.batchdrop.job.Job;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many files at once, slow writers, and the end of the process. */
class ManyFilesIT {

  @TempDir Path temp;

  @Test
  void threeHundredFilesInThreePipelinesAreAllDeliveredAndNoneIsMixedUp() throws Exception {
    SandboxSettings settings =
        SandboxSettings.builder().directory(temp.resolve("provider")).build();
    try (SandboxServer provider = SandboxServer.start(settings)) {
      Path home = Homes.quick(temp.resolve("home"), provider.baseUrl(), "");
      List<String> pipelines = List.of("red", "green", "blue");
      for (String pipeline : pipelines) {
        Homes.table(home, pipeline, "text");
      }
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
        for (String pipeline : pipelines) {
          for (int i = 0; i < 100; i++) {
            String text = "text\n" + pipeline + "-" + i + "-a\n" + pipeline + "-" + i + "-b\n";
            Files.writeString(home.resolve("inbox/" + pipeline + "/file" + i + ".csv"), text);
          }
        }
        List<Job> jobs = daemon.awaitJobs(300, Duration.ofMinutes(4));
        for (Job job : jobs) {
          assertThat(job.totals()).isEqualTo(new Job.Totals(2, 0, 2, 0, 1));
          assertOwnAnswers(DaemonProcess.results(home, job), job);
        }
        assertThat(daemon.terminate()).isLessThan(Duration.ofSeconds(10));
      }
      assertThat(provider.ledger().totalExecutions()).isEqualTo(600);
      assertThat(provider.ledger().createRequests()).isEqualTo(300);
    }
  }

  private static void assertOwnAnswers(Path results, Job job) throws Exception {
    String name = job.pipeline() + "-" + job.inputName().replaceAll("[^0-9]", "");
    List<String> lines = Files.readAllLines(results.resolve("results.csv"));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).startsWith(name + "-a,").contains(job.pipeline() + " " + name + "-a");
    assertThat(lines.get(2)).startsWith(name + "-b,").contains(job.pipeline() + " " + name + "-b");
  }

  @Test
  void aFileWrittenWithAPauseOfFiveSecondsIsTakenWhole() throws Exception {
    SandboxSettings settings =
        SandboxSettings.builder().directory(temp.resolve("provider")).build();
    try (SandboxServer provider = SandboxServer.start(settings)) {
      Path home =
          Homes.quick(temp.resolve("home"), provider.baseUrl(), "batchdrop.quiet-period=10s\n");
      Homes.table(home, "slow", "text");
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
        Path file = home.resolve("inbox/slow/slow.csv");
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
          out.write("text\nfirst\nsec".getBytes(StandardCharsets.UTF_8));
          out.flush();
          // The pause is the point: a writer that stalls in the middle of a record.
          TimeUnit.SECONDS.sleep(5);
          out.write("ond\nthird\n".getBytes(StandardCharsets.UTF_8));
        }
        Job job = daemon.awaitJobs(1, Duration.ofMinutes(1)).get(0);
        assertThat(job.totals().answered()).isEqualTo(3);
        assertThat(Files.readString(DaemonProcess.results(home, job).resolve("results.csv")))
            .contains("second,", "third,");
      }
    }
  }

  @Test
  void aProviderThatNeverAnswersDoesNotHoldUpTheStop() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/v1");
      Path home = Homes.quick(temp.resolve("home"), address, "");
      Homes.table(home, "silent", "text");
      Files.createDirectories(home.resolve("inbox/silent"));
      Files.writeString(home.resolve("inbox/silent/a.csv"), "text\nrow\n");
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
        assertThat(daemon.awaitState(job -> false, part -> part.state().label().equals("built")))
            .isTrue();
        assertThat(daemon.terminate()).isLessThan(Duration.ofSeconds(10));
        assertThat(daemon.output())
            .endsWith("stopped; what is under way goes on with the next start\n");
      }
    }
  }

  @Test
  void theKeyStandsInNoFileAndNoOutput() throws Exception {
    String key = "canary-4711-" + "0123456789abcdef".repeat(2);
    SandboxSettings settings =
        SandboxSettings.builder().directory(temp.resolve("provider")).apiKey(key).build();
    try (SandboxServer provider = SandboxServer.start(settings)) {
      Path home =
          Homes.quick(temp.resolve("home"), provider.baseUrl(), "batchdrop.retry-first=200ms\n");
      Homes.table(home, "quiet", "text");
      Path profile = home.resolve("providers/far.yaml");
      Files.writeString(profile, Files.readString(profile) + "key: {env: FAR_KEY}\n");
      Files.createDirectories(home.resolve("inbox/quiet"));
      Files.writeString(home.resolve("inbox/quiet/a.csv"), "text\nrow\n");
      try (DaemonProcess daemon =
          DaemonProcess.start(home, "256m", Map.of("FAR_KEY", "wrong-" + key))) {
        assertThat(daemon.awaitState(job -> false, part -> part.pause().reason().isPresent()))
            .isTrue();
      }
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of("FAR_KEY", key))) {
        assertThat(daemon.awaitJobs(1, Duration.ofMinutes(1)).get(0).totals().answered())
            .isEqualTo(1);
      }
      assertNowhere(home, key);
      assertNowhere(home, Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static void assertNowhere(Path home, String secret) throws Exception {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertThat(bytes.contains(secret.substring(0, 24))).as(file.toString()).isFalse();
      }
    }
  }

  @Test
  void theEmbeddedSandboxAndItsBatchesSurviveAKillOfTheDaemon() throws Exception {
    Path home = Files.createDirectories(temp.resolve("home/pipelines")).getParent();
    Files.writeString(
        home.resolve("application.properties"),
        "batchdrop.quiet-period=0s\nbatchdrop.sweep-interval=500ms\nbatchdrop.sandbox.request-time=20ms\n");
    Homes.table(home, "own", "text");
    Path pipeline = home.resolve("pipelines/own.yaml");
    Files.writeString(
        pipeline, Files.readString(pipeline).replace("provider: far", "provider: sandbox"));
    Files.createDirectories(home.resolve("inbox/own"));
    Files.writeString(home.resolve("inbox/own/a.csv"), "text\n" + "row\n".repeat(200));
    try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
      assertThat(daemon.awaitState(job -> false, part -> part.seen().completed() > 20)).isTrue();
      daemon.kill();
    }
    try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
      Job job = daemon.awaitJobs(1, Duration.ofMinutes(1)).get(0);
      assertThat(job.totals()).isEqualTo(new Job.Totals(200, 0, 200, 0, 1));
    }
  }

  @Test
  void configurationProblemsAreAllReportedAtOnceWithExitCodeTwo() throws Exception {
    Path home = Files.createDirectories(temp.resolve("home/pipelines")).getParent();
    Files.writeString(
        home.resolve("application.properties"),
        "batchdrop.quiet-peroid=1s\nbatchdrop.keep-work=soon\n");
    Files.writeString(
        home.resolve("pipelines/a.yaml"), "provider: sandbax\ninput: {type: csv}\nrequets: {}\n");
    Files.writeString(
        home.resolve("pipelines/b.yaml"),
        "provider: openai\ninput: {type: jsonl}\nrequest:\n  url: /v1/chat/completion\n  body: {model: m}\n");
    DaemonProcess.Finished finished = DaemonProcess.run(home, "run");
    assertThat(finished.exitCode()).isEqualTo(2);
    assertThat(finished.output())
        .contains(
            "application.properties:1: unknown setting 'batchdrop.quiet-peroid'; did you mean 'batchdrop.quiet-period'?")
        .contains("application.properties:2: batchdrop.keep-work: 'soon'; expected a duration")
        .contains("pipelines/a.yaml:3: unknown key 'requets'; did you mean 'request'?")
        .contains(
            "pipelines/b.yaml:4: 'request.url: /v1/chat/completion' is not offered by provider openai; did you mean '/v1/chat/completions'?")
        .doesNotContain("Exception");
  }
}
