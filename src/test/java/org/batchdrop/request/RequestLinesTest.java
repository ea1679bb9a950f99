package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLinesTest {

  private static final JobId JOB = new JobId("20240501-120000-t-3fa9c1");

  @TempDir Path home;

  @Test
  void goodLinesAreSentUnchangedAndBadOnesSayWhy() throws Exception {
    String good = line("a", "\"model\": \"m\" , \"messages\":[ \"\\u00e9\\/\" ]");
    String other = line("b", "\"model\":\"m\"").replace("\"POST\"", "\"P\\u004fST\"");
    List<String> lines =
        List.of(
            "  " + good,
            "nope",
            line("a", "\"model\":\"m\""),
            line("c", "\"model\":\"m\"").replace("POST", "GET"),
            line("d", "\"model\":\"m\"").replace("/v1/chat/completions", "/v1/files"),
            line("e", "\"stream\":true"),
            line("f", "\"messages\":[]"),
            line("g", "\"model\":\"m\",\"model\":\"n\""),
            "{\"custom_id\":\"h\",\"method\":\"POST\",\"url\":\"/v1/embeddings\"}",
            "{\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{}}",
            line("", "\"model\":\"m\""),
            line("x".repeat(513), "\"model\":\"m\""),
            line("c", "\"model\":\"m\""),
            "[]",
            "",
            line("\\u0061", "\"model\":\"m\""),
            other);
    Prepared prepared = prepare(String.join("\r\n", lines));
    assertThat(prepared.rows()).isEqualTo(16);
    assertThat(prepared.parts()).hasSize(1);
    assertThat(text(1)).isEqualTo("  " + good + "\n" + other + "\n");
    assertThat(RowRanges.read(folder().rows(part(1))).rowAt(1)).isEqualTo(16);
    assertThat(unsent())
        .extracting(RowFailure::row, RowFailure::customId, RowFailure::code, RowFailure::location)
        .containsExactly(
            tuple(2L, "3fa9c1-000000002", "invalid_json_line", "line 2"),
            tuple(3L, "a", "duplicate_custom_id", "line 3"),
            tuple(4L, "c", "invalid_method", "line 4"),
            tuple(5L, "d", "invalid_url", "line 5"),
            tuple(6L, "e", "missing_required_parameter", "line 6"),
            tuple(7L, "f", "missing_required_parameter", "line 7"),
            tuple(8L, "g", "invalid_json_line", "line 8"),
            tuple(9L, "h", "missing_required_parameter", "line 9"),
            tuple(10L, "3fa9c1-000000010", "missing_required_parameter", "line 10"),
            tuple(11L, "3fa9c1-000000011", "missing_required_parameter", "line 11"),
            tuple(12L, "3fa9c1-000000012", "invalid_custom_id", "line 12"),
            tuple(13L, "c", "duplicate_custom_id", "line 13"),
            tuple(14L, "3fa9c1-000000014", "missing_required_parameter", "line 14"),
            tuple(15L, "a", "duplicate_custom_id", "line 16"));
    assertThat(unsent().get(1).message()).contains("line 1;");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"model\":\"m\",\"stream\":true | \"model\":\"m\"",
        "\"stream\" : true , \"model\":\"m\" | \"model\":\"m\"",
        "\"model\":\"m\" , \"stream\":false ,\"n\": 1 | \"model\":\"m\" ,\"n\": 1",
        "\"stream\":true,\"stream_options\":{\"a\":[1,2]},\"model\":\"m\" | \"model\":\"m\"",
        "\"model\":\"m\",\"stream_options\":null,\"stream\":true | \"model\":\"m\"",
        "\"stream\":true,\"model\":\"m\",\"stream_options\":{} | \"model\":\"m\"",
        "\"stream_options\":{},\"x\":1,\"stream\":0,\"model\":\"m\" | \"x\":1,\"model\":\"m\"",
        "\"model\":\"m\",\"str\\u0065am\":true | \"model\":\"m\"",
        "\"model\":\"m\",\"x\":{\"stream\":true} | \"model\":\"m\",\"x\":{\"stream\":true}",
      })
  void aWishForAStreamIsTakenOutAndTheRestOfTheLineKeepsItsBytes(String body, String sent)
      throws Exception {
    Prepared prepared = prepare(line("a", body) + "\n" + line("b", "\"model\":\"m\""));

    assertThat(prepared.destreamed()).isEqualTo(body.equals(sent) ? 0 : 1);
    assertThat(text(1)).isEqualTo(line("a", sent) + "\n" + line("b", "\"model\":\"m\"") + "\n");
  }

  @Test
  void linesAreGroupedByWhatABatchHasOnlyOneOf() throws Exception {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      String model = "\"model\":\"m" + i % 2 + "\"";
      String thinking = i % 3 == 0 ? ",\"enable_thinking\":true" : "";
      input.append(line("id" + i, model + thinking)).append('\n');
    }
    Prepared prepared = prepare(input.toString());
    assertThat(prepared.parts())
        .extracting(PreparedPart::number, PreparedPart::model, PreparedPart::firstRow)
        .containsExactly(
            tuple(1, "m0", 1L), tuple(2, "m1", 2L), tuple(3, "m0", 3L), tuple(4, "m1", 4L));
    assertThat(folder().rows(part(1))).hasContent("1-1\n7-7\n");
    assertThat(text(3).lines().map(l -> l.substring(14, 18)))
        .containsExactly("id2\"", "id4\"", "id8\"", "id10");
  }

  @Test
  void tooManyGroupsRejectTheInput() throws Exception {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 33; i++) {
      input.append(line("id" + i, "\"model\":\"m" + i + "\"")).append('\n');
    }
    InputRejected rejected =
        catchThrowableOfType(InputRejected.class, () -> prepare(input.toString()));
    assertThat(rejected.problems().get(0).code()).isEqualTo("too_many_groups");
    assertThat(rejected.problems().get(0).location()).isEqualTo("line 33");
  }

  @Test
  void duplicatesAreFoundAmongManyAndAcrossLongLines() throws Exception {
    StringBuilder input = new StringBuilder();
    String filler = ",\"x\":\"" + "y".repeat(5000) + "\"";
    for (int i = 0; i < 5000; i++) {
      input.append(line("id" + i, "\"model\":\"m\"" + (i == 17 ? filler : ""))).append('\n');
    }
    input.append(line("id17", "\"model\":\"m\"")).append('\n');
    input.append(line("id4999", "\"model\":\"m\"")).append('\n');
    Prepared prepared = prepare(input.toString());
    assertThat(prepared.unsent()).isEqualTo(2);
    assertThat(unsent().get(0).message()).contains("of line 18;");
    assertThat(unsent().get(1).message()).contains("of line 5000;");
  }

  private static String line(String id, String body) {
    return "{\"custom_id\":\""
        + id
        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{"
        + body
        + "}}";
  }

  private Prepared prepare(String text) throws IOException, InputRejected {
    Files.createDirectories(folder().input());
    Path input = folder().input().resolve("x.jsonl");
    Files.writeString(input, text, StandardCharsets.UTF_8);
    return new Preparation(
            JOB,
            folder(),
            Yaml.pipeline(new InputFormat.Requests(), Optional.empty()),
            new PartLimits(50_000, 1 << 30, 1 << 20),
            List.of("/v1/chat/completions", "/v1/embeddings"),
            () -> false)
        .run(input);
  }

  private JobFolder folder() {
    return new JobFolder(home);
  }

  private String text(int part) throws IOException {
    return Files.readString(folder().requests(part(part)));
  }

  private List<RowFailure> unsent() throws IOException {
    List<RowFailure> rows = new ArrayList<>();
    try (UnsentRows unsent = UnsentRows.open(folder().unsentRows())) {
      unsent.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static PartId part(int number) {
    return new PartId(JOB, number, 1);
  }
}
