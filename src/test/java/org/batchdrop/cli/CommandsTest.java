package org.batchdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.flow.HomeLock;
import org.batchdrop.input.Claim;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.RowSelection;
import org.batchdrop.journal.Journal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");

  @TempDir private Path home;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Commands.execute(arguments, new PrintWriter(out), new PrintWriter(err), false);
  }

  private int runAtHome(String... arguments) {
    return run(
        Stream.concat(Stream.of(arguments), Stream.of("--home", home.toString()))
            .toArray(String[]::new));
  }

  private Path file(String name) throws IOException {
    return Files.writeString(home.resolve(name), "id,text\n1,a\n");
  }

  private static Job job(JobState state) {
    return new Job(
        JOB,
        "tickets",
        "tickets.csv",
        1234,
        "",
        state,
        "sandbox",
        new Job.Totals(10, 0, 7, 3, 1),
        Job.Times.received(NOW),
        Optional.of("outbox/tickets/" + JOB),
        Optional.of("no key"),
        "",
        Job.Orders.NONE,
        1);
  }

  private static Part part(PartState state, long completed) {
    return new Part(
        new PartId(JOB, 1, 1),
        state,
        new Part.Size(10, 1, 10, 456),
        Lane.BATCH,
        "/v1/x",
        "m",
        "sandbox",
        "",
        new Part.Seen("in_progress", completed, 0),
        Part.Pause.none(NOW),
        Part.Purchase.FIRST,
        1);
  }

  private void writeJournal() throws IOException {
    Files.createDirectories(home.resolve("work"));
    try (Journal journal =
        Journal.open(home.resolve("work/journal.db"), InstantSource.fixed(NOW))) {
      journal.received(job(new JobState.Received()));
      Job seen = journal.job(JOB).orElseThrow();
      journal.change(
          seen,
          seen.to(new JobState.Prepared()),
          List.of(part(new PartState.Live("f", "batch-1"), 4)),
          "1 parts");
    }
  }

  @AfterEach
  void forgetWhereTheLogGoes() {
    List.of("batchdrop.log.folder", "batchdrop.story.level", "logback.configurationFile")
        .forEach(System::clearProperty);
  }

  @Test
  void withoutACommandTheUsageIsPrinted() {
    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("demo", "run", "submit", "jobs", "show", "sandbox");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "run",
        "check",
        "estimate",
        "submit",
        "jobs",
        "show",
        "sandbox",
        "batches",
        "files",
        "doctor",
        "clean",
        "merge",
        "analyze"
      })
  void everyCommandExplainsItself(String command) {
    assertThat(run(command, "--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("Usage: batchdrop " + command);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void anUnknownCommandIsAUsageError() {
    assertThat(run("submitt")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("submit");
  }

  @Test
  void submitNeedsAPipeline() throws IOException {
    assertThat(runAtHome("submit", file("t.csv").toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--pipeline");
  }

  @Test
  void submitToAnUnknownPipelineSuggestsTheRightOne() throws IOException {
    Path input = file("t.csv");

    assertThat(runAtHome("submit", input.toString(), "--pipeline", "request"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("there is no pipeline 'request'")
        .contains("did you mean 'requests'?");
    assertThat(home.resolve("inbox")).doesNotExist();
  }

  @Test
  void aPipeInsideOfASubmittedFolderIsNamedAndNotWaitedFor() throws Exception {
    Path tree = Files.createDirectory(home.resolve("tree"));
    assertThat(new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start().waitFor())
        .isZero();

    assertThat(runAtHome("submit", tree.toString(), "--pipeline", "requests")).isNotZero();
    assertThat(err.toString()).contains("is a pipe or a device");
    assertThat(home.resolve("inbox/requests/tree")).doesNotExist();
  }

  @Test
  void submitOfAFileThatIsNotThereIsAUsageError() {
    assertThat(runAtHome("submit", "no-such-file.csv", "--pipeline", "requests"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("'no-such-file.csv' can't be read");
  }

  @Test
  void submitHandsAFileOverWholeAndKeepsTheOriginal() throws IOException {
    Path input = file("t.jsonl");

    assertThat(runAtHome("submit", input.toString(), "--pipeline", "requests"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("handed over: inbox/requests/t.jsonl");
    assertThat(err.toString()).contains("no daemon runs in " + home);
    assertThat(home.resolve("inbox/requests/t.jsonl")).hasSameBinaryContentAs(input);
    assertThat(input).exists();
    try (Stream<Path> entries = Files.list(home.resolve("inbox/requests"))) {
      assertThat(entries.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("t.jsonl", ".t.jsonl.ready");
    }
  }

  @Test
  void submitIsSilentAboutADaemonThatRuns() throws IOException {
    Files.createDirectories(home.resolve("work"));
    try (HomeLock lock = HomeLock.take(home.resolve("work/daemon.lock")).orElseThrow()) {
      assertThat(HomeLock.take(home.resolve("work/daemon.lock"))).isEmpty();
      assertThat(runAtHome("submit", file("t.jsonl").toString(), "--pipeline", "requests"))
          .isEqualTo(ExitCode.OK);
      assertThat(lock).isNotNull();
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void submitHandsAFolderOver() throws IOException {
    Files.createDirectories(home.resolve("minic/src"));
    Files.writeString(home.resolve("minic/src/a.c"), "int a;");

    assertThat(runAtHome("submit", home.resolve("minic").toString(), "--pipeline", "requests"))
        .isEqualTo(ExitCode.OK);
    assertThat(home.resolve("inbox/requests/minic/src/a.c")).hasContent("int a;");
  }

  @Test
  void submitReplacesNothingThatWaits() throws IOException {
    Path waiting = Files.createDirectories(home.resolve("inbox/requests")).resolve("t.jsonl");
    Files.writeString(waiting, "mine");

    assertThat(runAtHome("submit", file("t.jsonl").toString(), "--pipeline", "requests"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("waits in the inbox already; nothing was handed over");
    assertThat(waiting).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"t.part", "t.tmp", ".t.csv"})
  void submitRefusesANameThatTheInboxIgnores(String name) throws IOException {
    assertThat(runAtHome("submit", file(name).toString(), "--pipeline", "requests"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void jobsWithoutAJournalSaysSoAndMakesNone() {
    assertThat(runAtHome("jobs")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("no jobs yet in " + home);
    assertThat(home.resolve("work")).doesNotExist();
  }

  @Test
  void showWithoutAJournalIsAUsageError() {
    assertThat(runAtHome("show", JOB.value())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("there are no jobs yet in " + home);
  }

  @Test
  void jobsListsWhatTheJournalKnows() throws IOException {
    writeJournal();

    assertThat(runAtHome("jobs")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains(JOB + "  tickets  4 of 10 rows answered, 0 of 1 part ended");
  }

  @ParameterizedTest
  @ValueSource(strings = {"20261101-120000-tickets-3fa9c1", "3fa9c1", "tickets-3fa9c1"})
  void showFindsAJobByItsIdOrItsEnd(String id) throws IOException {
    writeJournal();

    assertThat(runAtHome("show", id)).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("job       " + JOB)
        .contains("part-0001  live  10 rows  batch-1  in_progress 4+0")
        .contains("received -> prepared  1 parts");
  }

  @Test
  void jobsAndTheirPartsAreToldAsJson() throws IOException {
    writeJournal();

    assertThat(runAtHome("jobs", "--json")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .startsWith("[{\"id\":\"" + JOB + "\"")
        .contains("\"state\":\"prepared\"", "\"delivered\":null")
        .hasLineCount(1);
    out.getBuffer().setLength(0);
    assertThat(runAtHome("show", "3fa9c1", "--json")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("\"part\":\"part-0001\",\"state\":\"live\"")
        .contains("\"from\":\"received\",\"to\":\"prepared\"")
        .hasLineCount(1);
  }

  @Test
  void withoutAJournalTheListOfJobsIsEmptyJson() {
    assertThat(runAtHome("jobs", "--json")).isEqualTo(ExitCode.OK);
    assertThat(out.toString().strip()).isEqualTo("[]");
  }

  @Test
  void anOrderIsConfirmedAsJson() throws IOException {
    writeJournal();

    assertThat(runAtHome("cancel", "3fa9c1", "--json")).isEqualTo(ExitCode.OK);
    assertThat(out.toString().strip())
        .isEqualTo("{\"order\":\"cancel\",\"job\":\"" + JOB + "\",\"daemon_runs\":false}");
  }

  @Test
  void aDocumentCanNotSteerATerminal() {
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), true);
    console.json(Json.object().put("name", "a\u001b[2J\u009b1m\u202eb"));

    assertThat(out.toString().strip()).isEqualTo("{\"name\":\"a\\u001B[2J\\u009b1m\\u202eb\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1", "nobody", "20261101-120000-other-3fa9c1"})
  void showOfAnUnknownJobIsAUsageError(String id) throws IOException {
    writeJournal();

    assertThat(runAtHome("show", id)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("there is no job '" + id + "'");
  }

  @Test
  void aDamagedJournalIsAnErrorInOneLine() throws IOException {
    Files.createDirectories(home.resolve("work"));
    Files.writeString(home.resolve("work/journal.db"), "no database at all ".repeat(100));

    assertThat(runAtHome("jobs")).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(err.toString()).startsWith("batchdrop failed: journal").hasLineCount(1);
  }

  @Test
  void runNamesEveryProblemOfTheConfiguration() throws IOException {
    Files.writeString(home.resolve("application.properties"), "batchdrop.poll-tik=1s\n");
    Files.createDirectories(home.resolve("pipelines"));
    Files.writeString(home.resolve("pipelines/one.yaml"), "provider: nobody\n");

    assertThat(runAtHome("run")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("batchdrop does not start: ")
        .contains("application.properties:1: unknown setting 'batchdrop.poll-tik'")
        .contains("pipelines/one.yaml:1: ");
  }

  @Test
  void demoTouchesNoFolderThatIsNoDemoHome() throws IOException {
    Path mine = Files.writeString(home.resolve("mine.txt"), "precious");

    assertThat(run("demo", "--dir", home.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("is no demo home; nothing was touched");
    assertThat(mine).hasContent("precious");
  }

  @ParameterizedTest
  @CsvSource({"delivered, 1", "rejected, 3"})
  void theExitCodeSaysWhatBecameOfTheJob(String state, int code) {
    assertThat(new JobView(job(JobState.of(state)), List.of()).exitCode()).isEqualTo(code);
  }

  @Test
  void aJobWithoutFailedRowsIsASuccess() {
    Job job = job(new JobState.Delivered()).with(new Job.Totals(10, 0, 10, 0, 1));

    assertThat(new JobView(job, List.of()).exitCode()).isEqualTo(ExitCode.OK);
  }

  @Test
  void progressIsFullOnlyWhenTheResultsArePublished() {
    Part live = part(new PartState.Live("f", "b"), 5);
    Part done = part(new PartState.Live("f", "b"), 10);

    assertThat(new JobView(job(new JobState.Received()), List.of()).share()).isZero();
    assertThat(new JobView(job(new JobState.Prepared()), List.of(live)).share()).isEqualTo(0.5);
    assertThat(new JobView(job(new JobState.Prepared()), List.of(done)).share()).isEqualTo(0.99);
    assertThat(new JobView(job(new JobState.Delivered()), List.of(done)).share()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, '  0%'",
    "0.5, 14, ' 50%'",
    "0.999, 28, ' 99%'",
    "1, 28, '100%'",
    "-3, 0, '  0%'",
    "7, 28, '100%'",
    "NaN, 0, '  0%'"
  })
  void theBarIsFullAtOneAndNeverBeyond(double share, int full, String percent) {
    assertThat(Console.bar(share))
        .isEqualTo("[" + "#".repeat(full) + "-".repeat(28 - full) + "] " + percent);
  }

  @Test
  void linesAreDrawnOverTheLastOnes() {
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), true);

    assertThat(console.redraw(List.of("a", "b"), 0)).isEqualTo(2);
    assertThat(console.redraw(List.of("c"), 2)).isEqualTo(1);
    assertThat(out.toString()).isEqualTo("\u001b[2Ka\n\u001b[2Kb\n\u001b[2A\u001b[2Kc\n");
  }

  private static final String TABLES =
      """
      provider: sandbox
      input: {type: csv}
      request:
        body:
          model: gpt-4o-mini
          messages: [{role: user, content: "{{text}}"}]
      """;

  private Path tickets(String table) throws IOException {
    Files.writeString(
        Files.createDirectories(home.resolve("pipelines")).resolve("tickets.yaml"), TABLES);
    return Files.writeString(home.resolve("t.csv"), table);
  }

  private List<String> entries() throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      return all.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void submitSaysWhichRowsBesideTheFile() throws IOException {
    Path input = tickets("id,text\n1,a\n");

    assertThat(
            runAtHome(
                "submit",
                input.toString(),
                "--pipeline",
                "tickets",
                "--rows",
                "2-9",
                "--limit",
                "3"))
        .isEqualTo(ExitCode.OK);
    assertThat(Claim.rowOrder(home.resolve("inbox/tickets/t.csv")).applyTo(RowSelection.ALL))
        .hasToString("2-4");
  }

  @ParameterizedTest
  @CsvSource({
    "--rows, 9-3, expected rows such as",
    "--rows, x, expected rows such as",
    "--limit, -1, expected a whole number"
  })
  void wrongRowsAreAUsageErrorAndNothingIsHandedOver(String option, String value, String words)
      throws IOException {
    Path input = tickets("id,text\n1,a\n");

    assertThat(runAtHome("submit", input.toString(), "--pipeline", "tickets", option, value))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(words);
    assertThat(home.resolve("inbox")).doesNotExist();
  }

  @Test
  void checkNamesEachBadRowAndLeavesNothing() throws IOException {
    Path input = tickets("id,text\n1,a\n2\n3,c,d\n4,e\n");
    List<String> before = entries();

    assertThat(runAtHome("check", input.toString(), "--pipeline", "tickets", "--lines", "1"))
        .isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(err.toString())
        .contains("ragged_record: line 3 has 1 field", "ragged_record: line 4 has 3 fields");
    assertThat(out.toString())
        .contains("\"content\":\"a\"", "4 rows: 2 can be sent to sandbox, 2 can't; 1 part")
        .doesNotContain("\"content\":\"e\"");
    assertThat(entries()).isEqualTo(before);
  }

  @Test
  void checkSaysWhyAFileWouldBeRejected() throws IOException {
    Path input = tickets("id,body\n1,a\n");

    assertThat(runAtHome("check", input.toString(), "--pipeline", "tickets"))
        .isEqualTo(ExitCode.REJECTED);
    assertThat(err.toString()).contains("unknown_field", "there is no field 'text'");
    assertThat(runAtHome("check", input.toString(), "--pipeline", "tickets", "--json"))
        .isEqualTo(ExitCode.REJECTED);
    assertThat(out.toString()).contains("\"rejected\" : true", "\"code\" : \"unknown_field\"");
  }

  @Test
  void checkOfGoodRowsIsFineAndARangeIsTold() throws IOException {
    Path input = tickets("id,text\n1\n2,b\n3,c\n");

    assertThat(runAtHome("check", input.toString(), "--pipeline", "tickets", "--rows", "2-"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("2 rows, rows 2-: 2 can be sent", "-000000003");
  }

  @Test
  void checkReportsWhatIsWrongWithThePipeline() throws IOException {
    Path input = tickets("id,text\n1,a\n");
    Files.writeString(home.resolve("pipelines/tickets.yaml"), TABLES.replace("{{text}}", "{{te"));

    assertThat(runAtHome("check", input.toString(), "--pipeline", "tickets"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("pipelines/tickets.yaml:6", "without '}}'");
  }

  @Test
  void estimateShowsEachPriceSideBySideAndLeavesNothing() throws IOException {
    Path input = tickets("id,text\n" + "1,hello world\n".repeat(100));
    Files.writeString(
        home.resolve("prices.yaml"),
        """
        date: 2026-11-01
        prices:
          - {provider: sandbox, model: gpt-4o-mini, currency: USD, input: 1, cached-input: 0.5,
             output: 2, batch: {discount: 50%}}
        """);
    List<String> before = entries();

    assertThat(runAtHome("estimate", input.toString(), "--pipeline", "tickets"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("100 rows: 100 can be sent", "input: exact, by the vocabulary o200k_base")
        .containsPattern("cost +batch +0[.]050")
        .containsPattern("cost +realtime +0[.]10")
        .containsPattern("cost +batch, with prompt cache +unknown: prices.yaml:3: no price")
        .containsPattern("cost +realtime, with prompt cache +0[.]10");
    assertThat(entries()).isEqualTo(before);
  }

  @Test
  void estimateNeverGuessesAPrice() throws IOException {
    Path input = tickets("id,text\n1,a\n2\n");

    assertThat(runAtHome("estimate", input.toString(), "--pipeline", "tickets", "--json"))
        .isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(out.toString())
        .contains("\"amount\" : null", "write prices.yaml in the home", "\"counted\" : \"exact\"");
  }
}
