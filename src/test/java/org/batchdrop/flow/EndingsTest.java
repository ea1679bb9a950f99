package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchdrop.flow.FaultyJob.errorCodes;
import static org.batchdrop.flow.FaultyJob.failedRows;
import static org.batchdrop.flow.FaultyJob.problems;

import java.io.IOException;
import java.nio.file.Path;
import org.batchdrop.job.JobOrder.Verb;
import org.batchdrop.job.PartState;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a batch ends and whatever its files look like: each row is accounted for, and only rows
 * without an answer are bought again.
 */
class EndingsTest {

  @TempDir private static Path root;
  private static SandboxServer sandbox;
  private static DaemonFixture daemon;

  @BeforeAll
  static void start() throws IOException, DaemonRefused {
    sandbox = DaemonFixture.sandbox(root);
    daemon = new DaemonFixture(root.resolve("home"));
    daemon.write("pipelines/small.yaml", DaemonFixture.TICKETS.replace("gpt-4o-mini", "gpt-4o"));
    daemon.setting("batchdrop.give-up-after=2s").start(sandbox.baseUrl());
  }

  @AfterAll
  static void stop() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private static FaultyJob drop(String stem, int rows, String... rules) throws IOException {
    return FaultyJob.drop(daemon, sandbox, stem, rows, rules);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"invalid_json_line", "duplicate_custom_id", "url_mismatch", "model_mismatch"})
  void aLineThatFailsValidationFailsItsRowAndTheRestIsBoughtOnce(String code) throws IOException {
    FaultyJob job =
        drop(
            code.replace('_', '-'),
            10,
            "{do: batch, end: failed, problems: [{code: " + code + ", message: bad, line: 3}]}");

    Path folder = job.delivered(9);
    assertThat(failedRows(folder)).containsExactly(3);
    assertThat(errorCodes(folder)).containsExactly(code);
    assertThat(job.creates()).isEqualTo(2);
    job.assertRan(9);
  }

  @Test
  void aFileThatFailsValidationAsAWholeCostsNothing() throws IOException {
    FaultyJob job =
        drop(
            "tasks",
            5,
            "{do: batch, end: failed, problems: [{code: too_many_tasks, message: no}], times: 0}");

    Path folder = job.delivered(0);
    assertThat(errorCodes(folder)).containsOnly("too_many_tasks");
    assertThat(job.runs()).isEmpty();
  }

  @Test
  void aBatchThatFailsForWantOfRoomIsBoughtLaterWhole() throws IOException {
    FaultyJob job =
        drop(
            "room",
            5,
            "{do: batch, end: failed, times: 2,"
                + " problems: [{code: token_limit_exceeded, message: enqueued tokens}]}");

    job.deliveredOnce();
    assertThat(job.batches()).hasSize(3);
  }

  @Test
  void aPartThatIsLargerThanTheRoomIsBoughtInPieces() throws IOException {
    FaultyJob job =
        FaultyJob.dropInto(
            "small",
            daemon,
            sandbox,
            "pieces",
            40,
            "{do: batch, end: failed, problems: [{code: token_limit_exceeded,"
                + " message: 'Enqueued token limit reached. Limit: 200 enqueued tokens.'}]}");

    job.deliveredOnce();
    assertThat(job.batches()).hasSizeGreaterThan(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anExpiredBatchKeepsItsAnswersAndOnlyTheRestIsBought(boolean absent) throws IOException {
    FaultyJob job =
        drop(
            absent ? "absent" : "expired",
            100,
            "{do: batch, end: expired, share: 0.37, rest-absent: " + absent + "}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(2);
    assertThat(sandbox.ledger().uploads())
        .filteredOn(upload -> upload.fileId().equals(job.batches().get(1).inputFileId()))
        .singleElement()
        .satisfies(upload -> assertThat(upload.lines()).isEqualTo(63));
  }

  @Test
  void whatSomebodyElseCancelledIsParkedAndApprovalBuysTheRest() throws IOException {
    FaultyJob job = drop("approved", 10, "{do: batch, end: cancelled, share: 0.4}");
    daemon.parked(job.name(), "cancelled at the provider");
    assertThat(job.creates()).isEqualTo(1);

    daemon.order(Verb.APPROVE, job.name());
    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(2);
  }

  @Test
  void whatSomebodyElseCancelledIsDeliveredAsItIsWhenTheJobIsCancelled() throws IOException {
    FaultyJob job = drop("dropped", 10, "{do: batch, end: cancelled, share: 0.4}");
    daemon.parked(job.name(), "cancelled at the provider");

    daemon.order(Verb.CANCEL, job.name());
    job.delivered(4);
    job.assertRan(4);
    assertThat(job.creates()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "none-null, ''",
    "none-empty, ', no-file: empty'",
    "none-absent, ', no-file: absent'"
  })
  void withoutAnOutputFileTheErrorFileSpeaks(String stem, String shape) throws IOException {
    FaultyJob job = drop(stem, 4, "{do: batch, failing: 1, times: 0" + shape + "}");

    Path folder = job.delivered(0);
    assertThat(errorCodes(folder))
        .isSubsetOf("sandbox_refusal", "server_error", "rate_limit_exceeded");
    // Each earlier try is known to have been no answer.
    assertThat(job.runs()).hasSize(4);
    assertThat(job.runs().values()).allMatch(count -> count <= 3);
  }

  @Test
  void anErrorFileOfNoBytesMeansNoErrors() throws IOException {
    drop("zero", 4, "{do: batch, empty-error-file: true}").deliveredOnce();
  }

  @Test
  void filesAreFetchedOnlyWhenTheBatchHasEndedAndA404IsTriedAgain() throws IOException {
    FaultyJob job =
        drop(
            "early",
            4,
            "{do: batch, early-ids: true, stuck: finalizing, stuck-for: 1s}",
            "{on: content, do: refuse, status: 404, times: 2}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
    assertThat(daemon.parts(job.name())).singleElement().matches(p -> p.state().isFinal());
  }

  @Test
  void missingLinesAreBoughtOnceMoreWhateverTheCountsSay() throws IOException {
    FaultyJob job = drop("missing", 10, "{on: create, do: lines, damage: leave-out, at: [2, -1]}");

    job.delivered(10);
    assertThat(job.batches()).hasSize(2);
    assertThat(job.runs().values()).containsOnly(1, 2);
    assertThat(job.runs().values().stream().filter(count -> count == 2)).hasSize(2);
  }

  @Test
  void rowsThatStayMissingFailAfterOneMoreTry() throws IOException {
    FaultyJob job =
        drop("gaps", 10, "{on: create, do: lines, damage: leave-out, at: [1, 2], times: 0}");

    Path folder = job.delivered(8);
    assertThat(errorCodes(folder)).containsOnly("missing_answer");
    assertThat(job.batches()).hasSize(2);
    assertThat(job.runs().values()).allMatch(count -> count <= 2);
  }

  /** What is no answer is bought again; {@code damage} says what is no answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "status-zero",
        "no-status",
        "no-response",
        "invalid-json",
        "nul",
        "bad-utf8",
        "cut-last",
        "no-id",
      })
  void aLineThatIsNoAnswerIsBoughtOnceMore(String damage) throws IOException {
    FaultyJob job = drop(damage, 8, "{on: create, do: lines, damage: " + damage + "}");

    job.delivered(8);
    assertThat(job.batches()).hasSize(2);
    assertThat(job.runs()).hasSize(8);
    assertThat(job.runs().values().stream().filter(count -> count == 2)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bom", "crlf", "blank", "body-text", "mixed", "alien", "repeat"})
  void aLineThatIsReadableAllTheSameIsNotBoughtAgain(String damage) throws IOException {
    FaultyJob job = drop(damage, 8, "{on: create, do: lines, damage: " + damage + "}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  /** The code inside decides whether the row is worth another try. */
  @ParameterizedTest
  @CsvSource({"error-body, 8", "error-text, 7"})
  void anErrorIsNoAnswerWhateverItsStatusSays(String damage, int answered) throws IOException {
    FaultyJob job = drop(damage, 8, "{on: create, do: lines, damage: " + damage + "}");

    job.delivered(answered);
    assertThat(job.runs()).hasSize(8);
    assertThat(job.runs().values().stream().filter(count -> count == 2)).hasSize(answered - 7);
  }

  @Test
  void ofTwoAnswersTheFirstCountsAndTheReportSaysSo() throws IOException {
    FaultyJob job = drop("conflict", 8, "{on: create, do: lines, damage: conflict, at: 3}");

    Path folder = job.deliveredOnce();
    assertThat(problems(folder)).contains("conflicting_line");
  }

  @Test
  void aForeignLineIsLeftOutAndReported() throws IOException {
    FaultyJob job = drop("foreign", 8, "{on: create, do: lines, damage: alien, at: [1, 5]}");

    assertThat(problems(job.deliveredOnce())).contains("foreign_line");
  }

  @Test
  void fiftyThousandShuffledLinesComeOutInInputOrder() throws IOException {
    drop("shuffled", 50_000).deliveredOnce();
  }

  @Test
  void aDownloadThatWasCutShortIsFetchedAgain() throws IOException {
    FaultyJob job = drop("short", 8, "{on: content, do: accept-truncate, times: 2}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410})
  void anOutputThatIsGoneForGoodIsParkedAndApprovalBuysItsRowsAgain(int status) throws IOException {
    FaultyJob job =
        drop("gone" + status, 4, "{on: content, do: refuse, times: 0, status: " + status + "}");
    daemon.parked(job.name(), "result file can't be fetched");
    assertThat(job.creates()).isEqualTo(1);

    sandbox.faults().clear();
    FaultyJob.refuseContentOf(sandbox, job.batches().get(0));
    daemon.order(Verb.APPROVE, job.name());
    job.delivered(4);
    assertThat(job.creates()).isEqualTo(2);
    // Paid for twice because a person said so.
    job.assertRanTwice(1, 2, 3, 4);
  }

  @Test
  void anOutputThatIsGoneForGoodIsReportedWhenTheJobIsCancelled() throws IOException {
    FaultyJob job = drop("lost", 4, "{on: content, do: refuse, times: 0, status: 410}");
    daemon.parked(job.name(), "result file can't be fetched");

    daemon.order(Verb.CANCEL, job.name());
    Path folder = job.delivered(0);
    assertThat(errorCodes(folder)).containsOnly(PartState.LOST_PAID);
    assertThat(job.creates()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "upper, 'letters: upper'",
    "title, 'letters: title'",
    "words, 'words: {validating: CREATED, in_progress: pondering, finalizing: FINALIZED}'",
    "success, 'words: {completed: SUCCESS}'",
    "skipped, 'skipped: [in_progress, finalizing]'",
    "frozen, 'counts: frozen'",
    "late, 'counts: late'",
    "uncounted, 'counts: absent'",
    "nullcount, 'counts: ''null'''",
    "integer, 'counts: integer'",
  })
  void wordsAndCountsThatAreStrangeDecideNothing(String stem, String habit) throws IOException {
    FaultyJob job =
        drop(
            stem,
            6,
            "{do: batch, stuck: in_progress, stuck-for: 600ms, share: 0.5, " + habit + "}");

    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }
}
