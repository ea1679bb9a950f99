package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.batchdrop.config.InputFormat;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.LineProblems.LineProblem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HarvestTest {

  private static final Reason MISSING = new Reason("missing_answer", "m");
  private static final Reason EXPIRED = new Reason("batch_expired", "too late");
  private static final Reason FULL = new Reason("token_limit_exceeded", "full");

  @TempDir private Path home;
  private JobFixture job;
  private JobFolder folder;
  private final List<Harvest.Try> tries = new ArrayList<>();
  private RetryPolicy retry = RetryPolicy.DEFAULT;
  private InputFormat format = new InputFormat.JsonLines();
  private AnswerCheck check = AnswerCheck.NONE;
  private Optional<String> rest = Optional.empty();
  private boolean isOver;
  private long maxBytes = Long.MAX_VALUE;

  @BeforeEach
  void makeJob() throws IOException {
    job = new JobFixture(home);
    folder = job.folder;
  }

  private static PartId id(int generation) {
    return new PartId(JobFixture.JOB, 1, generation);
  }

  private static String request(long row) {
    return "{\"custom_id\":\"" + JobFixture.id(row) + "\",\"row\":" + row + "}\n";
  }

  private static String requests(long... rows) {
    return LongStream.of(rows).mapToObj(HarvestTest::request).collect(Collectors.joining());
  }

  /** A try of the rows 1 to {@code rows}, and its files; null: not downloaded. */
  private void first(int rows, String output, String errors, Reason reason) throws IOException {
    Files.writeString(folder.requests(id(1)), requests(LongStream.rangeClosed(1, rows).toArray()));
    next("1-" + rows, output, errors, true, reason);
  }

  private void next(String ranges, String output, String errors, boolean counted, Reason reason)
      throws IOException {
    int generation = tries.size() + 1;
    job.part(1, generation, ranges, output, errors);
    tries.add(new Harvest.Try(id(generation), output != null, errors != null, counted, reason));
  }

  private Harvest harvest() throws IOException {
    return harvest(StopCheck.NEVER);
  }

  private Harvest harvest(StopCheck stop) throws IOException {
    return Harvest.of(
        new Harvest.Order(
            JobFixture.JOB, folder, format, check, tries, retry, rest, isOver, maxBytes),
        stop);
  }

  private String nextRequests() throws IOException {
    return Files.readString(folder.requests(id(tries.size() + 1)));
  }

  private Map<String, byte[]> disk() throws IOException {
    try (var files = Files.list(folder.root())) {
      return files
          .filter(Files::isRegularFile)
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString(),
                  file -> {
                    try {
                      return Files.readAllBytes(file);
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  }));
    }
  }

  @Test
  void anAnsweredSliceHasNoNextTry() throws IOException {
    first(2, JobFixture.answer(2, "b") + JobFixture.answer(1, "a"), null, MISSING);
    Harvest harvest = harvest();

    assertThat(harvest).isEqualTo(new Harvest(2, 0, 2, new Tokens(6, 4, 10, 0), Optional.empty()));
    assertThat(folder.verdicts(id(1))).doesNotExist();
    assertThat(folder.requests(id(2))).doesNotExist();
  }

  @Test
  void theNextTryHoldsTheUnansweredRowsAsTheyWereSent() throws IOException {
    first(6, JobFixture.answer(2, "b"), JobFixture.failure(5, "batch_expired"), EXPIRED);
    Harvest harvest = harvest();

    assertThat(nextRequests()).isEqualTo(requests(1, 3, 4, 5, 6));
    assertThat(Files.readString(folder.rows(id(2)))).isEqualTo("1-1\n3-6\n");
    assertThat(harvest.next()).contains(new Part.Size(5, 1, 6, Files.size(folder.requests(id(2)))));
    assertThat(harvest.answered() + harvest.failed()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "batch_expired, TRY",
    "batch_cancelled, TRY",
    "server_error, TRY",
    "content_filter, FAIL",
    "invalid_request, FAIL"
  })
  void theProvidersCodeDecidesWhetherARowIsTriedAgain(String code, String fate) throws IOException {
    first(1, null, JobFixture.failure(1, code), MISSING);
    Harvest harvest = harvest();

    assertThat(harvest.next().isPresent()).isEqualTo(fate.equals("TRY"));
    assertThat(harvest.failed()).isEqualTo(fate.equals("TRY") ? 0 : 1);
    assertThat(folder.verdicts(id(1))).as("the provider's line says why").doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"0, true", "429, true", "503, true", "400, false", "404, false"})
  void theStatusOfALineDecidesToo(int status, boolean again) throws IOException {
    String line =
        "{\"custom_id\":\"%s\",\"response\":{\"status_code\":%d,\"body\":{\"x\":1}},\"error\":null}\n"
            .formatted(JobFixture.id(1), status);
    first(1, line, null, MISSING);

    assertThat(harvest().next().isPresent()).isEqualTo(again);
  }

  @Test
  void linesThatAreMissingOrMalformedAreTriedOnceMoreOnly() throws IOException {
    retry = new RetryPolicy(5, RetryPolicy.TRANSIENT);
    String cut = "{\"custom_id\":\"" + JobFixture.id(2) + "\",\"response\":{\"st\n";
    first(2, cut, null, MISSING);
    assertThat(harvest().next()).isPresent();
    next("1-2", cut, null, true, MISSING);
    Harvest harvest = harvest();

    assertThat(harvest.failed()).isEqualTo(2);
    assertThat(harvest.next()).isEmpty();
    assertThat(Files.readString(folder.verdicts(id(2))))
        .contains(JobFixture.id(1), "missing_answer")
        .doesNotContain(JobFixture.id(2));
  }

  @Test
  void aRowThatWasTriedOftenEnoughFailsWithTheLastReason() throws IOException {
    retry = new RetryPolicy(2, RetryPolicy.TRANSIENT);
    first(2, JobFixture.answer(1, "a"), null, EXPIRED);
    assertThat(harvest().next()).isPresent();
    next("2-2", null, null, true, new Reason("batch_failed", "the last words"));
    Harvest harvest = harvest();

    assertThat(harvest).extracting(Harvest::answered, Harvest::failed).containsExactly(1L, 1L);
    assertThat(Files.readString(folder.verdicts(id(2))))
        .contains("batch_failed", "the last words", JobFixture.id(2));
  }

  @Test
  void aTryForWhichTheProviderHadNoRoomDoesNotCount() throws IOException {
    retry = new RetryPolicy(1, RetryPolicy.TRANSIENT);
    Files.writeString(folder.requests(id(1)), requests(1, 2));
    next("1-2", null, null, false, FULL);
    assertThat(harvest().next()).isPresent();
    next("1-2", JobFixture.answer(1, "a"), null, true, EXPIRED);

    assertThat(harvest().next()).as("now they were tried").isEmpty();
  }

  @Test
  void whatFitsIsTriedNextAndTheRestAfterwards() throws IOException {
    first(4, null, null, EXPIRED);
    maxBytes = Files.size(folder.requests(id(1))) / 2;
    assertThat(harvest().next()).contains(new Part.Size(2, 1, 2, maxBytes));
    next("1-2", JobFixture.answer(1, "a") + JobFixture.answer(2, "b"), null, true, EXPIRED);
    assertThat(harvest().next()).contains(new Part.Size(2, 3, 4, maxBytes));
    assertThat(nextRequests()).isEqualTo(requests(3, 4));
    maxBytes = 1;
    assertThat(harvest().next()).as("at least one line").map(Part.Size::rows).contains(1);
  }

  @Test
  void badLinesFailWithTheirReasonAndTheGoodOnesAreTriedAgain() throws IOException {
    Files.writeString(folder.requests(id(1)), requests(1, 2, 3));
    next("1-3", null, null, false, new Reason("invalid_url", "m"));
    LineProblems.write(
        folder.lineProblems(id(1)),
        List.of(
            new LineProblem(2, new Reason("invalid_url", "no \"such\" url")),
            new LineProblem(2, new Reason("second", "not shown")),
            new LineProblem(99, new Reason("beyond", "not shown"))));
    Harvest harvest = harvest();

    assertThat(harvest.failed()).isEqualTo(1);
    assertThat(nextRequests()).isEqualTo(requests(1, 3));
    assertThat(Files.readString(folder.verdicts(id(1))))
        .contains(JobFixture.id(2), "invalid_url", "no \\\"such\\\" url")
        .doesNotContain("not shown");
  }

  @Test
  void whenTheJobIsOverNothingIsTriedAgain() throws IOException {
    isOver = true;
    Files.writeString(folder.requests(id(1)), requests(1, 2, 3));
    next("1-3", JobFixture.answer(1, "a"), null, false, new Reason("job_cancelled", "stopped"));

    assertThat(harvest()).extracting(Harvest::answered, Harvest::failed).containsExactly(1L, 2L);
    assertThat(Files.readString(folder.verdicts(id(1))).lines())
        .hasSize(2)
        .allMatch(line -> line.contains("job_cancelled"));
  }

  @Test
  void readyMadeRequestsKeepTheirOwnIds() throws IOException {
    format = new InputFormat.Requests();
    Files.writeString(folder.requests(id(1)), "{\"custom_id\":\"x\\n1\"}\n{\"custom_id\":\"y\"}\n");
    next("1-2", JobFixture.answer("y", "b"), null, true, EXPIRED);
    harvest();
    assertThat(nextRequests()).isEqualTo("{\"custom_id\":\"x\\n1\"}\n");
    isOver = true;
    harvest();
    assertThat(Files.readString(folder.verdicts(id(1)))).contains("\"custom_id\":\"x\\n1\"");
  }

  @Test
  void harvestedAgainTheBytesAreTheSame() throws IOException {
    retry = new RetryPolicy(1, List.of("server_error"));
    first(5, JobFixture.answer(4, "d"), JobFixture.failure(2, "server_error"), EXPIRED);
    retry = new RetryPolicy(3, List.of("server_error"));
    Harvest once = harvest();
    Map<String, byte[]> files = disk();
    Harvest twice = harvest();

    assertThat(twice).isEqualTo(once);
    assertThat(once.failed()).isEqualTo(3);
    assertThat(disk()).containsOnlyKeys(files.keySet());
    disk().forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(files.get(name)));
  }

  @Test
  void anAnswerThatIsNotWhatWasAskedForIsPaidAndTriedOnceMore() throws IOException {
    check = new SchemaCheckTest.Yaml("type: integer").check();
    first(3, JobFixture.answer(1, "7") + JobFixture.answer(2, "seven"), null, EXPIRED);

    Harvest harvest = harvest();

    assertThat(harvest)
        .extracting(Harvest::answered, Harvest::paidLast, Harvest::used)
        .containsExactly(1L, 2L, new Tokens(6, 4, 10, 0));
    assertThat(nextRequests()).isEqualTo(requests(2, 3));
    next("2-3", JobFixture.answer(2, "sept") + JobFixture.answer(3, "3"), null, true, EXPIRED);
    assertThat(harvest())
        .extracting(Harvest::answered, Harvest::failed, Harvest::paidLast, Harvest::next)
        .containsExactly(2L, 1L, 2L, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "seven; 7, ''",
    "7; seven, ''",
    "seven; eight; 7; nine, ''",
    "seven, 7",
    "7, seven",
    "seven; oops, 7"
  })
  void whatARowCostsIsTheSameInWhateverOrderItsLinesCome(String output, String errors)
      throws IOException {
    check = new SchemaCheckTest.Yaml("type: integer").check();
    first(1, lines(output), lines(errors), EXPIRED);

    assertThat(harvest())
        .extracting(Harvest::answered, Harvest::paidLast, Harvest::used)
        .containsExactly(1L, 1L, new Tokens(3, 2, 5, 0));
  }

  private static String lines(String texts) {
    return texts.isEmpty()
        ? null
        : Arrays.stream(texts.split("; "))
            .map(
                text ->
                    JobFixture.answer(1, text)
                        // What does not fit used more, so that it shows when it is counted.
                        .replace("_tokens\":3", "_tokens\":3" + (text.equals("7") ? "" : "00")))
            .collect(Collectors.joining());
  }

  @Test
  void theRestOfABatchThatWasCutShortIsTriedAgainWhateverThePolicySays() throws IOException {
    retry = new RetryPolicy(1, RetryPolicy.TRANSIENT);
    rest = Optional.of(EXPIRED.code());
    first(3, JobFixture.answer(1, "a"), JobFixture.failure(2, "server_error"), EXPIRED);

    assertThat(harvest()).extracting(Harvest::answered, Harvest::failed).containsExactly(1L, 1L);
    assertThat(nextRequests()).isEqualTo(requests(3));
  }

  @Test
  void onlyWhatTheLastTryAnsweredIsItsCost() throws IOException {
    first(3, JobFixture.answer(1, "a"), null, EXPIRED);
    next("2-3", JobFixture.answer(2, "b") + JobFixture.answer(1, "again"), null, true, EXPIRED);

    assertThat(harvest())
        .extracting(Harvest::answered, Harvest::paidLast, Harvest::used)
        .containsExactly(2L, 1L, new Tokens(3, 2, 5, 0));
  }

  @Test
  void afterSeveralGenerationsEachRowIsDeliveredOnce() throws IOException {
    job.format = format;
    job.input("rows.jsonl", "{}\n".repeat(6));
    retry = new RetryPolicy(2, RetryPolicy.TRANSIENT);
    first(6, JobFixture.answer(5, "e") + JobFixture.answer(2, "b"), null, EXPIRED);
    harvest();
    next(
        "1-1 3-4 6-6",
        JobFixture.answer(6, "f") + JobFixture.answer(2, "late"),
        JobFixture.failure(3, "content_filter"),
        true,
        EXPIRED);
    assertThat(harvest()).extracting(Harvest::answered, Harvest::failed).containsExactly(3L, 3L);
    job.publish();

    assertThat(job.lines("output.jsonl"))
        .extracting(line -> line.replaceAll(".*\"content\":\"([^\"]*)\".*", "$1"))
        .containsExactly("b", "e", "f");
    assertThat(job.lines("errors.jsonl"))
        .extracting(line -> line.replaceAll(".*\"custom_id\":\"([^\"]*)\".*", "$1"))
        .containsExactly(JobFixture.id(1), JobFixture.id(3), JobFixture.id(4));
    assertThat(job.text("report.json")).contains("\"balanced\"");
  }

  @Test
  void theWorkStopsWhenItShallAndCanBeRepeated() throws IOException {
    first(2, null, null, EXPIRED);

    assertThatThrownBy(() -> harvest(StopCheck.when(() -> true)))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(harvest().next()).isPresent();
  }

  @Test
  void aTryWithRowsOfAnotherSliceIsAnError() throws IOException {
    first(2, null, null, EXPIRED);
    next("1-3", null, null, true, EXPIRED);

    assertThatThrownBy(this::harvest)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("row 3: expected one of its slice");
  }

  @Test
  void aRequestFileThatLostLinesIsAnError() throws IOException {
    first(3, null, null, EXPIRED);
    Files.writeString(folder.requests(id(1)), requests(1, 2));

    assertThatThrownBy(this::harvest).hasMessageContaining("2 lines; expected 3");
  }
}
