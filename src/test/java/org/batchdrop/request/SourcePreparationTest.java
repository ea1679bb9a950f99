package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcePreparationTest {

  private static final JobId JOB = new JobId("20240501-120000-t-3fa9c1");
  private static final String BODY =
      "{model: m, x: '{{path}}|{{name}}|{{extension}}|{{language}}|{{content}}'}";

  @TempDir Path home;

  @Test
  void aFolderBecomesOneRowAFileInTheOrderOfPathBytes() throws Exception {
    Path tree = Files.createDirectories(home.resolve("input/tree/src/é"));
    Path root = home.resolve("input/tree");
    Files.writeString(root.resolve("b.h"), "\uFEFFx\n");
    Files.writeString(root.resolve("Makefile"), "");
    Files.writeString(tree.resolve("a.PY"), "print(\"{{path}}\")");
    Files.writeString(root.resolve("src/z.c"), "int z;\r\n");
    Files.writeString(root.resolve(".hidden.c"), "no");
    Files.createDirectories(root.resolve(".git"));
    Files.writeString(root.resolve(".git/config.c"), "no");
    Files.createSymbolicLink(root.resolve("link.c"), root.resolve("src/z.c"));
    Files.createSymbolicLink(root.resolve("loop"), root);
    Prepared prepared = prepare(root, List.of(), List.of(), 1000);
    assertThat(prepared.rows()).isEqualTo(4);
    assertThat(texts())
        .containsExactly(
            "Makefile|Makefile|||",
            "b.h|b.h|h|C|\uFEFFx\\n",
            "src/z.c|z.c|c|C|int z;\\r\\n",
            "src/é/a.PY|a.PY|PY|Python|print(\\\"{{path}}\\\")");
  }

  @Test
  void filesThatCantBeSentAreFailedRowsWithTheirPath() throws Exception {
    Path root = Files.createDirectories(home.resolve("input/tree"));
    Files.write(root.resolve("a.c"), new byte[] {'x', 0, 'y'});
    Files.write(root.resolve("b.c"), new byte[] {'x', (byte) 0xFF});
    Files.writeString(root.resolve("c.c"), "x".repeat(11));
    Files.writeString(root.resolve("d.c"), "x".repeat(10));
    Prepared prepared = prepare(root, List.of("**/*.c"), List.of(), 10);
    assertThat(prepared.unsent()).isEqualTo(3);
    List<RowFailure> rows = new ArrayList<>();
    try (UnsentRows unsent = UnsentRows.open(new JobFolder(home).unsentRows())) {
      unsent.forEachRemaining(rows::add);
    }
    assertThat(rows)
        .extracting(RowFailure::row, RowFailure::location, RowFailure::code, RowFailure::message)
        .containsExactly(
            tuple(1L, "a.c", "binary_file", "a.c has NUL bytes; expected text in UTF-8"),
            tuple(2L, "b.c", "binary_file", "b.c is not valid UTF-8; expected text in UTF-8"),
            tuple(3L, "c.c", "file_too_long", "c.c has 11 bytes; expected at most 10"));
  }

  @Test
  void anArchiveIsUnpackedAndChosenFrom() throws Exception {
    Path zip = Files.createDirectories(home.resolve("input")).resolve("p.ZIP");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String name : List.of("p/z.c", "p/a.c", "p/test/t.c", "__MACOSX/p/._a.c", "p/r.md")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    prepare(zip, List.of("**/*.c"), List.of("**/test/**"), 1000);
    assertThat(texts()).containsExactly("p/a.c|a.c|c|C|p/a.c", "p/z.c|z.c|c|C|p/z.c");
  }

  @Test
  void aSingleFileIsOneRow() throws Exception {
    Path file = Files.createDirectories(home.resolve("input")).resolve("main.rs");
    Files.writeString(file, "fn main() {}");
    prepare(file, List.of(), List.of(), 1000);
    assertThat(texts()).containsExactly("main.rs|main.rs|rs|Rust|fn main() {}");
  }

  @Test
  void nothingWantedRejectsTheInputAndNamesTheGlobs() throws Exception {
    Path root = Files.createDirectories(home.resolve("input/tree"));
    Files.writeString(root.resolve("a.py"), "x");
    InputRejected rejected =
        catchThrowableOfType(
            InputRejected.class, () -> prepare(root, List.of("**/*.c"), List.of(), 10));
    assertThat(rejected.problems().get(0).code()).isEqualTo("no_rows");
    assertThat(rejected).hasMessageContaining("none of 1 files").hasMessageContaining("**/*.c");
  }

  private Prepared prepare(Path input, List<String> include, List<String> exclude, long most)
      throws IOException, InputRejected {
    return new Preparation(
            JOB,
            new JobFolder(home),
            Yaml.pipeline(new InputFormat.Source(include, exclude, most), BODY),
            new PartLimits(50_000, 1 << 30, 1 << 20),
            List.of("/v1/chat/completions"),
            () -> false)
        .run(input);
  }

  private List<String> texts() throws IOException {
    return Files.readAllLines(new JobFolder(home).requests(new PartId(JOB, 1, 1))).stream()
        .map(line -> line.substring(line.indexOf("\"x\":\"") + 5, line.length() - 3))
        .toList();
  }
}
