package org.batchdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.input.Claim;
import org.batchdrop.input.Contents;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.RowId;
import org.batchdrop.job.RowOrder;
import org.batchdrop.job.RowSelection;
import org.batchdrop.journal.Journal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryCommandTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  private static final String PIPELINE =
      """
      provider: sandbox
      input: {type: csv}
      request:
        body:
          model: gpt-4o-mini
          messages:
            - {role: user, content: "{{text}}"}
      """;

  @TempDir private Path home;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeHome() throws IOException {
    write("pipelines/tickets.yaml", PIPELINE);
    write("outbox/tickets/" + JOB + "/input/tickets.csv", "id,text\n1,a\n2,b\n3,c\n");
    write("outbox/tickets/" + JOB + "/output.jsonl", "");
    write("work/" + JOB + "/pipeline.yaml", PIPELINE);
  }

  @Test
  void onlyTheRowsThatWereChosenAreHandedOverWhole() throws IOException {
    write(
        "work/" + JOB + "/rows.txt",
        new RowOrder(RowSelection.parse("2-"), Optional.of(1L)).toText());
    journal("tickets.csv", "", 0, new JobState.Refused(), new JobState.Rejected());

    assertThat(retry()).isEqualTo(ExitCode.OK);

    Path entry = home.resolve("inbox/tickets/tickets-retry1.csv");
    assertThat(Claim.rowOrder(entry).applyTo(RowSelection.ALL)).hasToString("2");
  }

  @Test
  void whenNobodyKnowsWhichRowsWereChosenNothingIsHandedOver() throws IOException {
    Tree.remove(home.resolve("work/" + JOB));
    journal("tickets.csv", "", 0, new JobState.Refused(), new JobState.Rejected());

    assertThat(retry()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("whether only some rows were asked for");
  }

  @Test
  void theChoiceOfThePipelineIsNotMadeTwice() throws IOException {
    write("pipelines/tickets.yaml", PIPELINE.replace("{type: csv}", "{type: csv, rows: '2-'}"));
    delivered(2);
    failedRows(1, 3);

    assertThat(retry()).isEqualTo(ExitCode.OK);

    Path entry = home.resolve("inbox/tickets/tickets-retry1.csv");
    assertThat(Claim.rowOrder(entry).rows()).contains(RowSelection.ALL);
  }

  private Path write(String path, String text) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void failedRows(long... rows) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (long row : rows) {
      lines.append("{\"custom_id\":\"").append(RowId.of(JOB, row)).append("\"}\n");
    }
    write("outbox/tickets/" + JOB + "/errors.jsonl", lines.toString());
  }

  /** Records the job, step by step. */
  private void journal(String inputName, String contents, long failed, JobState... steps)
      throws IOException {
    Files.createDirectories(home.resolve("work"));
    Path file = home.resolve("work/journal.db");
    try (Journal journal = Journal.open(file, InstantSource.fixed(NOW))) {
      journal.received(
          new Job(
              JOB,
              "tickets",
              inputName,
              1234,
              "",
              new JobState.Received(),
              "sandbox",
              Job.Totals.NONE,
              Job.Times.received(NOW),
              Optional.empty(),
              Optional.empty(),
              contents,
              Job.Orders.NONE,
              1));
      for (JobState step : steps) {
        Job seen = journal.job(JOB).orElseThrow();
        Job changed = seen.to(step).with(new Job.Totals(3, 0, 3 - failed, failed, 1)).of(contents);
        journal.change(
            seen,
            step.isFinal() ? changed.publishedIn("outbox/tickets/" + JOB) : changed,
            List.of(),
            "");
      }
    }
  }

  private void delivered(long failed) throws IOException {
    delivered("", failed);
  }

  private void delivered(String contents, long failed) throws IOException {
    journal(
        "tickets.csv",
        contents,
        failed,
        new JobState.Prepared(),
        new JobState.Collected(),
        new JobState.Delivered());
  }

  private int retry(String... options) {
    List<String> arguments = new ArrayList<>(List.of("retry", "3fa9c1", "--home", home.toString()));
    arguments.addAll(List.of(options));
    return Commands.execute(
        arguments.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err), false);
  }

  private List<String> entries(String folder) throws IOException {
    try (Stream<Path> entries = Files.list(home.resolve(folder))) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void failedRowsAreHandedOverUnderANewName() throws IOException {
    delivered(2);
    failedRows(1, 3);

    assertThat(retry()).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            "handed over: inbox/tickets/tickets-retry1.csv (2 rows of "
                + JOB
                + " without an answer)\n");
    assertThat(home.resolve("inbox/tickets/tickets-retry1.csv")).hasContent("id,text\n1,a\n3,c\n");
    assertThat(entries("inbox/tickets"))
        .containsExactly(".tickets-retry1.csv.ready", "tickets-retry1.csv");
    assertThat(entries("work")).noneMatch(name -> name.startsWith(".retry"));
  }

  private static final String FUNCTIONS =
      PIPELINE
          .replace("{type: csv}", "{type: source, split: function}")
          .replace("{{text}}", "{{code}}");

  /** Two functions and one; the first function of the first file failed. */
  private void failedFunction(String rest) throws IOException {
    write("pipelines/tickets.yaml", FUNCTIONS + rest);
    write("work/" + JOB + "/pipeline.yaml", FUNCTIONS + rest);
    String input = "outbox/tickets/" + JOB + "/input/code/";
    write(input + "a.c", "int one(void) { return 1; }\nint two(void) { return 2; }\n");
    write(input + "b.c", "int three(void) { return 3; }\n");
    journal(
        "code", "", 1, new JobState.Prepared(), new JobState.Collected(), new JobState.Delivered());
    failedRows(1);
  }

  @Test
  void rowsThatComeAlongBecauseFilesGoWholeAreToldToo() throws IOException {
    failedFunction("");

    assertThat(retry()).as(err.toString()).isEqualTo(ExitCode.OK);

    assertThat(entries("inbox/tickets/code-retry1")).containsExactly("a.c");
    assertThat(out.toString())
        .contains(
            "(1 row of "
                + JOB
                + " without an answer, and 1 with one, as files go whole: it is bought once more"
                + " unless the pipeline has 'reuse: true')");
  }

  @Test
  void rowsThatComeAlongKeepTheirAnswersWhereThePipelineReusesThem() throws IOException {
    failedFunction("reuse: true\n");

    assertThat(retry()).isEqualTo(ExitCode.OK);

    assertThat(out.toString()).contains("and 1 with one, as files go whole: it keeps its answer");
  }

  @Test
  void programsLearnHowManyRowsComeAlong() throws IOException {
    failedFunction("");

    assertThat(retry("--json")).isEqualTo(ExitCode.OK);

    assertThat(out.toString()).contains("\"rows\":1,\"answered_rows\":1,");
  }

  @Test
  void onlyFailedIsTheDefault() throws IOException {
    delivered(1);
    failedRows(2);

    assertThat(retry("--only", "failed")).isEqualTo(ExitCode.OK);

    assertThat(home.resolve("inbox/tickets/tickets-retry1.csv")).hasContent("id,text\n2,b\n");
  }

  @Test
  void programsGetOneObject() throws IOException {
    delivered(1);
    failedRows(2);

    assertThat(retry("--json")).isEqualTo(ExitCode.OK);

    assertThat(out.toString().strip())
        .isEqualTo(
            "{\"job\":\""
                + JOB
                + "\",\"pipeline\":\"tickets\",\"rows\":1,\"answered_rows\":0,"
                + "\"input\":\"inbox/tickets/tickets-retry1.csv\"}");
  }

  @Test
  void nothingReplacesARetryThatWaits() throws IOException {
    delivered(1);
    failedRows(2);
    write("inbox/tickets/tickets-retry1.csv", "mine");

    assertThat(retry()).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("waits in the inbox already; nothing was handed over");
    assertThat(home.resolve("inbox/tickets/tickets-retry1.csv")).hasContent("mine");
  }

  @Test
  void jobWithoutFailedRowsHasNothingToHandOver() throws IOException {
    delivered(0);

    assertThat(retry()).isEqualTo(ExitCode.OK);

    assertThat(out.toString()).contains("every row has its answer; nothing to hand over");
    assertThat(home.resolve("inbox")).doesNotExist();
  }

  @Test
  void rejectedJobIsHandedOverWhole() throws IOException {
    journal("tickets.csv", "", 0, new JobState.Refused(), new JobState.Rejected());

    assertThat(retry()).isEqualTo(ExitCode.OK);

    assertThat(out.toString()).contains("(the whole input of " + JOB + ")");
    assertThat(home.resolve("inbox/tickets/tickets-retry1.csv"))
        .hasContent("id,text\n1,a\n2,b\n3,c\n");
  }

  @Test
  void wholeFolderIsHandedOverAsAFolder() throws IOException {
    write("outbox/tickets/" + JOB + "/input/minic-2.0/src/a.c", "int a;");
    journal("minic-2.0", "", 0, new JobState.Refused(), new JobState.Rejected());

    assertThat(retry()).isEqualTo(ExitCode.OK);

    assertThat(home.resolve("inbox/tickets/minic-2.0-retry1/src/a.c")).hasContent("int a;");
  }

  @Test
  void whatALinkLeadsToIsNotHandedOver() throws IOException {
    Path secret = write("secret.txt", "not for a provider");
    Path file = write("outbox/tickets/" + JOB + "/input/minic/a.c", "int a;");
    Files.createSymbolicLink(file.resolveSibling("b.c"), secret);
    journal("minic", "", 0, new JobState.Refused(), new JobState.Rejected());

    assertThat(retry()).isEqualTo(ExitCode.OK);

    assertThat(entries("inbox/tickets/minic-retry1")).containsExactly("a.c");
  }

  @Test
  void inputThatIsALinkIsNotHandedOver() throws IOException {
    Path secret = write("secret.txt", "not for a provider");
    Path input = home.resolve("outbox/tickets/" + JOB + "/input/link.csv");
    Files.createSymbolicLink(input, secret);
    journal("link.csv", "", 0, new JobState.Refused(), new JobState.Rejected());

    assertThat(retry()).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("input/link.csv is a link or a device");
    assertThat(home.resolve("inbox")).doesNotExist();
  }

  @Test
  void retryOfARetryCountsOn() throws IOException {
    write("outbox/tickets/" + JOB + "/input/t.v2-retry9.csv", "id,text\n1,a\n");
    journal("t.v2-retry9.csv", "", 0, new JobState.Refused(), new JobState.Rejected());

    assertThat(retry()).isEqualTo(ExitCode.OK);

    assertThat(entries("inbox/tickets")).contains("t.v2-retry10.csv");
  }

  @Test
  void jobThatIsNotFinishedIsAUsageError() throws IOException {
    journal("tickets.csv", "", 0, new JobState.Prepared());

    assertThat(retry()).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains(JOB + " is prepared and not finished");
    assertThat(home.resolve("inbox")).doesNotExist();
  }

  @Test
  void resultsThatWereDeletedAreAUsageError() throws IOException {
    delivered(1);

    assertThat(retry()).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString())
        .contains("outbox/tickets/" + JOB + "/errors.jsonl is gone")
        .contains("drop the original file into inbox/tickets");
  }

  @Test
  void pipelineThatIsGoneIsAUsageError() throws IOException {
    delivered(1);
    failedRows(2);
    Files.delete(home.resolve("pipelines/tickets.yaml"));

    assertThat(retry()).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("there is no pipeline 'tickets' any more");
  }

  @Test
  void wholeInputThatWouldBeADuplicateIsRefusedWithTheWayOut() throws IOException {
    delivered(contents(), 0);

    assertThat(retry("--all")).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString())
        .contains("would be rejected as a duplicate")
        .contains("set 'on-duplicate: run' in pipelines/tickets.yaml");
    assertThat(home.resolve("inbox")).doesNotExist();
  }

  @Test
  void wholeInputOfAChangedPipelineIsNew() throws IOException {
    delivered(contents(), 0);
    write("pipelines/tickets.yaml", PIPELINE + "on-duplicate: run\n");

    assertThat(retry("--all")).isEqualTo(ExitCode.OK);

    assertThat(out.toString()).contains("(all 3 rows of " + JOB + ")");
    assertThat(home.resolve("inbox/tickets/tickets-retry1.csv"))
        .hasContent("id,text\n1,a\n2,b\n3,c\n");
  }

  @Test
  void wholeInputOfAJobWithFailedRowsIsNoDuplicate() throws IOException {
    delivered(contents(), 1);
    failedRows(2);

    assertThat(retry("--all")).isEqualTo(ExitCode.OK);

    assertThat(entries("inbox/tickets")).contains("tickets-retry1.csv");
  }

  @Test
  void onlyAndAllExcludeEachOther() throws IOException {
    delivered(1);

    assertThat(retry("--only", "failed", "--all")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("mutually exclusive");
  }

  private String contents() throws IOException {
    return Contents.hash(
        List.of(home.resolve("pipelines/tickets.yaml")),
        home.resolve("outbox/tickets/" + JOB + "/input/tickets.csv"),
        StopCheck.NEVER);
  }
}
