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
import org.batchdrop.config.Pipeline;
import org.batchdrop.input.Sources;
import org.batchdrop.input.StopCheck;
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
  void cutsNamesThatTheNewExtensionMakesTooLong() throws IOException {
    job.extension = Optional.of(".rust");
    String ascii = "a".repeat(253);
    String wide = "漢".repeat(84);
    sources(ascii + ".c", ascii + ".h", wide + ".h");
    job.part(1, 1, "1-3", answer(1, "one") + answer(2, "two") + answer(3, "three"), null).publish();

    assertThat(files())
        .containsExactly(
            "a".repeat(249) + "~.rust", "a".repeat(247) + "~.2.rust", "漢".repeat(83) + "~.rust");
    assertThat(job.text("files/" + "a".repeat(249) + "~.rust")).isEqualTo("one");
    assertThat(job.text("files/" + "a".repeat(247) + "~.2.rust")).isEqualTo("two");
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

  private void split(InputFormat.Split split, String... pathsAndTexts) throws Exception {
    InputFormat.Source source = new InputFormat.Source(List.of(), List.of(), 1 << 20, split, 2000);
    job.format = source;
    job.extract = Pipeline.Extract.CODE_BLOCK;
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      Path file = job.folder.input().resolve("lib").resolve(pathsAndTexts[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, pathsAndTexts[i + 1]);
    }
    Path input = job.folder.input().resolve("lib");
    Sources.rows(job.folder, input, source, StopCheck.NEVER).close();
  }

  private static String block(String code) {
    return "Here:\\n```rust\\n" + code + "\\n```\\nDone.";
  }

  @Test
  void putsTheUnitsOfASourceTogetherAndMarksThoseWithoutAnAnswer() throws Exception {
    split(
        InputFormat.Split.FUNCTION,
        "a.c",
        "#include <a.h>\nint f(void) { return 1; }\nint g(void) { return 2; }\nstruct s { int x; };\n",
        "b.c",
        "int h(void) { return 3; }\n");
    job.part(
            1,
            1,
            "1-5",
            answer(1, block("use a;")) + answer(2, block("fn f() {}")) + answer(4, "no code"),
            failure(3, "server_error") + failure(5, "server_error"))
        .publish();

    assertThat(files()).containsExactly("a.rs");
    assertThat(job.text("files/a.rs"))
        .isEqualTo(
            """
            use a;

            fn f() {}

            // batchdrop: no answer for a.c:3 g (server_error)

            // batchdrop: no answer for a.c:4 s (invalid_answer)
            """);
    assertThat(job.text("report.json"))
        .contains("\"invalid_answer\"")
        .contains("the answer has no fenced code block")
        .contains("\"b.c:1 h\"");
  }

  @Test
  void aCommentForAUnitBeforeTheFirstAnswerStandsAtTheTop() throws Exception {
    split(
        InputFormat.Split.FUNCTION,
        "a.c",
        "int f(void) { return 1; }\nint g(void) { return 2; }\n");
    job.part(1, 1, "1-2", answer(2, block("fn g() {}")), failure(1, "x")).publish();

    assertThat(job.text("files/a.rs"))
        .isEqualTo("// batchdrop: no answer for a.c:1 f (x)\n\nfn g() {}\n");
  }

  @Test
  void splitsTheAnswerToSeveralFilesAndNamesTheFileItLacks() throws Exception {
    split(InputFormat.Split.AGGREGATE, "a.c", "int a;\n", "b.c", "int b;\n", "sub/c.c", "int c;\n");
    job.part(
            1,
            1,
            "1-1",
            answer(
                1,
                "Sure!\\n=== 1: a.c ===\\n" + block("A") + "\\n=== 3: sub/c.c ===\\n" + block("C")),
            null)
        .publish();

    assertThat(files()).containsExactly("a.rs", "sub/c.rs");
    assertThat(job.text("files/sub/c.rs")).isEqualTo("C\n");
    assertThat(job.text("report.json"))
        .contains("\"b.c\"")
        .contains("the answer has no line that begins with '=== 2:'");
  }
}
