package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerFileTest {

  private record Line(String text, long offset, long number) {}

  private static List<Line> walk(AnswerFile file) throws IOException {
    List<Line> lines = new ArrayList<>();
    file.walk(
        (bytes, from, to, offset, number) ->
            lines.add(
                new Line(
                    new String(bytes, from, to - from, StandardCharsets.UTF_8), offset, number)));
    return lines;
  }

  @Property(tries = 60)
  void seesTheSameLinesThroughAWindowAndInMemory(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i >= 0; i--) {
      text.append("x".repeat(random.nextInt(3) == 0 ? 0 : random.nextInt(40)));
      text.append(random.nextInt(9) == 0 ? "\r\n" : i > 0 || random.nextBoolean() ? "\n" : "");
    }
    Path path = Files.createTempFile("lines", ".jsonl");
    try {
      Files.writeString(path, text);
      try (AnswerFile held = AnswerFile.open(path, new HeapShare(1 << 20), 64);
          AnswerFile read = AnswerFile.open(path, new HeapShare(0), 64)) {
        List<Line> lines = walk(held);
        assertThat(walk(read)).isEqualTo(lines);
        assertThat(held.held()).isTrue();
        assertThat(read.held()).isEqualTo(text.isEmpty());
        for (int i = 0; i < 20 && !lines.isEmpty(); i++) {
          Line line = lines.get(random.nextInt(lines.size()));
          byte[] bytes = line.text().getBytes(StandardCharsets.UTF_8);
          for (AnswerFile file : List.of(held, read)) {
            file.fetch(line.offset(), bytes.length);
            assertThat(
                    new String(file.bytes(), file.position(), bytes.length, StandardCharsets.UTF_8))
                .isEqualTo(line.text());
            assertThat(file.same(line.offset(), bytes, 0, bytes.length)).isTrue();
          }
        }
      }
    } finally {
      Files.delete(path);
    }
  }

  @Test
  void showsTheBeginningOfALineThatIsTooLong(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("a");
    Files.writeString(path, "a\n" + "b".repeat(1000) + "\nc\n" + "d".repeat(500));

    try (AnswerFile file = AnswerFile.open(path, new HeapShare(0), 100)) {
      assertThat(walk(file))
          .containsExactly(
              new Line("a", 0, 1),
              new Line("b".repeat(100), 2, 2),
              new Line("c", 1003, 3),
              new Line("d".repeat(100), 1005, 4));
    }
  }

  @Test
  void seesNothingInAnEmptyFile(@TempDir Path folder) throws IOException {
    Path path = Files.createFile(folder.resolve("a"));

    try (AnswerFile held = AnswerFile.open(path, new HeapShare(1), 100)) {
      assertThat(walk(held)).isEmpty();
    }
  }

  @Test
  void givesTheHeapBackWhenClosed(@TempDir Path folder) throws IOException {
    Path path = Files.writeString(folder.resolve("a"), "12345678");
    HeapShare share = new HeapShare(15);

    for (int i = 0; i < 3; i++) {
      try (AnswerFile first = AnswerFile.open(path, share, 100);
          AnswerFile second = AnswerFile.open(path, share, 100)) {
        assertThat(first.held()).isTrue();
        assertThat(second.held()).isFalse();
      }
    }
  }

  @Test
  void placesOfAFileThatChangedSinceItWasWalkedCountNoMore(@TempDir Path folder)
      throws IOException {
    Path grown = Files.writeString(folder.resolve("grown"), "one\n");
    Path replaced = Files.writeString(folder.resolve("replaced"), "one\n");
    Path kept = Files.writeString(folder.resolve("kept"), "one\n");
    try (AnswerFiles files = new AnswerFiles(List.of(grown, replaced, kept))) {
      for (int file = 0; file < 3; file++) {
        files.walk(file, (bytes, from, to, offset, number) -> {});
      }
      files.requireUnchanged();
      Files.writeString(grown, "one\ntwo\n");
      Path other = Files.writeString(folder.resolve("other"), "two\n");
      Files.setLastModifiedTime(other, Files.getLastModifiedTime(replaced));
      Files.move(other, replaced, StandardCopyOption.REPLACE_EXISTING);

      assertThatThrownBy(() -> files.fetch(0, 0, 3)).hasMessageContaining("grown: changed while");
      assertThatThrownBy(() -> files.fetch(1, 0, 3))
          .hasMessageContaining("replaced: changed while");
      assertThatThrownBy(files::requireUnchanged).hasMessageContaining("merge again");
      assertThat(files.fetch(2, 0, 3).bytes()).startsWith("one".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** More files than may be open, asked for in turn so often that they are loaded no more. */
  @Test
  void linesOfManyFilesAreReadInAnyOrder(@TempDir Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (int i = 10; i < 50; i++) {
      paths.add(Files.writeString(folder.resolve("f" + i), "{\"x\":1}\nline of " + i + "\n"));
    }
    try (AnswerFiles files = new AnswerFiles(paths)) {
      for (int i = 0; i < 5 * paths.size(); i++) {
        int number = i % paths.size();
        byte[] line = ("line of " + (number + 10)).getBytes(StandardCharsets.UTF_8);

        AnswerFile file = files.fetch(number, 8, line.length);

        assertThat(file.held()).isEqualTo(i < 3 * paths.size());
        assertThat(new String(file.bytes(), file.position(), line.length, StandardCharsets.UTF_8))
            .isEqualTo("line of " + (number + 10));
        assertThat(files.isSame(number, 8, line, 0, line.length)).isTrue();
      }
    }
  }
}
