package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchdrop.flow.FaultyJob.errorCodes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.batchdrop.job.Part;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that fail, hang, or lose their reply: each row is bought once all the same. */
class TroubleTest {

  @TempDir private static Path root;
  private static SandboxServer sandbox;
  private static DaemonFixture daemon;

  @BeforeAll
  static void start() throws IOException, DaemonRefused {
    sandbox = DaemonFixture.sandbox(root);
    daemon = new DaemonFixture(root.resolve("home"));
    daemon.write(
        "providers/silent.yaml",
        "extends: quick\nbase-url: http://127.0.0.1:" + ClosedPort.number() + "/v1\n");
    daemon.write("pipelines/silent.yaml", DaemonFixture.TICKETS.replace("quick", "silent"));
    daemon.setting("batchdrop.call-timeout=2s").setting("batchdrop.transfer-timeout=2s");
    daemon.start(sandbox.baseUrl());
  }

  @AfterAll
  static void stop() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private static FaultyJob drop(String stem, String... rules) throws IOException {
    return FaultyJob.drop(daemon, sandbox, stem, 5, rules);
  }

  @ParameterizedTest
  @CsvSource({
    "dropped, do: accept-drop",
    "s500, 'do: accept-status, status: 500'",
    "s504, 'do: accept-status, status: 504'",
    "s409, 'do: accept-status, status: 409'",
    "s408, 'do: accept-status, status: 408'",
    "truncated, do: accept-truncate",
    "page, do: accept-html",
    "blank, do: accept-empty",
    "garbage, do: accept-garbage",
    "late, 'do: accept-delay, delay: 4s'",
  })
  void aCreateWhoseReplyIsLostIsFoundInTheList(String stem, String reply) throws IOException {
    FaultyJob job = drop(stem, "{on: create, " + reply + "}", "{on: list, do: hide, age: 600ms}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @Test
  void aCreateThatComesAfterTheFenceFindsNoFile() throws IOException {
    FaultyJob job = drop("fenced", "{on: create, do: late, delay: 4s}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(2);
    daemon.await(() -> sandbox.faults().pendingLate() == 0);
    assertThat(job.batches()).hasSize(1);
    job.assertRan(5);
  }

  @Test
  void anUploadWhoseReplyIsLostIsRepeatedAndTheBatchIsCreatedOnce() throws IOException {
    FaultyJob job = drop("twice", "{on: upload, do: accept-drop}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "seconds, Retry-After: '1'",
    "millis, retry-after-ms: '300'",
    "date, 'Retry-After: \"Wed, 21 Oct 2015 07:28:00 GMT\"'",
    "nonsense, Retry-After: soon",
    "should, x-should-retry: 'true'",
    "nothing, x-other: none",
  })
  void aBusyProviderIsAskedLaterAndNoTryIsCounted(String stem, String header) throws IOException {
    FaultyJob job =
        drop(stem, "{on: create, do: refuse, status: 429, times: 2, headers: {" + header + "}}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(3);
    assertThat(daemon.parts(job.name()))
        .singleElement()
        .satisfies(part -> assertThat(part.purchase().attempt()).isEqualTo(1));
  }

  @Test
  void anAbsurdRetryAfterIsCapped() throws IOException {
    FaultyJob job =
        drop(
            "absurd", "{on: create, do: refuse, status: 429, headers: {Retry-After: '999999999'}}");

    Part part = daemon.partThat(job.name(), waits -> waits.pause().reason().isPresent());
    assertThat(Duration.between(part.pause().since(), part.pause().due()))
        .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(67));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void readsThatFailAreRepeated(int status) throws IOException {
    sandbox.faults().add("{on: list, do: refuse, times: 2, status: " + status + "}");
    FaultyJob job =
        drop(
            "read" + status,
            "{on: retrieve, do: refuse, times: 3, status: " + status + "}",
            "{on: content, do: refuse, times: 3, status: " + status + "}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
    sandbox.faults().clear();
  }

  @Test
  void aProviderThatIsDownHoldsUpNoOther() throws IOException {
    FaultyJob waits = FaultyJob.dropInto("silent", daemon, sandbox, "waits", 3);
    daemon.partThat(waits.name(), part -> part.pause().reason().isPresent());

    drop("passes").deliveredOnce();
    assertThat(daemon.job(waits.name()).orElseThrow().state().isFinal()).isFalse();
  }

  @Test
  void aJobThatCanNotGoOnHoldsUpNoOther() throws IOException {
    FaultyJob stuck = drop("behind", "{on: content, do: refuse, status: 500, times: 0}");
    daemon.partThat(stuck.name(), part -> part.pause().reason().isPresent());

    drop("ahead").deliveredOnce();
    sandbox.faults().clear();
    stuck.deliveredOnce();
  }

  @ParameterizedTest
  @ValueSource(strings = {"upload", "create", "retrieve", "content"})
  void aCallThatHangsEndsAtItsDeadline(String call) throws IOException {
    FaultyJob job = drop("slow" + call, "{on: " + call + ", do: accept-delay, delay: 5s}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"upload", "retrieve", "content"})
  void aCallWithoutAReplyIsRepeated(String call) throws IOException {
    FaultyJob job = drop("gone" + call, "{on: " + call + ", do: drop, times: 2}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @Test
  void aFileThatIsNotThereYetIsWaitedForAndNotUploadedAgain() throws IOException {
    FaultyJob job = drop("notyet", "{on: create, do: not-yet, age: 1500ms}");

    job.deliveredOnce();
    assertThat(job.batches()).hasSize(1);
    String key = daemon.jobId(job.name()).toString();
    assertThat(sandbox.ledger().uploads())
        .filteredOn(upload -> upload.filename().contains(key))
        .hasSize(1);
  }

  @Test
  void aFileThatWasDroppedBeforeIsNotBoughtAgainUnderAnotherName() throws IOException {
    FaultyJob first = drop("original");
    first.deliveredOnce();
    daemon.drop("tickets", "copy.csv", FaultyJob.table("original", 5));

    Path folder = daemon.published("tickets", "copy.csv");
    assertThat(errorCodes(folder)).containsExactly("duplicate");
    assertThat(daemon.over("copy.csv").state().label()).isEqualTo("rejected");
    assertThat(first.creates()).isEqualTo(1);
  }
}
