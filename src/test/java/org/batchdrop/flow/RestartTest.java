package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.batchdrop.flow.DaemonFixture.assertBalance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobOrder;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.Journal;
import org.batchdrop.sandbox.CallKind;
import org.batchdrop.sandbox.Ledger;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that died in any state goes on after its restart, and each row is bought once. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartTest {

  private static final int ROWS = 3;

  @TempDir private Path root;
  private DaemonFixture daemon;
  private SandboxServer sandbox;
  private ProviderCalls provider;
  private Part part;
  private JobFolder folder;

  /** A daemon that can't reach its provider prepares a job; then it is stopped. */
  @BeforeEach
  void leaveAPreparedJobBehind() throws IOException, DaemonRefused {
    int port = ClosedPort.number();
    daemon = new DaemonFixture(root.resolve("home"));
    daemon.start(URI.create("http://127.0.0.1:" + port + "/v1"));
    daemon.drop("tickets", "job.csv", "id,text\n1,a\n2,b\n3,c\n".getBytes(UTF_8));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> inJournal(journal -> parts(journal).stream().anyMatch(this::hasTried)));
    daemon.stop();
    part = inJournal(journal -> parts(journal).get(0));
    folder = daemon.home().job(part.id().job());
    startSandbox(port, Duration.ofMillis(50));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private void startSandbox(int port, Duration validation) throws IOException {
    sandbox =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(root.resolve("sandbox"))
                .port(port)
                .validation(validation)
                .build());
    provider = new ProviderCalls(sandbox.baseUrl());
  }

  private boolean hasTried(Part tried) {
    return tried.pause().reason().isPresent();
  }

  private List<Part> parts(Journal journal) {
    return journal.jobs(1).stream().flatMap(job -> journal.parts(job.id()).stream()).toList();
  }

  private <T> T inJournal(Function<Journal, T> look) {
    try (Journal journal = Journal.openReadOnly(daemon.home().journal()).orElseThrow()) {
      return look.apply(journal);
    }
  }

  /** Lets the journal say what it would have said when the daemon died. */
  private void diedIn(PartState state) {
    try (Journal journal = Journal.open(daemon.home().journal(), InstantSource.system())) {
      assertThat(journal.change(part, part.to(state, Instant.now()), Optional.empty(), "test"))
          .isPresent();
    }
  }

  private Path restarted() throws IOException, DaemonRefused {
    daemon.start(sandbox.baseUrl());
    Path published = daemon.published("tickets", "job.csv");
    assertBalance(published, ROWS, ROWS, 0);
    return published;
  }

  private void assertEachRowRanOnce() {
    Ledger ledger = sandbox.ledger();
    assertThat(ledger.executions()).hasSize(ROWS);
    assertThat(ledger.executions().values()).containsOnly(1);
  }

  @Test
  void goesOnFromBuilt() throws IOException, DaemonRefused {
    diedIn(new PartState.Built());
    restarted();
    assertEachRowRanOnce();
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void goesOnFromAskingForTheRowsThatHaveNoAnswer() throws IOException, DaemonRefused {
    daemon.write("providers/direct.yaml", "extends: quick\nrealtime: {offered: true}\n");
    daemon.write("pipelines/direct.yaml", DaemonFixture.TICKETS.replace("quick", "direct"));
    sandbox.faults().add("{on: realtime, do: accept-delay, delay: 200ms, times: 0}");
    daemon.start(sandbox.baseUrl());
    daemon.drop("direct", "asked.csv", FaultyJob.table("asked", 40));
    daemon.await(() -> sandbox.ledger().calls(CallKind.REALTIME) > 10);
    daemon.stop();
    PartId asked = new PartId(daemon.jobId("asked.csv"), 1, 1);
    Path log = daemon.home().job(asked.job()).answers(asked);
    Files.writeString(log, "{\"custom_id\":", StandardOpenOption.APPEND);

    daemon.start(sandbox.baseUrl());
    assertBalance(daemon.published("direct", "asked.csv"), 40, 40, 0);
    assertThat(sandbox.ledger().executions().values()).containsOnly(1);
  }

  @Test
  void goesOnFromLiveInTheRealtimeLaneWhenItsDeadlineHasPassed() throws IOException, DaemonRefused {
    int port = sandbox.port();
    sandbox.close();
    startSandbox(port, Duration.ofMinutes(10));
    daemon.write("providers/quick.yaml", "extends: sandbox\npoll-interval: 200ms\n");
    Files.writeString(folder.pipeline(), "\nfinish-by: 1s\n", StandardOpenOption.APPEND);
    String file = provider.upload(part.id(), folder.requests(part.id()));
    String batch = provider.create(part.id(), file);
    diedIn(new PartState.Live(file, batch));

    restarted();
    assertEachRowRanOnce();
    assertThat(provider.batch(batch).path("status").asText()).isEqualTo("cancelled");
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void goesOnFromUploading() throws IOException, DaemonRefused {
    provider.upload(part.id(), folder.requests(part.id()));
    diedIn(new PartState.Uploading());
    restarted();
    assertEachRowRanOnce();
    assertThat(sandbox.ledger().uploads()).hasSize(2);
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void goesOnFromUploadedWithoutAnotherUpload() throws IOException, DaemonRefused {
    String file = provider.upload(part.id(), folder.requests(part.id()));
    diedIn(new PartState.Uploaded(file));
    restarted();
    assertEachRowRanOnce();
    assertThat(sandbox.ledger().uploads()).hasSize(1);
  }

  @Test
  void adoptsABatchWhoseReplyWasLost() throws IOException, DaemonRefused {
    String file = provider.upload(part.id(), folder.requests(part.id()));
    String batch = provider.create(part.id(), file);
    diedIn(new PartState.Creating(file));
    restarted();
    assertEachRowRanOnce();
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
    Part ended = inJournal(journal -> parts(journal).get(0));
    assertThat(ended.id().generation()).isEqualTo(1);
    assertThat(ended.state().batchId()).contains(batch);
  }

  @Test
  void buysAgainBehindAFenceWhenTheCreateNeverArrived() throws IOException, DaemonRefused {
    String file = provider.upload(part.id(), folder.requests(part.id()));
    diedIn(new PartState.Creating(file));
    restarted();
    assertEachRowRanOnce();
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
    List<Part> tries = inJournal(this::parts);
    assertThat(tries)
        .extracting(tried -> tried.state().label())
        .containsExactly("superseded", "collected");
    assertThat(tries).extracting(tried -> tried.id().generation()).containsExactly(1, 2);
    assertThat(sandbox.ledger().uploads())
        .extracting(Ledger.Upload::filename)
        .containsExactly(part.id().uploadName(), tries.get(1).id().uploadName());
    // The fence: a late create could only name a file that is gone.
    assertThatThrownBy(() -> provider.content(file)).isInstanceOf(AssertionError.class);
  }

  @Test
  void keepsOneOfSeveralBatchesAndCancelsTheOthers() throws IOException, DaemonRefused {
    int port = sandbox.port();
    sandbox.close();
    startSandbox(port, Duration.ofSeconds(5));
    String file = provider.upload(part.id(), folder.requests(part.id()));
    String kept = provider.create(part.id(), file);
    String surplus = provider.create(part.id(), file);
    diedIn(new PartState.Unclear(file));
    restarted();
    assertEachRowRanOnce();
    List<String> endings =
        List.of(
            provider.batch(kept).path("status").asText(),
            provider.batch(surplus).path("status").asText());
    assertThat(endings).containsExactlyInAnyOrder("completed", "cancelled");
  }

  @Test
  void cancelsABatchBesideTheOneThatItKnows() throws IOException, DaemonRefused {
    int port = sandbox.port();
    sandbox.close();
    startSandbox(port, Duration.ofSeconds(3));
    String file = provider.upload(part.id(), folder.requests(part.id()));
    String kept = provider.create(part.id(), file);
    String surplus = provider.create(part.id(), file);
    diedIn(new PartState.Live(file, kept));
    restarted();
    assertEachRowRanOnce();
    assertThat(provider.batch(surplus).path("status").asText()).isEqualTo("cancelled");
  }

  @Test
  void carriesOutAnOrderThatWasGivenWhileItWasDown() throws IOException, DaemonRefused {
    int port = sandbox.port();
    sandbox.close();
    startSandbox(port, Duration.ofHours(1));
    String file = provider.upload(part.id(), folder.requests(part.id()));
    String batch = provider.create(part.id(), file);
    diedIn(new PartState.Live(file, batch));
    daemon.order(JobOrder.Verb.CANCEL, "job.csv");
    daemon.start(sandbox.baseUrl());
    assertBalance(daemon.published("tickets", "job.csv"), ROWS, 0, ROWS);
    assertThat(provider.batch(batch).path("status").asText()).isEqualTo("cancelled");
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void goesOnFromLive() throws IOException, DaemonRefused {
    String file = provider.upload(part.id(), folder.requests(part.id()));
    diedIn(new PartState.Live(file, provider.create(part.id(), file)));
    restarted();
    assertEachRowRanOnce();
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void goesOnFromEnded() throws IOException, DaemonRefused {
    String file = provider.upload(part.id(), folder.requests(part.id()));
    String batch = provider.create(part.id(), file);
    diedIn(new PartState.Ended(file, batch, end(provider.completed(batch))));
    restarted();
    assertEachRowRanOnce();
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void goesOnFromCollected() throws IOException, DaemonRefused {
    String file = provider.upload(part.id(), folder.requests(part.id()));
    String batch = provider.create(part.id(), file);
    BatchEnd end = end(provider.completed(batch));
    Files.writeString(folder.output(part.id()), provider.content(end.outputFile().orElseThrow()));
    diedIn(new PartState.Collected(file, batch, end));
    restarted();
    assertEachRowRanOnce();
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void publishesOnceWhenItDiedBetweenTheRenameAndTheRecord() throws IOException, DaemonRefused {
    Path published = restarted();
    daemon.over("job.csv");
    String report = Files.readString(published.resolve("report.json"));
    daemon.stop();
    try (Journal journal = Journal.open(daemon.home().journal(), InstantSource.system())) {
      Job job = journal.jobs(1).get(0);
      journal.change(job, job.to(new JobState.Collected()), List.of(), "test");
    }
    daemon.start(sandbox.baseUrl());
    daemon.over("job.csv");
    assertThat(Files.readString(published.resolve("report.json"))).isEqualTo(report);
  }

  @Test
  void recordsAClaimThatTheJournalNeverHeardOf() throws IOException, DaemonRefused {
    Files.delete(daemon.home().journal());
    Files.deleteIfExists(daemon.home().work().resolve("journal.db-wal"));
    Files.deleteIfExists(daemon.home().work().resolve("journal.db-shm"));
    restarted();
    assertThat(daemon.jobId("job.csv")).isEqualTo(part.id().job());
    assertEachRowRanOnce();
  }

  @Test
  void theEventsTellTheWholeStory() throws IOException, DaemonRefused {
    restarted();
    daemon.over("job.csv");
    PartId id = part.id();
    List<String> story =
        inJournal(journal -> journal.events(id.job()).stream().map(Event::to).toList());
    assertThat(story)
        .containsExactly(
            "received",
            "built",
            "prepared",
            "uploading",
            "uploaded",
            "creating",
            "live",
            "ended",
            "collected",
            "collected",
            "delivered");
  }

  @Test
  void anAddressThatWasDroppedWhileNoDaemonRanIsLookedAtAfterTheStart() throws Exception {
    daemon.drop("tickets", "t.url", "https://localhost/t.csv".getBytes(UTF_8));

    daemon.start(sandbox.baseUrl());

    Path results = daemon.published("tickets", "t.url");
    assertThat(DaemonFixture.texts(results.resolve("errors.jsonl"), "/error/code"))
        .containsExactly("forbidden_address");
  }

  /** Runs last: by now the tests above have been through every route. */
  @Test
  @Order(Integer.MAX_VALUE)
  void noRouteIsWithoutATest() throws IOException {
    assertThat(RouteVisits.seen()).containsAll(RouteFilesTest.routeIds());
  }

  private static BatchEnd end(JsonNode batch) {
    return new BatchEnd(
        "completed",
        Optional.of(batch.path("output_file_id").asText()),
        Optional.ofNullable(batch.path("error_file_id").textValue()),
        "missing_answer",
        "no line");
  }
}
