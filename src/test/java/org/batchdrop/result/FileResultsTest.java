package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchdrop.result.JobFixture.answer;
import static org.batchdrop.result.JobFixture.failure;
import static org.batchdrop.result.JobFixture.id;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.config.InputFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileResultsTest {

  @TempDir Path home;
  private JobFixture job;

  @BeforeEach
  void makeJob() throws IOException {
    job = new JobFixture(home);
    job.format = new InputFormat.Source(List.of(), List.of(), 1 << 20);
    job.extension = Optional.of(".rs");
  }

  private void sources(String... paths) throws IOException {
    for (String path : paths) {
      Path file = job.folder.input().resolve("lib").resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "int x;");
    }
  }

  private List<String> files() throws IOException {
    Path root = job.published("files");
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void writesOneFileForEachAnsweredSource() throws IOException {
    sources("a.c", "sub/b.c", "sub/c.c");
    job.part(1, 1, "1-3", answer(3, "fn c() {}\\n") + answer(1, "fn a() \\u007b}"), failure(2, "x"))
        .publish();

    assertThat(files()).containsExactly("a.rs", "sub/c.rs");
    assertThat(job.text("files/a.rs")).isEqualTo("fn a() {}");
    assertThat(job.text("files/sub/c.rs")).isEqualTo("fn c() {}\n");
    assertThat(job.text("input/lib/sub/b.c")).isEqualTo("int x;");
  }

  @Test
  void keepsTheFullNameWhenExtensionsClash() throws IOException {
    sources("a.c", "a.h", "a.h.c", "b", "b.rs", "c.rs");
    StringBuilder answers = new StringBuilder();
    for (int row = 1; row <= 6; row++) {
      answers.append(answer(row, "r" + row));
    }
    job.part(1, 1, "1-6", answers.toString(), null).publish();

    assertThat(files()).containsExactly("a.h.c.rs", "a.h.rs", "a.rs", "b.rs", "b.rs.rs", "c.rs");
    assertThat(job.text("files/a.h.rs")).isEqualTo("r2");
    assertThat(job.text("files/a.h.c.rs")).isEqualTo("r3");
    assertThat(job.text("files/b.rs.rs")).isEqualTo("r5");
  }

  @Test
  void findsRoomWhenAResultTookTheNameOfAFolder() throws IOException {
    sources("a.c", "a.rs/b.c");
    job.part(1, 1, "1-2", answer(1, "x") + answer(2, "y"), null).publish();

    assertThat(files()).containsExactly("a.rs", "a.rs_/b.rs");
  }

  @Test
  void reportsAnAnswerWithoutText() throws IOException {
    sources("a.c");
    String noText =
        "{\"custom_id\":\""
            + id(1)
            + "\",\"response\":{\"status_code\":200,\"body\":{\"choices\":"
            + "[{\"message\":{\"content\":null,\"refusal\":\"no\"}}]}}}\n";
    job.part(1, 1, "1-1", noText, null).publish();

    assertThat(files()).isEmpty();
    assertThat(job.text("report.json")).contains("\"text_missing\"").contains("\"a.c\"");
  }

  @Test
  void keepsPathsWhenNoExtensionIsSet() throws IOException {
    job.extension = Optional.empty();
    sources("a.c", "Makefile");
    job.part(1, 1, "1-2", answer(1, "x") + answer(2, "y"), null).publish();

    assertThat(files()).containsExactly("Makefile", "a.c");
  }
}
