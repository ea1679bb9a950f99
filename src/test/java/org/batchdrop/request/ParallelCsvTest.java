package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;

/** One thread, two threads, and a slow obvious way lead to the same files. */
class ParallelCsvTest {

  private static final JobId JOB = new JobId("20240501-120000-3fa9c1");
  private static final InputFormat CSV = new InputFormat.Csv(Optional.empty(), Optional.empty());
  private static final PartLimits LIMITS = new PartLimits(15, 5000, 260);
  private static final String BODY = "{model: m, t: 'é {{c0}}: {{ c1 }}', u: ['{{c1}}']}";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Property(tries = 60)
  void bothWaysWriteTheSameBytes(
      @ForAll("tables") String table, @ForAll @IntRange(min = 1, max = 200) int chunk)
      throws Exception {
    Path home = Files.createTempDirectory("parallel");
    try {
      Map<String, String> one = convert(home.resolve("one"), table, 1, chunk);
      Map<String, String> two = convert(home.resolve("two"), table, 2, chunk);
      assertThat(two).isEqualTo(one);
    } finally {
      deleteTree(home);
    }
  }

  @Property(tries = 60)
  void everyRowIsInOnePlaceWithItsOwnText(@ForAll("regular") String table) throws Exception {
    Path home = Files.createTempDirectory("oracle");
    try {
      Map<String, String> files = convert(home.resolve("x"), table, 2, 50);
      Map<String, String> texts = new TreeMap<>();
      files.forEach(
          (name, content) -> {
            if (name.startsWith("part-") && name.endsWith(".jsonl")) {
              content.lines().forEach(line -> read(line, texts));
            } else if (name.equals("unsent.jsonl")) {
              content.lines().forEach(line -> texts.put(field(line, "custom_id"), "unsent"));
            }
          });
      List<CsvRecord> expected = new ArrayList<>();
      try (var reader = de.siegmar.fastcsv.reader.CsvReader.builder().ofCsvRecord(table)) {
        reader.forEach(expected::add);
      }
      assertThat(texts).hasSize(expected.size() - 1);
      for (int i = 1; i < expected.size(); i++) {
        String actual = texts.get("3fa9c1-%09d".formatted(i));
        String text =
            "é "
                + expected.get(i).getField(0)
                + ": "
                + expected.get(i).getField(1)
                + "|"
                + expected.get(i).getField(1);
        assertThat(actual).isIn(text, "unsent");
        boolean short1 = text.length() * 6 < 60;
        assertThat(!short1 || actual.equals(text)).isTrue();
      }
    } finally {
      deleteTree(home);
    }
  }

  private static void read(String line, Map<String, String> texts) {
    try {
      JsonNode tree = JSON.readTree(line);
      String text = tree.at("/body/t").textValue() + "|" + tree.at("/body/u/0").textValue();
      assertThat(tree.at("/method").textValue()).isEqualTo("POST");
      assertThat(texts.put(tree.get("custom_id").textValue(), text)).isNull();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String field(String line, String name) {
    try {
      return JSON.readTree(line).get(name).textValue();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** All files by name; a rejection as a file of its own. */
  private static Map<String, String> convert(Path root, String table, int threads, int chunk)
      throws IOException {
    JobFolder folder = new JobFolder(root);
    Files.createDirectories(folder.input());
    Path input = folder.input().resolve("t.csv");
    Files.writeString(input, table, StandardCharsets.UTF_8);
    Map<String, String> files = new TreeMap<>();
    Preparation preparation =
        new Preparation(
            JOB,
            folder,
            Yaml.pipeline(CSV, BODY),
            LIMITS,
            List.of("/v1/chat/completions"),
            () -> false,
            threads,
            0,
            chunk);
    try {
      files.put("prepared", preparation.run(input).toString());
    } catch (InputRejected e) {
      files.put("rejected", e.problems().toString());
    }
    try (var all = Files.newDirectoryStream(root, "*.*")) {
      for (Path file : all) {
        files.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return files;
  }

  private static void deleteTree(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** With ragged records, quotes in wrong places, and empty lines. */
  @Provide
  Arbitrary<String> tables() {
    Arbitrary<String> wrong = Arbitraries.of("5\"", "\"a\"b", " \"q\"", "1,2", "", "\n", "\r");
    return table(Arbitraries.frequencyOf(Tuple.of(30, cell()), Tuple.of(1, wrong)));
  }

  @Provide
  Arbitrary<String> regular() {
    return table(cell());
  }

  private static Arbitrary<String> cell() {
    Arbitrary<String> plain =
        Arbitraries.strings().withChars("abc \\{}é中\t\u0001\u2028").ofMaxLength(30);
    Arbitrary<String> injected =
        Arbitraries.of("{{c0}}", "${env:HOME}", "{{c1:json}}", "\\{{c0}}", "😀".repeat(20));
    Arbitrary<String> quoted =
        Arbitraries.strings()
            .withChars("ab\"\r\n,中")
            .ofMaxLength(60)
            .map(s -> '"' + s.replace("\"", "\"\"") + '"');
    return Arbitraries.frequencyOf(Tuple.of(4, plain), Tuple.of(1, injected), Tuple.of(3, quoted));
  }

  private static Arbitrary<String> table(Arbitrary<String> cell) {
    Arbitrary<String> row = Combinators.combine(cell, cell).as((a, b) -> a + "," + b);
    return Combinators.combine(row.list().ofMinSize(1).ofMaxSize(40), Arbitraries.of("\n", "\r\n"))
        .as((rows, end) -> "c0,c1" + end + String.join(end, rows) + end);
  }
}
