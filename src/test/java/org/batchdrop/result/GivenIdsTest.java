package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchdrop.request.RowRanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenIdsTest {

  @TempDir Path folder;

  private GivenIds read(String lines, int rows) throws IOException {
    Path requests = Files.writeString(folder.resolve("part.jsonl"), lines);
    Path ranges = Files.writeString(folder.resolve("part.rows"), "1-" + rows + "\n");
    return GivenIds.read(requests, RowRanges.read(ranges), 1 << 20);
  }

  private static int slot(RowIds ids, String id) throws IOException {
    byte[] bytes = (">" + id + "<").getBytes(StandardCharsets.UTF_8);
    return ids.slotOf(bytes, 1, bytes.length - 1);
  }

  private static String id(int number) {
    // Alike in most characters, as people's ids are.
    return "ticket/" + (number % 7) + "/é-" + number;
  }

  @Test
  void findsEveryRowAndNoOther() throws IOException {
    int rows = 20_000;
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      lines.append("{\"body\":{\"custom_id\":\"no\"},\"custom_id\":\"");
      lines.append(id(i)).append("\"}\n");
    }
    try (GivenIds ids = read(lines.toString(), rows)) {
      for (int i = 0; i < rows; i++) {
        assertThat(slot(ids, id(i))).isEqualTo(i);
        assertThat(slot(ids, id(i + rows))).isEqualTo(RowIds.FOREIGN);
      }
      assertThat(slot(ids, "no")).isEqualTo(RowIds.FOREIGN);
    }
  }

  @Test
  void givesIdsBackAsTheyWereWritten() throws IOException {
    try (GivenIds ids = read("{\"custom_id\":\"a\\u0062\\\"\"}\n", 1)) {
      Scratch out = new Scratch(8);
      ids.putId(0, out);

      assertThat(new String(out.array(), 0, out.size(), StandardCharsets.UTF_8))
          .isEqualTo("\"a\\u0062\\\"\"");
      assertThat(slot(ids, "ab\\\"")).isZero();
      assertThat(slot(ids, "\\u0061b\\u0022")).isZero();
    }
  }

  @Test
  void findsTheIdOfALineAsDeepAsAnInputMayBe() throws IOException {
    int depth = org.batchdrop.input.JsonScan.MOST_DEPTH - 1;
    String line = "{\"body\":" + "[".repeat(depth) + "]".repeat(depth) + ",\"custom_id\":\"a\"}\n";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    assertThat(new org.batchdrop.input.JsonScan().check(bytes, 0, bytes.length)).isNull();
    try (GivenIds ids = read(line, 1)) {
      assertThat(slot(ids, "a")).isZero();
    }
  }

  @Test
  void refusesARequestFileThatDoesNotHoldItsRows() {
    assertThatThrownBy(() -> read("{\"custom_id\":\"a\"}\n", 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 lines; expected 2");
    assertThatThrownBy(() -> read("{\"custom_id\":\"a\"}\n{}\n", 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("line 2: expected one custom_id");
    assertThatThrownBy(() -> read("{\"custom_id\":\"a\"}\n{\"custom_id\":\"b\"}\n", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("line 2");
  }
}
