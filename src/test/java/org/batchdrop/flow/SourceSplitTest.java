package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchdrop.flow.DaemonFixture.assertBalance;
import static org.batchdrop.flow.DaemonFixture.report;
import static org.batchdrop.flow.DaemonFixture.texts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources by function and by aggregate, from the drop to the files. */
class SourceSplitTest {

  private static final Path CALC = Path.of("examples/calc");

  @TempDir private Path root;
  private SandboxServer sandbox;
  private DaemonFixture daemon;

  @BeforeEach
  void open() throws IOException {
    sandbox = DaemonFixture.sandbox(root);
    daemon = new DaemonFixture(root.resolve("home"));
  }

  @AfterEach
  void close() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private Path published(String pipeline, Path tree) throws IOException, DaemonRefused {
    daemon.start(sandbox.baseUrl());
    Path copy = root.resolve("home").resolve(String.valueOf(tree.getFileName()));
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.toList()) {
        Path target = copy.resolve(tree.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
    Path inbox = Files.createDirectories(daemon.home().inbox(pipeline));
    Files.move(copy, inbox.resolve(String.valueOf(tree.getFileName())));
    return daemon.published(pipeline, String.valueOf(tree.getFileName()));
  }

  private static List<String> files(Path folder) throws IOException {
    Path files = folder.resolve("files");
    try (Stream<Path> all = Files.walk(files)) {
      return all.filter(Files::isRegularFile)
          .map(file -> files.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void theExampleComesBackFunctionByFunctionInOneFileForEachSource() throws Exception {
    String pipeline =
        Files.readString(Path.of("pipelines/c-units-to-rust.yaml"))
            .replace("provider: sandbox", "provider: quick");
    daemon.write("pipelines/c-units-to-rust.yaml", pipeline);

    Path folder = published("c-units-to-rust", CALC);
    long rows = report(folder).path("balance").path("rows").asLong();
    assertBalance(folder, rows, rows, 0);
    assertThat(rows).isBetween(25L, 40L);
    assertThat(files(folder))
        .containsExactly(
            "src/calc.rs", "src/token.h.rs", "src/token.rs", "src/value.h.rs", "src/value.rs");
    // The sandbox answers with what it was asked: so each piece of the source is there again.
    for (String name : List.of("calc", "token", "value")) {
      String source = Files.readString(CALC.resolve("src/" + name + ".c"));
      String answer = Files.readString(folder.resolve("files/src/" + name + ".rs"));
      assertThat(sorted(answer)).isEqualTo(sorted(source));
    }
    assertThat(texts(folder.resolve("output.jsonl"), "/response/body/choices/0/message/content"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("function power of src/calc.c, line 74")
                    .contains("struct parser {")
                    .contains("static double primary(struct parser *p)"));
    assertThat(report(folder).path("problems").isEmpty()).isTrue();
  }

  private static List<String> sorted(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).sorted().toList();
  }

  @Test
  void aggregatedFilesComeBackEachOnItsOwn() throws Exception {
    daemon.write(
        "pipelines/together.yaml",
        """
        provider: quick
        input: {type: source, split: aggregate, aggregate-tokens: 1200}
        request:
          body:
            model: gpt-4o
            messages: [{role: user, content: "{{count}} files:\\n{{content}}"}]
        result:
          files: {extension: .txt}
        """);

    Path folder = published("together", CALC);
    assertBalance(folder, 2, 2, 0);
    assertThat(files(folder))
        .containsExactly(
            "README.txt",
            "src/calc.txt",
            "src/token.h.txt",
            "src/token.txt",
            "src/value.h.txt",
            "src/value.txt");
    assertThat(folder.resolve("files/src/value.h.txt"))
        .content(StandardCharsets.UTF_8)
        .isEqualTo(Files.readString(CALC.resolve("src/value.h")));
  }

  @Test
  void anAnswerWithoutTheMarkersIsToldForEachFile() throws Exception {
    Path tree = Files.createDirectories(root.resolve("two"));
    Files.writeString(tree.resolve("a.c"), "int a;\n");
    Files.writeString(tree.resolve("b.c"), "int b;\n");
    daemon.write(
        "pipelines/together.yaml",
        """
        provider: quick
        input: {type: source, split: aggregate}
        request:
          body:
            model: gpt-4o
            messages: [{role: user, content: "{{paths}}"}]
        result:
          files: {extension: .rs, extract: code-block}
        """);

    Path folder = published("together", tree);
    assertThat(files(folder)).isEmpty();
    assertThat(report(folder).path("problems").findValuesAsText("location"))
        .containsExactly("a.c", "b.c");
    assertThat(report(folder).path("problems").findValuesAsText("code"))
        .containsOnly("invalid_answer");
  }
}
