package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.batchdrop.input.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeTest {

  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final IdScheme FOUND = new IdScheme.Trailing(OptionalInt.empty());

  @TempDir private Path folder;

  private static String answer(String id, String text) {
    return JACKSON
            .createObjectNode()
            .put("custom_id", id)
            .set(
                "response",
                JACKSON
                    .createObjectNode()
                    .put("status_code", 200)
                    .set(
                        "body",
                        JACKSON
                            .createObjectNode()
                            .set(
                                "choices",
                                JACKSON
                                    .createArrayNode()
                                    .add(
                                        JACKSON
                                            .createObjectNode()
                                            .set(
                                                "message",
                                                JACKSON.createObjectNode().put("content", text))))))
            .toString()
        + "\n";
  }

  private static String failure(String id, String code) {
    return "{\"custom_id\":\"%s\",\"response\":null,\"error\":{\"code\":\"%s\",\"message\":\"m\"}}%n"
        .formatted(id, code)
        .replace("\r\n", "\n");
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static MergeOrder order(Path table, Path out, IdScheme ids, List<Path> results) {
    return new MergeOrder(
        results,
        table,
        out,
        false,
        Map.of("answer", "/choices/0/message/content"),
        ids,
        Optional.empty(),
        Optional.empty(),
        true);
  }

  private Merged merge(String table, IdScheme ids, String... results)
      throws IOException, MergeRefused {
    List<Path> files = new ArrayList<>();
    for (String text : results) {
      files.add(file("r" + files.size() + ".jsonl", text));
    }
    return Merge.run(order(file("t.csv", table), folder.resolve("out.csv"), ids, files));
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out.csv"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void takesNumbersFromZeroWhenZeroOccurs() throws Exception {
    Merged merged =
        merge(
            "a;b\r\n1;\"x;y\"\r\n2;z\r\n",
            FOUND,
            answer("task-0001", "q") + answer("task-0000", "p"));

    assertThat(out()).isEqualTo("a;b;answer;batchdrop_error\r\n1;\"x;y\";p;\r\n2;z;q;\r\n");
    assertThat(merged.ids()).contains("'task-<number>'").contains("number 0 (found)");
    assertThat(names()).containsExactly("out.csv", "r0.jsonl", "t.csv");
  }

  @Test
  void takesNumbersFromOneWhenTheLastRowOccurs() throws Exception {
    Merged merged = merge("a\n1\n2\n", FOUND, answer("row_2", "q") + failure("row_1", "e"));

    assertThat(out()).isEqualTo("a,answer,batchdrop_error\n1,,e: m\n2,q,\n");
    assertThat(merged)
        .extracting(Merged::rows, Merged::answered, Merged::failed, Merged::missing)
        .containsExactly(2L, 1L, 1L, 0L);
  }

  @Test
  void refusesWhenNobodyKnowsTheFirstRow() {
    assertThatThrownBy(() -> merge("a\n1\n2\n3\n", FOUND, answer("row-1", "q")))
        .isInstanceOf(MergeRefused.class)
        .hasMessageContaining("--first-row 0 or --first-row 1");
    assertThatThrownBy(() -> merge("a\n1\n2\n", FOUND, answer("row-0", "q") + answer("row-2", "q")))
        .hasMessageContaining("both number 0 and number 2");
    assertThat(folder.resolve("out.csv")).doesNotExist();
  }

  /** The values of such a body stand in its unfolded text, those of the next row in its line. */
  @Test
  void placesTheValuesOfABodyThatIsTextBesideThoseOfOthers() throws Exception {
    String folded =
        """
        {"custom_id":"r-1","response":{"status_code":200,"body":\
        "{\\"choices\\":[{\\"message\\":{\\"content\\":\\"folded\\"}}]}"},"error":null}
        """;
    String without =
        """
        {"custom_id":"r-3","response":{"status_code":200,"body":{"choices":[]}},"error":null}
        """;

    merge("a\n1\n2\n3\n", FOUND, folded + answer("r-2", "plain") + without);

    assertThat(out()).isEqualTo("a,answer,batchdrop_error\n1,folded,\n2,plain,\n3,,\n");
  }

  @Test
  void believesTheFirstRowThatIsGiven() throws Exception {
    merge("a\n1\n2\n3\n", new IdScheme.Trailing(OptionalInt.of(0)), answer("row-1", "q"));

    assertThat(out())
        .isEqualTo(
            "a,answer,batchdrop_error\n1,,%1$s\n2,q,\n3,,%1$s\n"
                .formatted("missing_answer: the provider returned no line for this row"));
  }

  @Test
  void knowsIdsOfBatchdrop() throws Exception {
    Merged merged = merge("a\n1\n2\n", FOUND, answer("3fa9c1-000000001", "p"));

    assertThat(merged.ids()).isEqualTo("custom_ids of Batchdrop, '3fa9c1-<row>'");
    assertThat(out()).contains("1,p,\n");
  }

  @Test
  void refusesIdsWithoutCommonShape() {
    assertThatThrownBy(() -> merge("a\n1\n", FOUND, answer("x-1", "p") + answer("y-1", "p")))
        .isInstanceOf(MergeRefused.class)
        .hasMessageContaining("'y-1' does not look like 'x-<number>'")
        .hasMessageContaining("--id-column");
  }

  @Test
  void findsNumbersByPattern() throws Exception {
    IdScheme ids = new IdScheme.Matching(Pattern.compile("r(\\d+)-v\\d"), OptionalInt.empty());

    Merged merged = merge("a\n1\n2\n", ids, answer("r0-v7", "p") + answer("other", "x"));

    assertThat(out()).contains("1,p,\n");
    assertThat(merged.unmatched()).isEqualTo(1);
    assertThat(merged.problems().get(0).message()).contains("other");
  }

  @Test
  void findsRowsByColumn() throws Exception {
    String table = "a,id\n1,\"t \"\"9\"\"\"\n2,é\n3,\n4\n";

    Merged merged =
        merge(
            table,
            new IdScheme.Column("id"),
            answer("é", "q") + answer("t \"9\"", "p").replace("p", "\\u0070"),
            answer("é", "q") + answer("", "x"));

    assertThat(out()).startsWith("a,id,answer,batchdrop_error\n1,\"t \"\"9\"\"\",p,\n2,é,q,\n3,,,");
    assertThat(merged.duplicate()).isEqualTo(1);
    assertThat(merged.unmatched()).isEqualTo(1);
  }

  @Test
  void refusesColumnThatIsNoKey() {
    assertThatThrownBy(() -> merge("id\nx\ny\nx\n", new IdScheme.Column("id"), answer("x", "p")))
        .isInstanceOf(MergeRefused.class)
        .hasMessageContaining("rows 1 and 3");
    assertThatThrownBy(() -> merge("id\nx\n", new IdScheme.Column("idd"), answer("x", "p")))
        .hasMessageContaining("did you mean 'id'");
  }

  @Test
  void aRowWhoseOnlyLineIsDamagedFailsAndTheLineIsTold() throws Exception {
    String damaged = "{\"custom_id\":\"r-1\",\"response\":{\"status_code\":200,\"bo\n";

    Merged merged = merge("a\n1\n2\n", FOUND, damaged + answer("r-2", "q"));

    assertThat(out()).contains("\n1,,malformed_line: ").contains("\n2,q,\n");
    assertThat(merged.unmatched()).isEqualTo(1);
    assertThat(merged.problems().get(0).location()).contains("r0.jsonl");
  }

  @Test
  void refusesWhatItCanNotWriteOrReadBeforeItReadsAnything() throws IOException {
    Path results = file("r.jsonl", answer("r-1", "p"));
    Path out = folder.resolve("no/out.csv");
    Path none = folder.resolve("none.csv");
    Path table = file("t.csv", "a\n1\n");

    assertThatThrownBy(() -> Merge.run(order(table, out, FOUND, List.of(results))))
        .isInstanceOf(MergeRefused.class)
        .hasMessageContaining("is no folder");
    assertThatThrownBy(
            () -> Merge.run(order(none, folder.resolve("o.csv"), FOUND, List.of(results))))
        .isInstanceOf(MergeRefused.class)
        .hasMessageContaining("none.csv: can't be read");
  }

  @Test
  void leavesAnExistingFileAlone() throws Exception {
    Path out = file("out.csv", "precious");

    assertThatThrownBy(() -> merge("a\n1\n", FOUND, answer("r-1", "p")))
        .isInstanceOf(MergeRefused.class)
        .hasMessageContaining("--force");

    assertThat(out).hasContent("precious");
  }

  @Test
  void neverReplacesWhatItReads() throws Exception {
    Path table = file("t.csv", "a\n1\n");
    Path results = file("r.jsonl", answer("r-1", "p"));
    MergeOrder order =
        new MergeOrder(
            List.of(results),
            table,
            folder.resolve("./t.csv"),
            true,
            Map.of("answer", "/x"),
            FOUND,
            Optional.empty(),
            Optional.empty(),
            true);

    assertThatThrownBy(() -> Merge.run(order)).hasMessageContaining("it is read");
    assertThat(table).hasContent("a\n1\n");
  }

  @Test
  void refusesResultsOfAnotherTable() {
    assertThatThrownBy(() -> merge("a,id\n1,x\n", new IdScheme.Column("id"), answer("other", "p")))
        .isInstanceOf(MergeRefused.class)
        .hasMessageContaining("none of the 1 lines");
    assertThatThrownBy(() -> merge("a\n1\n", FOUND, "not json\n"))
        .isInstanceOfSatisfying(
            MergeRefused.class, e -> assertThat(e.fault()).isEqualTo(MergeRefused.Fault.FILE));
  }

  @Test
  void readsOtherCharsets() throws Exception {
    Path table = folder.resolve("t.csv");
    Files.write(table, "名\n一\n".getBytes(Charset.forName("GB18030")));
    MergeOrder plain =
        order(table, folder.resolve("out.csv"), FOUND, List.of(file("r", answer("r-1", "p"))));

    Merge.run(
        new MergeOrder(
            plain.results(),
            table,
            plain.target(),
            false,
            plain.columns(),
            FOUND,
            Optional.empty(),
            Optional.of("GB18030"),
            true));

    assertThat(out()).isEqualTo("名,answer,batchdrop_error\n一,p,\n");
  }

  /** Whatever the files hold, the merge is what a map of parsed lines gives. */
  @Property(tries = 120)
  void agreesWithMapOfParsedLines(@ForAll long seed) throws Exception {
    Path home = Files.createTempDirectory("merge");
    try {
      check(home, new Random(seed));
    } finally {
      Tree.remove(home);
    }
  }

  private static void check(Path home, Random random) throws Exception {
    int rows = 1 + random.nextInt(30);
    boolean byColumn = random.nextBoolean();
    int first = random.nextInt(2);
    List<String> ids = new ArrayList<>();
    List<String> records = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      String id = byColumn ? "k " + random.nextLong() : "r-" + (row + first);
      ids.add(id);
      records.add(id + ",\"x\ny " + row + "\"");
    }
    List<Path> files = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      files.add(Files.writeString(home.resolve("f" + i), lines(ids, random)));
    }
    Files.writeString(files.get(0), answer(ids.get(0), "w"), StandardOpenOption.APPEND);
    Path table = Files.writeString(home.resolve("t"), "id,b\n" + String.join("\n", records) + "\n");
    IdScheme scheme =
        byColumn ? new IdScheme.Column("id") : new IdScheme.Trailing(OptionalInt.of(first));
    Path out = home.resolve("out");

    Merged merged = Merge.run(order(table, out, scheme, files));

    Map<String, String> cells = twin(files);
    StringBuilder expected = new StringBuilder("id,b,answer,batchdrop_error\n");
    for (int row = 0; row < rows; row++) {
      String cell =
          cells.getOrDefault(
              ids.get(row), ",missing_answer: the provider returned no line for this row");
      expected.append(records.get(row)).append(',').append(cell).append('\n');
    }
    assertThat(out).hasContent(expected.toString());
    assertThat(merged.answered() + merged.failed()).isEqualTo(rows);
  }

  private static String lines(List<String> ids, Random random) {
    List<String> lines = new ArrayList<>();
    for (String id : ids) {
      for (int i = 0; i < random.nextInt(3); i++) {
        switch (random.nextInt(6)) {
          case 0 -> lines.add(failure(id, "e" + random.nextInt(3)));
          case 1 -> lines.add(failure("r-9999999", "e"));
          case 2 -> lines.add("{\"custom_id\"\n");
          default ->
              lines.add(
                  answer(id, List.of("p", "say \"hi\"", "l\nm", "é,").get(random.nextInt(4))));
        }
      }
    }
    Collections.shuffle(lines, random);
    return String.join("", lines);
  }

  /** Row's cells by id: the first answer, else the failure of the last file that has one. */
  private static Map<String, String> twin(List<Path> files) throws IOException {
    Map<String, String> answers = new HashMap<>();
    Map<String, String> failures = new HashMap<>();
    for (Path file : files) {
      Map<String, String> here = new HashMap<>();
      for (String line : Files.readAllLines(file)) {
        if (!line.endsWith("}")) {
          continue;
        }
        JsonNode node = JACKSON.readTree(line);
        String id = node.path("custom_id").asText();
        if (node.path("error").isObject()) {
          here.putIfAbsent(id, "," + node.at("/error/code").asText() + ": m");
        } else {
          String text = node.at("/response/body/choices/0/message/content").asText();
          boolean quoted = text.matches("(?s).*[,\"\n].*");
          answers.putIfAbsent(id, quoted ? "\"" + text.replace("\"", "\"\"") + "\"," : text + ",");
        }
      }
      failures.putAll(here);
    }
    failures.putAll(answers);
    return failures;
  }
}
