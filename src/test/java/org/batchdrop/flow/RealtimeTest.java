package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.batchdrop.job.JobOrder.Verb;
import org.batchdrop.job.PartState;
import org.batchdrop.sandbox.CallKind;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are asked for one by one: the same results, and no row is paid twice. */
class RealtimeTest {

  @TempDir private Path root;
  private SandboxServer sandbox;
  private DaemonFixture daemon;

  @BeforeEach
  void open() throws IOException {
    sandbox =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(root.resolve("sandbox"))
                .validation(Duration.ofMillis(50))
                .build());
    daemon =
        new DaemonFixture(root.resolve("home"))
            .write("providers/fast.yaml", "extends: quick\nrealtime: {offered: true}\n")
            .write("providers/direct.yaml", "extends: fast\nbatch: {offered: false}\n");
    pipeline("tickets", "provider: fast\nrealtime-below: 20\n");
  }

  @AfterEach
  void close() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private void pipeline(String name, String head) throws IOException {
    daemon.write(
        "pipelines/" + name + ".yaml",
        head + DaemonFixture.TICKETS.replace("provider: quick\n", ""));
  }

  private FaultyJob drop(String pipeline, String stem, int rows) throws IOException {
    return FaultyJob.dropInto(pipeline, daemon, sandbox, stem, rows);
  }

  private void start() throws IOException, DaemonRefused {
    daemon.start(sandbox.baseUrl());
  }

  @Test
  void aSmallJobIsAnsweredAtOnceAndALargeOneAsABatch() throws Exception {
    start();
    FaultyJob small = drop("tickets", "small", 19);
    Path folder = small.deliveredOnce();
    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isZero();
    assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("realtime");

    FaultyJob large = drop("tickets", "large", 20);
    assertThat(DaemonFixture.report(large.deliveredOnce()).path("lane").asText())
        .isEqualTo("batch");
    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isEqualTo(1);
  }

  @Test
  void theModeForcesALaneAndAProviderWithoutBatchesHasOne() throws Exception {
    pipeline("direct", "provider: direct\n");
    pipeline("forced", "provider: fast\nmode: realtime\n");
    pipeline("batch", "provider: fast\nmode: batch\n");
    start();
    drop("direct", "direct", 120).deliveredOnce();
    drop("forced", "forced", 120).deliveredOnce();
    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isZero();
    drop("batch", "batch", 2).deliveredOnce();
    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isEqualTo(1);
  }

  /** As of a provider whose batches embed, and whose chat completions are single calls. */
  private void unbatched(String name, String lanes) throws IOException {
    daemon.write(
        "providers/apart.yaml",
        "extends: fast\nbatch: {endpoints: [/v1/embeddings, /v1/chat/ds-test]}\n");
    pipeline(name, "provider: apart\n" + lanes);
  }

  @Test
  void aUrlOfSingleCallsAloneIsAskedForWithTheModeRealtime() throws Exception {
    unbatched("calls", "mode: realtime\nretry: {via: batch}\n");
    sandbox.faults().add("{on: realtime, do: refuse, status: 500, times: 1}");
    start();

    drop("calls", "calls", 60).deliveredOnce();

    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isZero();
  }

  @Test
  void linesOfWhichNoLaneAnswersAllAreRefused() throws Exception {
    unbatched("calls", "mode: realtime\n");
    daemon
        .write(
            "providers/parted.yaml",
            "extends: apart\nrealtime: {endpoints: [/v1/chat/completions]}\n")
        .write(
            "pipelines/lines.yaml", "provider: parted\nmode: realtime\ninput: {type: requests}\n");
    start();
    daemon.drop(
        "lines",
        "mixed.jsonl",
        (line("a", "/v1/chat/completions") + line("b", "/v1/embeddings")).getBytes(UTF_8));

    JsonNode report = DaemonFixture.report(daemon.published("lines", "mixed.jsonl"));

    assertThat(report.at("/problems/0/message").asText()).contains("no one way");
    assertThat(sandbox.ledger().uploads()).isEmpty();
  }

  private static String line(String id, String url) {
    return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":{\"model\":\"m\"}}\n"
        .formatted(id, url);
  }

  @Test
  void aBusyProviderIsAskedMoreSlowlyAndNoTryIsCounted() throws Exception {
    sandbox
        .faults()
        .add("{on: realtime, do: refuse, status: 429, times: 9, headers: {Retry-After: '1'}}");
    start();

    drop("tickets", "busy", 12).deliveredOnce();
  }

  @Test
  void whatTheProviderRefusesFailsItsRowAlone() throws Exception {
    sandbox.faults().add("{on: realtime, do: refuse, status: 400, times: 1}");
    start();

    Path folder = drop("tickets", "refused", 5).delivered(4);
    JsonNode line = DaemonFixture.lines(folder.resolve("errors.jsonl")).get(0);
    assertThat(line.at("/response/status_code").asInt()).isEqualTo(400);
  }

  @Test
  void aServerErrorIsTriedAgainAsOftenAsThePolicySays() throws Exception {
    sandbox.faults().add("{on: realtime, do: refuse, status: 500, times: 1}");
    start();

    drop("tickets", "trouble", 5).deliveredOnce();
    assertThat(daemon.parts("trouble.csv")).hasSize(2);
    assertThat(daemon.parts("trouble.csv").get(1).purchase().attempt()).isEqualTo(2);
  }

  @Test
  void aRowWhoseReplyIsLostMayBePaidAndIsAskedForOnceMoreAtMost() throws Exception {
    sandbox.faults().add("{on: realtime, do: accept-drop, times: 1}");
    start();

    FaultyJob job = drop("tickets", "lost", 5);
    job.delivered(5);
    assertThat(job.runs().values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(6);
  }

  @Test
  void aProviderThatIsNotReachedIsWaitedFor() throws Exception {
    daemon.write(
        "providers/fast.yaml",
        "extends: quick\nbase-url: http://127.0.0.1:1/v1\nrealtime: {offered: true}\n");
    start();
    drop("tickets", "down", 3);
    daemon.partThat("down.csv", part -> part.pause().tries() > 1);
    assertThat(daemon.parts("down.csv").get(0).state()).isEqualTo(new PartState.Asking());
    daemon.stop();
    daemon.write("providers/fast.yaml", "extends: quick\nrealtime: {offered: true}\n");
  }

  @Test
  void aRefusedKeyParksTheAccountAndFailsNoRow() throws Exception {
    sandbox.faults().add("{on: realtime, do: refuse, status: 401, times: 0, for: 3s}");
    start();
    FaultyJob job = drop("tickets", "key", 5);
    daemon.parked("key.csv", "its account is parked");

    job.deliveredOnce();
  }

  @Test
  void rowsOfABatchAreTriedAgainInTheRealtimeLaneWhenThePipelineSaysSo() throws Exception {
    pipeline("tickets", "provider: fast\nmode: batch\nretry: {via: realtime}\n");
    sandbox.faults().add("{do: batch, end: expired, share: 0.5}");
    start();

    Path folder = drop("tickets", "again", 10).deliveredOnce();
    assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("batch, realtime");
    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isEqualTo(1);
  }

  @Test
  void aRestartAsksOnlyForWhatWasNotAnswered() throws Exception {
    pipeline("direct", "provider: direct\n");
    sandbox.faults().add("{on: realtime, do: accept-delay, delay: 200ms, times: 0}");
    start();
    FaultyJob job = drop("direct", "stopped", 60);
    daemon.await(() -> sandbox.ledger().calls(CallKind.REALTIME) > 10);
    daemon.stop();
    start();

    job.deliveredOnce();
  }

  @Test
  void aCancelledJobKeepsWhatWasAnswered() throws Exception {
    pipeline("direct", "provider: direct\n");
    sandbox.faults().add("{on: realtime, do: accept-delay, delay: 300ms, times: 0}");
    start();
    FaultyJob job = drop("direct", "cancelled", 200);
    daemon.await(() -> sandbox.ledger().calls(CallKind.REALTIME) > 10);
    daemon.order(Verb.CANCEL, "cancelled.csv");

    Path folder = daemon.published("direct", "cancelled.csv");
    JsonNode balance = DaemonFixture.report(folder).path("balance");
    assertThat(balance.path("answered").asInt()).isBetween(10, 199);
    assertThat(FaultyJob.errorCodes(folder)).containsOnly(PartState.CANCELLED);
    job.assertRan(balance.path("answered").asInt());
    assertThat(Files.exists(folder.resolve("results.csv"))).isTrue();
  }

  @Test
  void whatABatchHasNotAnsweredByTheDeadlineIsAskedForAtOnce() throws Exception {
    sandbox.close();
    sandbox =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(root.resolve("slow"))
                .validation(Duration.ofMillis(50))
                .perRequest(Duration.ofMillis(400))
                .build());
    pipeline("tickets", "provider: fast\nmode: batch\nfinish-by: 3s\nretry: {attempts: 1}\n");
    start();

    FaultyJob job = drop("tickets", "late", 30);
    Path folder = job.deliveredOnce();
    assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("batch, realtime");
    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isEqualTo(1);
    assertThat(daemon.parts("late.csv").get(1).size().rows()).isBetween(1, 29);
  }

  @Test
  void aBatchThatWasNotCreatedByTheDeadlineIsNotCreated() throws Exception {
    sandbox.faults().add("{on: upload, do: refuse, status: 503, times: 0}");
    pipeline("tickets", "provider: fast\nmode: batch\nfinish-by: 2s\n");
    start();

    Path folder = drop("tickets", "refused", 5).deliveredOnce();
    assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("batch, realtime");
    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isZero();
  }
}
