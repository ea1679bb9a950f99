package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Intake;
import org.batchdrop.config.Pipeline;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowFailure;
import org.batchdrop.job.RowSelection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {

  private static final JobId JOB = new JobId("20240501-120000-t-3fa9c1");
  private static final List<String> ENDPOINTS = List.of("/v1/chat/completions", "/v1/embeddings");
  private static final PartLimits WIDE = new PartLimits(50_000, 1 << 30, 1 << 20);
  private static final InputFormat CSV = new InputFormat.Csv(Optional.empty(), Optional.empty());
  private static final String BODY = "{model: m, t: '{{a}}', u: '{{b}}'}";

  @TempDir Path home;
  private JobFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new JobFolder(home.resolve("work"));
    Files.createDirectories(folder.input());
  }

  @Test
  void aRowBecomesOneRequestLine() throws Exception {
    Prepared prepared = prepare(CSV, BODY, WIDE, "a,b\n\"x\"\"y\n\",é\\\t😀\n1,\n");
    assertThat(prepared)
        .isEqualTo(
            new Prepared(
                2,
                0,
                List.of(new PreparedPart(1, 2, 1, 2, 243, "/v1/chat/completions", "m", false))));
    assertThat(lines(1))
        .containsExactly(
            "{\"custom_id\":\"3fa9c1-000000001\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                + "\"body\":{\"model\":\"m\",\"t\":\"x\\\"y\\n\",\"u\":\"é\\\\\\t😀\"}}",
            "{\"custom_id\":\"3fa9c1-000000002\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                + "\"body\":{\"model\":\"m\",\"t\":\"1\",\"u\":\"\"}}");
    assertThat(folder.rows(part(1))).hasContent("1-2\n");
    assertThat(folder.unsentRows()).doesNotExist();
  }

  @Test
  void everyFailedRowOfATableIsKeptWithItsLine() throws Exception {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    table.writeBytes(
        "a,b\n1,2\n3\n\n\"x\ny\",\"z\"\n4,5,6\n\"q\"w,7\n8,".getBytes(StandardCharsets.UTF_8));
    table.writeBytes(new byte[] {(byte) 0xC3, 0x28});
    table.writeBytes("\n9,10\n".getBytes(StandardCharsets.UTF_8));
    Prepared prepared = prepare(CSV, "{model: m, t: '{{a}}'}", WIDE, table.toByteArray());
    assertThat(prepared.rows()).isEqualTo(7);
    assertThat(prepared.unsent()).isEqualTo(4);
    assertThat(unsent())
        .containsExactly(
            failure(2, "line 3", "ragged_record", "has 1 field; expected 2 from the header"),
            failure(4, "line 7", "ragged_record", "has 3 fields; expected 2 from the header"),
            failure(
                5,
                "line 8",
                "malformed_quote",
                "has text after a closing quote; expected a delimiter, or quotes inside quotes"
                    + " doubled"),
            failure(6, "line 9", "invalid_utf8", "is not valid UTF-8"));
    assertThat(folder.rows(part(1))).hasContent("1-1\n3-3\n7-7\n");
    assertThat(lines(1)).hasSize(3).last().asString().contains("3fa9c1-000000007", "\"t\":\"9\"");
  }

  @Test
  void partsKeepTheLimitsExactly() throws Exception {
    StringBuilder table = new StringBuilder("a,b\n");
    for (int i = 1; i <= 10; i++) {
      table.append("x,").append(i % 10).append('\n');
    }
    prepare(CSV, BODY, new PartLimits(4, 1 << 20, 1 << 20), table.toString());
    assertThat(List.of(lines(1).size(), lines(2).size(), lines(3).size())).containsExactly(4, 4, 2);
    assertThat(folder.rows(part(2))).hasContent("5-8\n");
    long line = Files.size(folder.requests(part(3))) / 2;
    Prepared bySize = prepare(CSV, BODY, new PartLimits(100, 3 * line, 1 << 20), table.toString());
    assertThat(bySize.parts()).extracting(PreparedPart::rows).containsExactly(3L, 3L, 3L, 1L);
    assertThat(bySize.parts())
        .extracting(PreparedPart::bytes)
        .containsExactly(3 * line, 3 * line, 3 * line, line);
    Prepared exact = prepare(CSV, BODY, new PartLimits(100, 1 << 20, line), table.toString());
    assertThat(exact.unsent()).isZero();
  }

  @Test
  void aLineBeyondTheLimitFailsWithSizeAndLimit() throws Exception {
    String table = "a,b\n1,2\n" + "\"" + "\n\"\"x".repeat(100_000) + "\",3\n";
    Prepared prepared = prepare(CSV, BODY, new PartLimits(9, 1 << 30, 4000), table);
    assertThat(prepared.unsent()).isEqualTo(1);
    assertThat(unsent())
        .containsExactly(
            failure(
                2,
                "line 3",
                "line_too_long",
                "makes a request line of 500114 bytes; expected at most 4000"));
    Prepared fits = prepare(CSV, BODY, new PartLimits(9, 1 << 30, 500_114), table);
    assertThat(fits.unsent()).isZero();
    assertThat(lines(1).get(1)).hasSize(500_113);
  }

  @Test
  void jsonFieldsAreCheckedAndMadeOneLine() throws Exception {
    String table =
        "a,b\n\"{ \"\"k\"\" :\n [ 1 , \"\" \\\"\" x\"\" ] }\",1\n[1,2\n\"\"\"s\"\"\",3\n,4\ntrue,5\n";
    Prepared prepared = prepare(CSV, "{model: m, j: '{{a:json}}'}", WIDE, table);
    assertThat(prepared.rows()).isEqualTo(5);
    assertThat(lines(1))
        .extracting(l -> l.substring(l.indexOf("\"j\":")))
        .containsExactly("\"j\":{\"k\":[1,\" \\\" x\"]}}}", "\"j\":\"s\"}}", "\"j\":true}}");
    assertThat(unsent())
        .extracting(RowFailure::row, RowFailure::code)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(2L, "invalid_json_field"),
            org.assertj.core.api.Assertions.tuple(4L, "invalid_json_field"));
  }

  @Test
  void jsonLinesFillHolesWithTextAndValues() throws Exception {
    String input =
        "\uFEFF{\"a\":\"x \\\"{{b}}\\\" \\u00e9\",\"b\":[1, {\"c\":null}]}\r\n\n"
            + "{\"a\":1.50}\n[1]\n{\"a\":1,\"a\":2,\"b\":3}\nnope\n{\"b\":{},\"a\":null}";
    Prepared prepared =
        prepare(
            new InputFormat.JsonLines(),
            "{model: m, t: '{{a}}', j: '{{b:json}}', s: '{{b}}'}",
            WIDE,
            input);
    assertThat(prepared.rows()).isEqualTo(6);
    assertThat(lines(1))
        .extracting(l -> l.substring(l.indexOf("\"t\":")))
        .containsExactly(
            "\"t\":\"x \\\"{{b}}\\\" \\u00e9\",\"j\":[1,{\"c\":null}],\"s\":\"[1, {\\\"c\\\":null}]\"}}",
            "\"t\":\"null\",\"j\":{},\"s\":\"{}\"}}");
    assertThat(unsent())
        .extracting(f -> f.row() + " " + f.code() + " " + f.message())
        .containsExactly(
            "2 missing_field line 3 has no field 'b'; it has a",
            "3 invalid_json_line line 4 is not a JSON object; expected {\"name\": ...}",
            "4 invalid_json_line line 5 has the name 'a' twice in one object",
            "5 invalid_json_line line 6 is not valid JSON: expected null at byte 2");
  }

  @Test
  void anObjectBehindACarriageReturnIsARow() throws Exception {
    prepare(new InputFormat.JsonLines(), "{model: m, t: '{{a}}'}", WIDE, "\r {\"a\":\"x\"}\n");
    assertThat(lines(1)).singleElement().asString().contains("\"t\":\"x\"");
  }

  @Test
  void anInputWithoutUsableRowsIsRejectedAndKeepsTheReasons() throws Exception {
    InputRejected rejected = rejection(CSV, BODY, "a,b\n1\n2\n");
    assertThat(rejected.problems())
        .extracting(InputRejected.Problem::code, InputRejected.Problem::location)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("ragged_record", "line 2"),
            org.assertj.core.api.Assertions.tuple("ragged_record", "line 3"));
    assertThat(unsent()).hasSize(2);
    assertThat(rejection(CSV, BODY, "a,b\n" + "1\n".repeat(30)).problems()).hasSize(20);
    assertThat(rejection(CSV, BODY, "a,b\n").problems().get(0).code()).isEqualTo("no_rows");
    assertThat(rejection(CSV, BODY, "").problems().get(0).code()).isEqualTo("empty_input");
    assertThat(rejection(new InputFormat.JsonLines(), BODY, "\n \n").problems().get(0).code())
        .isEqualTo("no_rows");
    assertThat(folder.requests(part(1))).doesNotExist();
  }

  @Test
  void anUnknownFieldIsFoundBeforeAnythingIsWritten() throws Exception {
    InputRejected rejected = rejection(CSV, "{model: m, t: '{{aa}}'}", "a,b\n1,2\n");
    assertThat(rejected.problems().get(0).code()).isEqualTo("unknown_field");
    assertThat(rejected.problems().get(0).location()).isEqualTo("pipelines/p.yaml:7");
    assertThat(rejected).hasMessageContaining("did you mean 'a'");
  }

  @Test
  void otherCharsetsAreReadAsUtf8() throws Exception {
    for (String charset : List.of("GB18030", "GBK", "Big5", "Shift_JIS", "UTF-16LE", "UTF-16")) {
      InputFormat declared = new InputFormat.Csv(Optional.empty(), Optional.of(charset));
      byte[] table = "a,b\n日本,2\n".getBytes(Charset.forName(charset));
      prepare(declared, BODY, WIDE, table);
      assertThat(lines(1).get(0)).contains("\"t\":\"日本\"");
    }
    prepare(CSV, BODY, WIDE, "a;b\r\n日本;2\r\n".getBytes(StandardCharsets.UTF_16));
    assertThat(lines(1).get(0)).contains("\"t\":\"日本\",\"u\":\"2\"");
    InputFormat gbk = new InputFormat.Csv(Optional.empty(), Optional.of("GBK"));
    byte[] broken = {'a', ',', 'b', '\n', '1', ',', (byte) 0xFF, (byte) 0xFF, '\n'};
    assertThat(rejection(gbk, BODY, broken).problems().get(0))
        .extracting(InputRejected.Problem::code, InputRejected.Problem::location)
        .containsExactly("invalid_charset", "line 2");
  }

  @Test
  void aRowInGb18030SaysWhatToDeclare() throws Exception {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    table.writeBytes("a,b\nx,1\n".getBytes(StandardCharsets.UTF_8));
    table.writeBytes("中文,2\n".getBytes("GB18030"));
    prepare(CSV, BODY, WIDE, table.toByteArray());
    assertThat(unsent())
        .singleElement()
        .extracting(RowFailure::message)
        .asString()
        .contains("charset: gb18030");
  }

  @Test
  void runningAgainLeavesTheSameBytesAndNothingOld() throws Exception {
    prepare(CSV, BODY, new PartLimits(1, 1 << 20, 1 << 20), "a,b\n1,2\n3,4\n5\n");
    byte[] first = Files.readAllBytes(folder.requests(part(1)));
    Files.writeString(folder.root().resolve("part-0003.jsonl"), "stale");
    Files.writeString(folder.root().resolve("part-0001.jsonl.tmp"), "stale");
    Files.writeString(folder.root().resolve("part-0001.output.jsonl"), "an answer");
    prepare(CSV, BODY, new PartLimits(1, 1 << 20, 1 << 20), "a,b\n1,2\n3,4\n5\n");
    assertThat(folder.requests(part(1))).hasBinaryContent(first);
    try (var files = Files.list(folder.root())) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "input",
              "part-0001.jsonl",
              "part-0001.rows",
              "part-0001.output.jsonl",
              "part-0002.jsonl",
              "part-0002.rows",
              "unsent.jsonl");
    }
  }

  @Test
  void stoppingEndsTheWorkAndItCanBeStartedAgain() throws Exception {
    String table = "a,b\n" + "1,2\n".repeat(300_000);
    for (int threads = 1; threads <= 2; threads++) {
      AtomicInteger asked = new AtomicInteger();
      Pipeline pipeline = Yaml.pipeline(CSV, BODY);
      Path input = drop(table.getBytes(StandardCharsets.UTF_8));
      BooleanSupplier stop = () -> asked.incrementAndGet() > 5;
      Preparation stopped =
          new Preparation(JOB, folder, pipeline, WIDE, ENDPOINTS, stop, threads, 0, 64 * 1024);
      assertThatThrownBy(() -> stopped.run(input)).isInstanceOf(InterruptedIOException.class);
      assertThat(prepare(CSV, BODY, WIDE, table).rows()).isEqualTo(300_000);
    }
  }

  @Test
  void rowsThatWereAnsweredBeforeAreAPartThatNobodyBuys() throws Exception {
    String table = "a,b\n1,x\n2,x\n1,y\n3,x\n";
    RequestKey keys = new RequestKey();
    prepare(CSV, BODY, WIDE, table);
    byte[] line = lines(1).get(1).getBytes(StandardCharsets.UTF_8);
    byte[] answered = keys.of(line, 0, line.length);
    KnownAnswers known =
        key ->
            Arrays.equals(key, answered) ? "{\"body\":1}".getBytes(StandardCharsets.UTF_8) : null;

    Prepared prepared = reusing(table, known);

    assertThat(prepared.parts())
        .extracting(PreparedPart::number, PreparedPart::rows, PreparedPart::isReused)
        .containsExactly(tuple(1, 3L, false), tuple(2, 1L, true));
    assertThat(folder.rows(part(1))).hasContent("1-1\n3-4\n");
    assertThat(folder.rows(part(2))).hasContent("2-2\n");
    assertThat(folder.output(part(2)))
        .hasContent(
            "{\"id\":null,\"custom_id\":\"3fa9c1-000000002\",\"response\":{\"body\":1},\"error\":null}");
    assertThat(lines(2)).hasSize(1);

    // Decided once: what has been answered, or was forgotten, since then changes nothing.
    assertThat(reusing(table, key -> new byte[] {'1'})).isEqualTo(prepared);
    assertThat(reusing(table, KnownAnswers.NONE)).isEqualTo(prepared);
    assertThat(folder.output(part(2))).content().contains("{\"body\":1}");
    assertThat(folder.output(part(1))).doesNotExist();
  }

  @Test
  void anUnfinishedDecisionIsMadeAnew() throws Exception {
    String table = "a,b\n1,x\n2,x\n";
    reusing(table, key -> new byte[] {'1'});
    Files.delete(folder.reusedRows());

    assertThat(reusing(table, KnownAnswers.NONE).parts())
        .extracting(PreparedPart::isReused)
        .containsExactly(false);
    assertThat(folder.output(part(1))).doesNotExist();
  }

  private Prepared reusing(String table, KnownAnswers known) throws Exception {
    return new Preparation(
            JOB, folder, Yaml.reusing(CSV, BODY), WIDE, ENDPOINTS, known, () -> false)
        .run(drop(table.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void rowsOutsideOfTheRangeAreNoRowsAndNumbersStayTheInputs() throws Exception {
    String table = "a,b\n1,x\n2\n3,x\n4\n5,x\n\n6,x\n";
    Prepared prepared = chosen(CSV, "2-3,6", table);

    assertThat(prepared.rows()).isEqualTo(3);
    assertThat(prepared.unsent()).isEqualTo(1);
    assertThat(unsent()).extracting(RowFailure::row).containsExactly(2L);
    assertThat(unsent()).extracting(RowFailure::location).containsExactly("line 3");
    assertThat(folder.rows(part(1))).hasContent("3-3\n6-6\n");
    assertThat(lines(1)).hasSize(2).last().asString().contains("3fa9c1-000000006", "\"t\":\"6\"");
  }

  @Test
  void aRangeOfJsonLinesSkipsTheOthersUnread() throws Exception {
    String text = "no json\n{\"a\":1,\"b\":2}\n\n{\"a\":3,\"b\":4}\nno json\n";
    Prepared prepared = chosen(new InputFormat.JsonLines(), "2-3", text);

    assertThat(prepared.unsent()).isZero();
    assertThat(folder.rows(part(1))).hasContent("2-3\n");
  }

  @Test
  void idsOutsideOfARangeOfRequestsDoNotCount() throws Exception {
    String line =
        "{\"custom_id\":\"same\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
            + "\"body\":{\"model\":\"m\"}}\n";
    Prepared prepared = chosen(new InputFormat.Requests(), "2", line + line + line);

    assertThat(prepared).extracting(Prepared::rows, Prepared::unsent).containsExactly(1L, 0L);
    assertThat(folder.rows(part(1))).hasContent("2-2\n");
  }

  @Test
  void aRangeBehindTheLastRowIsRejectedByItsName() {
    InputRejected rejected =
        catchThrowableOfType(InputRejected.class, () -> chosen(CSV, "7-9", "a,b\n1,2\n"));

    assertThat(rejected.problems().get(0).code()).isEqualTo("no_rows");
    assertThat(rejected).hasMessageContaining("none of the rows 7-9");
  }

  @Test
  void aRangeOfALargeTableIsTheSameAsThoseRowsOfAllOfThem() throws Exception {
    StringBuilder table = new StringBuilder("a,b\n");
    for (int i = 1; i <= 5000; i++) {
      table.append(i).append(i % 7 == 0 ? "\n" : ",\"x\ny\"\n");
    }
    prepare(CSV, BODY, WIDE, table.toString());
    List<String> all = lines(1);
    List<RowFailure> failed = unsent();
    chosen(CSV, "1200-3400", table.toString());

    assertThat(lines(1))
        .isEqualTo(all.stream().filter(line -> isIn(line, 1200, 3400)).toList())
        .hasSizeGreaterThan(1000);
    assertThat(unsent())
        .isEqualTo(failed.stream().filter(f -> f.row() >= 1200 && f.row() <= 3400).toList());
  }

  private static boolean isIn(String line, int first, int last) {
    int row = Integer.parseInt(line.substring(line.indexOf('-') + 1, line.indexOf('-') + 10));
    return row >= first && row <= last;
  }

  private Prepared chosen(InputFormat format, String rows, String text)
      throws IOException, InputRejected {
    Pipeline whole =
        format instanceof InputFormat.Requests
            ? Yaml.pipeline(format, Optional.empty())
            : Yaml.pipeline(format, BODY);
    Pipeline pipeline = whole.with(Intake.ALL.with(RowSelection.parse(rows).orElseThrow()));
    return new Preparation(JOB, folder, pipeline, WIDE, ENDPOINTS, () -> false, 2, 0, 64)
        .run(drop(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Prepared prepare(InputFormat format, String body, PartLimits limits, String text)
      throws IOException, InputRejected {
    return prepare(format, body, limits, text.getBytes(StandardCharsets.UTF_8));
  }

  private Prepared prepare(InputFormat format, String body, PartLimits limits, byte[] bytes)
      throws IOException, InputRejected {
    Pipeline pipeline = Yaml.pipeline(format, body);
    return new Preparation(JOB, folder, pipeline, limits, ENDPOINTS, () -> false).run(drop(bytes));
  }

  private InputRejected rejection(InputFormat format, String body, String text) {
    return rejection(format, body, text.getBytes(StandardCharsets.UTF_8));
  }

  private InputRejected rejection(InputFormat format, String body, byte[] bytes) {
    InputRejected rejected =
        catchThrowableOfType(InputRejected.class, () -> prepare(format, body, WIDE, bytes));
    assertThat(rejected).isNotNull();
    return rejected;
  }

  private Path drop(byte[] bytes) throws IOException {
    return Files.write(folder.input().resolve("dropped"), bytes);
  }

  private List<String> lines(int part) throws IOException {
    return Files.readAllLines(folder.requests(part(part)));
  }

  private List<RowFailure> unsent() throws IOException {
    List<RowFailure> rows = new ArrayList<>();
    try (UnsentRows unsent = UnsentRows.open(folder.unsentRows())) {
      unsent.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static RowFailure failure(int row, String location, String code, String what) {
    return new RowFailure(row, "3fa9c1-00000000" + row, location, code, location + " " + what);
  }

  private static PartId part(int number) {
    return new PartId(JOB, number, 1);
  }
}
