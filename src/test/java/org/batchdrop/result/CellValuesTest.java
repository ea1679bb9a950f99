package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellValuesTest {

  private static final String CONTENT = "/choices/0/message/content";

  private boolean readable;

  private List<String> cells(String content, String... columns) {
    CellValues values = new CellValues(List.of(columns));
    ResultLine line = new ResultLine(values.pointers());
    byte[] bytes =
        ("{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":{\"choices\":[{\"message\":"
                + "{\"content\":"
                + content
                + "}}],\"usage\":{\"total_tokens\":7}}}}")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(line.read(bytes, 0, bytes.length)).isEqualTo(ResultLine.Verdict.ANSWER);
    readable = values.read(line);
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < values.count(); i++) {
      int from = values.start(i);
      cells.add(
          from < 0
              ? "-"
              : new String(values.bytes(i), from, values.end(i) - from, StandardCharsets.UTF_8));
    }
    return cells;
  }

  @Test
  void looksIntoTextsAndBesideThem() {
    assertThat(
            cells(
                "\" {\\\"label\\\": \\\"b\\\\u0075g\\\", \\\"s\\\": [1, 2.50]}\\n\"",
                CONTENT + "#/label",
                "/usage/total_tokens",
                CONTENT + "#/s/1",
                CONTENT + "#/absent",
                CONTENT + "#"))
        .containsExactly(
            "\"b\\u0075g\"", "7", "2.50", "-", "{\"label\": \"b\\u0075g\", \"s\": [1, 2.50]}");
    assertThat(readable).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "```json\\n{\\\"a\\\":1}\\n```",
        "```\\r\\n{\\\"a\\\":1}\\n```\\n",
        "Here it is:\\n```json\\n{\\\"a\\\":1}\\n```\\nAnything else?",
        "```sh\\nls\\n```\\nand ```json\\n {\\\"a\\\":1} ```"
      })
  void looksThroughCodeFences(String text) {
    assertThat(cells('"' + text + '"', CONTENT + "#/a")).containsExactly("1");
    assertThat(readable).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"positive\"",
        "null",
        "\"```json\\n{\\\"a\\\":1\"",
        "\"{\\\"a\\\":1} ok\"",
        "\"\""
      })
  void saysThatTextIsNotJson(String content) {
    assertThat(cells(content, CONTENT + "#/a", "/usage/total_tokens")).containsExactly("-", "7");
    assertThat(readable).isFalse();
  }

  @Test
  void looksIntoValuesThatAreNoText() {
    assertThat(cells("{\"a\":{\"b\":true}}", CONTENT + "#/a/b")).containsExactly("true");
  }
}
