package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.InputFormat.Split;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {

  @TempDir Path home;
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(home.resolve("input/tree"));
  }

  private void file(String path, String content) throws IOException {
    Path file = tree.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static InputFormat.Source source(Split split, int tokens) {
    return new InputFormat.Source(List.of(), List.of(), 10_000, split, tokens);
  }

  /** Each row as {@code name=field} pairs for the fields asked, or its problem. */
  private List<String> rows(InputFormat.Source source, String... names)
      throws IOException, InputRejected {
    List<String> rows = new ArrayList<>();
    try (RowReader reader = Sources.rows(new JobFolder(home), tree, source, StopCheck.NEVER)) {
      assertThat(reader.fieldNames()).isEqualTo(Sources.fieldNames(source));
      while (reader.next()) {
        RowProblem problem = reader.problem();
        List<String> fields = new ArrayList<>();
        for (String name : names) {
          fields.add(
              problem == null
                  ? reader.fields().text(reader.fieldNames().indexOf(name))
                  : problem.code());
        }
        rows.add(reader.location() + " -> " + String.join("|", fields));
      }
    }
    return rows;
  }

  private List<String> places(InputFormat.Source source) throws IOException, InputRejected {
    List<String> places = new ArrayList<>();
    try (SourcePlaces walk = Sources.places(new JobFolder(home), tree, source, StopCheck.NEVER)) {
      while (walk.next()) {
        places.add(walk.marks() + " " + walk.pieces().stream().map(SourcePiece::place).toList());
      }
    }
    return places;
  }

  @Test
  void bothWalksNumberTheSameUnits() throws Exception {
    file("a.c", "#include <a.h>\n\nint f(void) { return 1; }\nstruct s { int x; };\n");
    file("b.txt", "int f(void) { return 1; }\n");
    file("c.c", "a\0b");
    file("d.c", "");
    InputFormat.Source source = source(Split.FUNCTION, 1);

    assertThat(rows(source, "kind", "unit", "line", "language", "declarations"))
        .containsExactly(
            "a.c:1 rest -> rest|rest|1|C|",
            "a.c:3 f -> function|f|3|C|#include <a.h>",
            "a.c:4 s -> struct|s|4|C|#include <a.h>",
            "b.txt -> file||1||",
            "c.c -> binary_file|binary_file|binary_file|binary_file|binary_file",
            "d.c -> file||1|C|");
    assertThat(places(source))
        .containsExactly(
            "0 [a.c:1 rest]", "0 [a.c:3 f]", "0 [a.c:4 s]", "0 [b.txt]", "0 [c.c]", "0 [d.c]");
  }

  @Test
  void theSecondWalkGoesByThePlanAndNotByTheFiles() throws Exception {
    file("a.c", "int f(void) { return 1; }\nint g(void) { return 1; }\n");
    InputFormat.Source source = source(Split.FUNCTION, 1);
    rows(source);
    Files.writeString(tree.resolve("a.c"), "");

    assertThat(places(source)).containsExactly("0 [a.c:1 f]", "0 [a.c:2 g]");
  }

  @Test
  void preparingTwiceLeavesTheSamePlan() throws Exception {
    file("a.c", "int f(void) { return 1; }\nint x;\n");
    JobFolder folder = new JobFolder(home);
    rows(source(Split.FUNCTION, 1));
    byte[] first = Files.readAllBytes(folder.units());
    rows(source(Split.FUNCTION, 1));

    assertThat(folder.units()).hasBinaryContent(first);
    assertThat(folder.parsing()).doesNotExist();
  }

  @Test
  void filesAreJoinedUpToTheirTokensAndABadOneStandsAlone() throws Exception {
    file("a.c", "int a;");
    file("b.c", "int b;\n");
    file("c.c", "a\0b");
    file("d.c", "x".repeat(40));
    file("e.c", "int e;\n");
    InputFormat.Source source = source(Split.AGGREGATE, 10);

    assertThat(rows(source, "content", "paths", "units", "count", "language"))
        .containsExactly(
            "a.c and 1 more -> === 1: a.c ===\nint a;\n=== 2: b.c ===\nint b;\n|a.c\nb.c"
                + "|=== 1: a.c ===\n=== 2: b.c ===|2|C",
            "c.c -> binary_file|binary_file|binary_file|binary_file|binary_file",
            "d.c -> === 1: d.c ===\n" + "x".repeat(40) + "\n|d.c|=== 1: d.c ===|1|C",
            "e.c -> === 1: e.c ===\nint e;\n|e.c|=== 1: e.c ===|1|C");
    assertThat(places(source)).containsExactly("3 [a.c, b.c]", "0 [c.c]", "3 [d.c]", "3 [e.c]");
  }

  @Test
  void aTextThatLooksLikeAMarkerGetsLongerMarkers() throws Exception {
    file("a.md", "=== 1: a heading ===\n");
    assertThat(rows(source(Split.AGGREGATE, 100), "units"))
        .containsExactly("a.md -> ==== 1: a.md ====");
  }

  @Test
  void aFileThatTheProcessDiedOfTwiceIsNotParsedAgain() throws Exception {
    file("a.c", "int f(void) { return 1; }\n");
    file("b.c", "int g(void) { return 1; }\n");
    Files.writeString(new JobFolder(home).parsing(), "b.c\na.c\nb.c\n");

    assertThat(rows(source(Split.FUNCTION, 1), "kind"))
        .containsExactly("a.c:1 f -> function", "b.c -> file");
  }

  @Test
  void aCrashLeavesTheNameOfTheFileBehind() throws Exception {
    Path file = new JobFolder(home).parsing();
    ParseLog.open(file).begin("a.c");
    ParseLog.open(file).begin("b.c");

    assertThat(Files.readAllLines(file)).containsExactly("a.c", "b.c");
    assertThat(ParseLog.open(file).allows("b.c")).isTrue();
    ParseLog.open(file).begin("b.c");
    assertThat(ParseLog.open(file).allows("b.c")).isFalse();
  }
}
