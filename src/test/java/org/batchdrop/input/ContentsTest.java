package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentsTest {

  @TempDir private Path root;
  private Path pipeline;

  @BeforeEach
  void write() throws IOException {
    pipeline = Files.writeString(root.resolve("pipeline.yaml"), "provider: x\n");
  }

  private Path folder(String name, String... filesAndTexts) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    for (int i = 0; i < filesAndTexts.length; i += 2) {
      Path file = folder.resolve(filesAndTexts[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, filesAndTexts[i + 1]);
    }
    return folder;
  }

  private String hash(Path input) throws IOException {
    return Contents.hash(List.of(pipeline), input, StopCheck.NEVER);
  }

  @Test
  void theSameBytesAreTheSameWhateverTheirName() throws IOException {
    Path one = Files.writeString(root.resolve("one.csv"), "a\n1\n");
    Path two = Files.writeString(root.resolve("two.csv"), "a\n1\n");

    assertThat(hash(one)).isEqualTo(hash(two)).matches("[0-9a-f]{64}");
    assertThat(hash(folder("f", "a/b.c", "x", "d.c", "y")))
        .isEqualTo(hash(folder("g", "d.c", "y", "a/b.c", "x")));
  }

  @Test
  void anythingElseMakesADifference() throws IOException {
    Set<String> hashes = new HashSet<>();
    List<Path> inputs =
        List.of(
            Files.writeString(root.resolve("one.csv"), "a\n1\n"),
            Files.writeString(root.resolve("two.csv"), "a\n2\n"),
            Files.writeString(root.resolve("empty.csv"), ""),
            folder("f", "a.c", "x"),
            folder("g", "b.c", "x"),
            folder("h", "a.c", "y"),
            folder("i", "a.c", "x", "b.c", ""),
            folder("j", "d/a.c", "x"),
            folder("k"));
    for (Path input : inputs) {
      hashes.add(hash(input));
    }
    // An empty file and an empty folder differ by the length that is hashed for the file.
    assertThat(hashes).hasSize(inputs.size());
    Files.writeString(pipeline, "provider: y\n");
    assertThat(hashes).doesNotContain(hash(inputs.get(0)));
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path plain = folder("f", "a.c", "x");
    Path linked = folder("g", "a.c", "x");
    Files.createSymbolicLink(linked.resolve("b.c"), pipeline);

    assertThat(hash(linked)).isEqualTo(hash(plain));
  }

  @Test
  void theWorkStopsWhenItShall() throws IOException {
    Path one = Files.writeString(root.resolve("one.csv"), "a\n1\n");

    assertThatThrownBy(() -> Contents.hash(List.of(pipeline), one, StopCheck.when(() -> true)))
        .isInstanceOf(InterruptedIOException.class);
  }
}
