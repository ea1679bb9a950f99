package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.batchdrop.result.JobFixture.ANSWER;
import static org.batchdrop.result.JobFixture.answer;
import static org.batchdrop.result.JobFixture.id;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableResultsTest {

  @TempDir Path home;
  private JobFixture job;

  @BeforeEach
  void makeJob() throws IOException {
    job = new JobFixture(home);
  }

  private String results(String table, String... answers) throws IOException {
    job.input("t.csv", table).part(1, 1, "1-" + answers.length, answers(answers), null);
    job.publish();
    return job.text("results.csv");
  }

  private static String answers(String... contents) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < contents.length; i++) {
      lines.append(answer(i + 1, contents[i]));
    }
    return lines.toString();
  }

  @Test
  void keepsMarkDelimiterQuotesAndTerminators() throws IOException {
    assertThat(results("\uFEFF\"a;1\"; b\r\n\"x\"\"y\n;\";  \n\r\n;\"\"", "p", "q"))
        .isEqualTo(
            "\uFEFF\"a;1\"; b;answer;batchdrop_error" + "\r\n\"x\"\"y\n;\";  ;p;\r\n;\"\";q;\r\n");
  }

  @Test
  void keepsBytesThatAreNoUtf8() throws IOException {
    job.input("t.csv", "");
    byte[] table = "a\nx?y\n".getBytes(StandardCharsets.ISO_8859_1);
    table[3] = (byte) 0xFF;
    Files.write(job.folder.input().resolve("t.csv"), table);
    job.part(1, 1, "1-1", answer(1, "p"), null).publish();

    assertThat(Files.readString(job.published("results.csv"), StandardCharsets.ISO_8859_1))
        .isEqualTo("a,answer,batchdrop_error\nx\u00FFy,p,\n");
  }

  @Test
  void usesLineFeedsWhenTheHeaderIsAllThereIs() throws IOException {
    job.input("t.csv", "a,b").publish();

    assertThat(job.text("results.csv")).isEqualTo("a,b,answer,batchdrop_error\n");
  }

  @Test
  void tellsWhichAnswersAreNotTheJsonThatAColumnLooksInto() throws IOException {
    job.columns = new LinkedHashMap<>(Map.of("label", ANSWER + "#/label"));

    assertThat(results("a\n1\n2,x\n", "```json\\n{\\\"label\\\":\\\"p,q\\\"}\\n```", "plain"))
        .isEqualTo(
            "a,label,batchdrop_error\n1,\"p,q\",\n2,,not_json: %s; surplus fields: x\n"
                .formatted("the answer's text is not JSON"));
    assertThat(job.text("report.json")).contains("text_not_json", "\"row 2\"");
  }

  @Test
  void quotesAnswersThatNeedIt() throws IOException {
    assertThat(results("a\n1\n2\n3\n4\n5\n", "x,y", "say \\\"hi\\\"", "l\\nm", "r\\r", "a\\\"\\\""))
        .isEqualTo(
            "a,answer,batchdrop_error\n1,\"x,y\",\n2,\"say \"\"hi\"\"\",\n3,\"l\nm\",\n4,\"r\r\",\n"
                + "5,\"a\"\"\"\"\",\n");
  }

  @Test
  void writesAnswersAsTheTextTheySay() throws IOException {
    assertThat(results("a\n1\n2\n3\n", "\\u00e9\\ud83d\\ude00\\t", "\\ud83d", "漢字\\/"))
        .isEqualTo("a,answer,batchdrop_error\n1,é😀\t,\n2,\uFFFD,\n3,漢字/,\n");
  }

  @Test
  void writesOtherValuesAsJson() throws IOException {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("all", "/usage");
    columns.put("total, exact", "/usage/total_tokens");
    columns.put("none", "/nothing/here");
    columns.put("again", "/usage/total_tokens");
    job.columns = columns;

    assertThat(results("a\n1\n", "x"))
        .isEqualTo(
            "a,all,\"total, exact\",none,again,batchdrop_error\n1,"
                + "\"{\"\"prompt_tokens\"\":3,\"\"completion_tokens\"\":2,\"\"total_tokens\"\":5}\",5,,5,\n");
  }

  @Test
  void alignsRaggedRows() throws IOException {
    job.input("t.csv", "a,b\n1\n1,\"2\",3,\"x,y\"\n1,2,\n")
        .unsent(1, id(1), "line 2", "ragged_record", "line 2 has 1 field; expected 2")
        .unsent(2, id(2), "line 3", "ragged_record", "line 3 has 4 fields; expected 2")
        .unsent(3, id(3), "line 4", "ragged_record", "line 4 has 3 fields; expected 2")
        .publish();

    assertThat(job.lines("results.csv"))
        .containsExactly(
            "a,b,answer,batchdrop_error",
            "1,,,ragged_record: line 2 has 1 field; expected 2",
            "1,\"2\",,\"ragged_record: line 3 has 4 fields; expected 2; surplus fields: 3,\"\"x,y\"\"\"",
            "1,2,,ragged_record: line 4 has 3 fields; expected 2; surplus fields: ");
  }

  @Test
  void readsTheTranscodedFormOfOtherCharsets() throws IOException {
    job.format = new InputFormat.Csv(Optional.of(','), Optional.of("gb18030"));
    job.input("t.csv", "not this");
    Files.writeString(job.folder.transcodedInput(), "a\n漢\n");
    job.part(1, 1, "1-1", answer(1, "p"), null).publish();

    assertThat(job.text("results.csv")).isEqualTo("a,answer,batchdrop_error\n漢,p,\n");
  }

  @Test
  void addsOnlyTheErrorWhenNoColumnIsWanted() throws IOException {
    job.columns = Map.of();

    assertThat(results("a\n1\n", "x")).isEqualTo("a,batchdrop_error\n1,\n");
  }

  @Test
  void refusesATableThatHasFewerRowsThanItHad() throws IOException {
    job.input("t.csv", "a\n1\n").part(1, 1, "1-2", answers("p", "q"), null);

    assertThatThrownBy(job::publish)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("row 2 expected after row 1");
  }

  @Test
  void namesColumnsThatTheTableHasAlready() {
    assertThat(ResultColumns.collisions(List.of("a", "answer"), List.of("answer", "b")))
        .containsExactly("answer");
    assertThat(ResultColumns.collisions(List.of("a"), List.of("b"))).isEmpty();
    assertThat(ResultColumns.collisions(List.of("batchdrop_error"), List.of("b")))
        .containsExactly("batchdrop_error");
    assertThat(ResultColumns.collisions(List.of("a"), List.of("batchdrop_error")))
        .containsExactly("batchdrop_error");
  }

  @Test
  void evaluatesPointersByTheirWholePath() throws IOException {
    job.columns = Map.of("answer", ANSWER + "/deeper");

    assertThat(results("a\n1\n", "x")).isEqualTo("a,answer,batchdrop_error\n1,,\n");
  }

  @Test
  void guardsAnswersAndErrorsAgainstFormulasAndLeavesTheInputAlone() throws IOException {
    String table = "a\n=1+1\n@x\n-y\n";
    assertThat(results(table, "=1+1", "-7", "@SUM(A1)"))
        .isEqualTo("a,answer,batchdrop_error\n=1+1,'=1+1,\n@x,-7,\n-y,'@SUM(A1),\n");
    assertThat(job.text("output.jsonl")).contains("\"=1+1\"");
  }

  @Test
  void guardsNothingWhereThePipelineSaysSo() throws IOException {
    job.csvSafe = false;
    assertThat(results("a\nx\n", "=1+1")).isEqualTo("a,answer,batchdrop_error\nx,=1+1,\n");
  }
}
