package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.job.InputRejected;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every rule of {@code spec/csv.yaml}. */
class CsvSpecTest {

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() throws IOException {
    try (InputStream yaml = getClass().getResourceAsStream("/spec/csv.yaml")) {
      Object cases = new Load(LoadSettings.builder().build()).loadFromInputStream(yaml);
      return ((List<?>) cases)
          .stream()
              .map(item -> (Map<?, ?>) item)
              .map(rule -> DynamicTest.dynamicTest((String) rule.get("id"), () -> check(rule)));
    }
  }

  private void check(Map<?, ?> rule) throws Exception {
    assertThat(rule.get("source")).as("each rule says where it comes from").isNotNull();
    Path file = folder.resolve("table.csv");
    String padding = " ".repeat(rule.get("padding") instanceof Integer size ? size : 0);
    Files.writeString(file, bytes((String) rule.get("input"), padding), StandardCharsets.UTF_8);
    Map<?, ?> settings = rule.get("settings") instanceof Map<?, ?> given ? given : Map.of();
    Optional<Character> delimiter =
        Optional.ofNullable((String) settings.get("delimiter")).map(text -> text.charAt(0));
    if (rule.get("rejected") != null) {
      InputRejected rejected =
          catchThrowableOfType(InputRejected.class, () -> read(file, delimiter));
      assertThat(rejected).isNotNull();
      assertThat(rejected.problems().get(0).code()).isEqualTo(rule.get("rejected"));
      if (rule.get("at") != null) {
        assertThat(rejected.problems().get(0).location()).isEqualTo(rule.get("at"));
      }
      return;
    }
    assertThat(read(file, delimiter)).isEqualTo(rule.get("rows"));
    if (rule.get("columns") != null) {
      try (CsvReader reader = CsvReader.open(file, delimiter)) {
        assertThat(reader.header().names()).isEqualTo(rule.get("columns"));
      }
    }
  }

  private static String bytes(String shown, String padding) {
    String text =
        shown
            .replace('␍', '\r')
            .replace('␊', '\n')
            .replace('␉', '\t')
            .replace('␠', ' ')
            .replace('␀', '\0')
            .replace('⎀', '\uFEFF');
    // Long first lines move what follows behind the bytes that are looked at first.
    return padding.isEmpty() ? text : text.replaceFirst("\n", padding + "\n");
  }

  private static List<Object> read(Path file, Optional<Character> delimiter)
      throws IOException, InputRejected {
    List<Object> rows = new ArrayList<>();
    try (CsvRows reader =
        new CsvRows(CsvReader.open(file, delimiter), CsvReader.MOST_RECORD_BYTES)) {
      while (reader.next()) {
        RowProblem problem = reader.problem();
        if (problem != null) {
          rows.add("!" + problem.code());
          continue;
        }
        List<String> row = new ArrayList<>();
        for (int i = 0; i < reader.fields().count(); i++) {
          row.add(reader.fields().text(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
