package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.RowId;
import org.batchdrop.job.RowSelection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowPickTest {

  private static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  private static final InputFormat.Csv CSV =
      new InputFormat.Csv(Optional.empty(), Optional.empty());
  private static final InputFormat.Source SOURCE =
      new InputFormat.Source(List.of("**/*.c", "*.c"), List.of(), 1000);

  @TempDir private Path home;

  private Path input(String name, byte[] content) throws IOException {
    return Files.write(home.resolve(name), content);
  }

  private Path input(String content) throws IOException {
    return input("input", content.getBytes(StandardCharsets.UTF_8));
  }

  private Path errors(String... ids) throws IOException {
    return named("errors.jsonl", ids);
  }

  private Path named(String file, String... ids) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String id : ids) {
      lines.append("{\"id\":null,\"custom_id\":").append(id);
      lines.append(",\"response\":null,\"error\":{\"code\":\"x\",\"message\":\"y\"}}\n");
    }
    Files.writeString(home.resolve(file), lines);
    return home;
  }

  private Path errorsOfRows(long... rows) throws IOException {
    String[] ids = new String[rows.length];
    for (int i = 0; i < rows.length; i++) {
      ids[i] = '"' + RowId.of(JOB, rows[i]) + '"';
    }
    return errors(ids);
  }

  private byte[] picked(InputFormat format, Path input, Path results, long rows, long failed)
      throws IOException {
    Path target = home.resolve("picked");
    JobFolder scratch = new JobFolder(Files.createDirectory(home.resolve("scratch")));

    assertThat(
            new RowPick(format, input, results, RowSelection.ALL, JOB, rows, failed)
                .write(target, scratch))
        .isEqualTo(new RowPick.Picked(failed, 0));

    return Files.readAllBytes(target);
  }

  private String text(InputFormat format, String input, Path results, long rows, long failed)
      throws IOException {
    return new String(picked(format, input(input), results, rows, failed), StandardCharsets.UTF_8);
  }

  @Test
  void tableKeepsItsHeaderAndTheBytesOfItsRecords() throws IOException {
    String mark = "\uFEFF";

    String picked =
        text(
            CSV,
            mark + "\r\nid;text\r\n1;a\r\n\r\n2;\"b\r\n;\"\"b\"\n3;c;too many\r4;d",
            errorsOfRows(2, 3),
            4,
            2);

    assertThat(picked).isEqualTo(mark + "\r\nid;text\r\n2;\"b\r\n;\"\"b\"\n3;c;too many\r");
  }

  @Test
  void lastRecordOfATableStaysWithoutALineEnd() throws IOException {
    assertThat(text(CSV, "id,text\n1,a\n2,b", errorsOfRows(2), 2, 1)).isEqualTo("id,text\n2,b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gb18030", "utf-16le", "utf-16be", "windows-1252"})
  void tableStaysInItsCharset(String name) throws IOException {
    Charset charset = Charset.forName(name);
    String cell = charset.newEncoder().canEncode('中') ? "中文，好" : "caf\u00e9";
    Path input = input("input", ("id,t\r\n1,a\r\n2," + cell + "\r\n3,c\r\n").getBytes(charset));

    byte[] picked =
        picked(
            new InputFormat.Csv(Optional.empty(), Optional.of(name)), input, errorsOfRows(2), 3, 1);

    assertThat(picked).isEqualTo(("id,t\r\n2," + cell + "\r\n").getBytes(charset));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void byteOrderMarkAndByteOrderStay(String name) throws IOException {
    Charset charset = Charset.forName(name);
    Path input = input("input", "\uFEFFid,t\n1,a\n2,b\n".getBytes(charset));

    assertThat(picked(CSV, input, errorsOfRows(2), 2, 1))
        .isEqualTo("\uFEFFid,t\n2,b\n".getBytes(charset));
  }

  @Test
  void jsonLinesKeepTheirBytesAndBlankLinesAreNoRows() throws IOException {
    String picked =
        text(
            new InputFormat.JsonLines(),
            "\uFEFF{\"a\": 1}\r\n\n  \n{\"a\":  2}\r\nbroken\n{\"a\":4}",
            errorsOfRows(2, 3, 4),
            4,
            3);

    assertThat(picked).isEqualTo("\uFEFF{\"a\":  2}\r\nbroken\n{\"a\":4}");
  }

  @Test
  void requestsAreFoundByTheirOwnIds() throws IOException {
    String one = "{\"custom_id\":\"one\",\"method\":\"POST\",\"url\":\"/v1/x\",\"body\":{}}\n";
    String two = one.replace("one", "tw\\u006f \\\"");
    String three = one.replace("one", "three");
    named("output.jsonl", "\"one\"", "\"three\"");

    String picked =
        text(new InputFormat.Requests(), one + two + three, errors("\"two \\u0022\""), 3, 1);

    assertThat(picked).isEqualTo(two);
  }

  @Test
  void ofTwoRequestsOfOneIdTheSecondWasNeverSent() throws IOException {
    String first =
        "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/x\",\"body\":{\"n\":1}}\n";
    String second = first.replace("1}", "2}");
    named("output.jsonl", "\"a\"");
    String nameless = "{\"method\":\"POST\",\"url\":\"/v1/x\",\"body\":{}}\n";

    String picked =
        text(
            new InputFormat.Requests(),
            nameless + first + second,
            errors('"' + RowId.of(JOB, 1) + '"', "\"a\""),
            3,
            2);

    assertThat(picked).isEqualTo(nameless + second);
  }

  @Test
  void ofTwoRequestsOfOneIdBothCanLackAnAnswer() throws IOException {
    String first =
        "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/x\",\"body\":{\"n\":1}}\n";
    String second = first.replace("1}", "2}");
    String other = first.replace("\"a\"", "\"b\"");
    named("output.jsonl", "\"b\"");

    String picked =
        text(new InputFormat.Requests(), first + other + second, errors("\"a\"", "\"a\""), 3, 2);

    assertThat(picked).isEqualTo(first + second);
  }

  @Test
  void sourcesKeepTheirPaths() throws IOException {
    Path input = home.resolve("minic");
    Files.createDirectories(input.resolve("src/deep"));
    Files.writeString(input.resolve("a.c"), "int a;");
    Files.writeString(input.resolve("src/b.c"), "int b;");
    Files.writeString(input.resolve("src/deep/c.c"), "int c;");
    Files.writeString(input.resolve("src/none.h"), "no row");
    RowPick pick = new RowPick(SOURCE, input, errorsOfRows(1, 3), RowSelection.ALL, JOB, 3, 2);
    Path target = Files.createDirectory(home.resolve("picked"));

    assertThat(pick.isFolder()).isTrue();
    assertThat(pick.write(target, new JobFolder(home))).isEqualTo(new RowPick.Picked(2, 0));

    assertThat(Tree.files(target))
        .containsExactly(target.resolve("a.c"), target.resolve("src/deep/c.c"));
    assertThat(target.resolve("src/deep/c.c")).hasContent("int c;");
  }

  @Test
  void archiveBecomesAFolder() throws IOException {
    Path input = home.resolve("minic.zip");
    try (OutputStream out = Files.newOutputStream(input);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : List.of("a.c", "b.c")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.getBytes(StandardCharsets.UTF_8));
      }
    }
    RowPick pick = new RowPick(SOURCE, input, errorsOfRows(2), RowSelection.ALL, JOB, 2, 1);
    Path target = Files.createDirectory(home.resolve("picked"));
    JobFolder scratch = new JobFolder(Files.createDirectory(home.resolve("scratch")));

    assertThat(pick.isFolder()).isTrue();
    assertThat(pick.write(target, scratch)).isEqualTo(new RowPick.Picked(1, 0));

    assertThat(Tree.files(target)).containsExactly(target.resolve("b.c"));
  }

  @Test
  void singleSourceStaysAFile() throws IOException {
    Path input = input("a.c", "int a;".getBytes(StandardCharsets.UTF_8));

    assertThat(new RowPick(SOURCE, input, errorsOfRows(1), RowSelection.ALL, JOB, 1, 1).isFolder())
        .isFalse();
    assertThat(picked(SOURCE, input, errorsOfRows(1), 1, 1)).asString().isEqualTo("int a;");
  }

  @Test
  void inputWithAnotherNumberOfRowsIsNotTouched() throws IOException {
    errorsOfRows(2);

    assertThatThrownBy(() -> text(CSV, "id\n1\n2\n", home, 3, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("input has 2 rows, and the job had 3");
  }

  @Test
  void resultFileWithAnotherNumberOfRowsIsAnError() throws IOException {
    errorsOfRows(2);

    assertThatThrownBy(() -> text(CSV, "id\n1\n2\n", home, 2, 2))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("errors.jsonl has 1 rows, and the job had 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"ffffff-000000001\"", "\"3fa9c1-000000009\"", "null", "7"})
  void lineThatNamesNoRowIsAnError(String id) throws IOException {
    errors(id);

    assertThatThrownBy(() -> text(CSV, "id\n1\n2\n", home, 2, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("errors.jsonl line 1 names no row of the input");
  }

  @Test
  void lineThatIsNoJsonIsAnError() throws IOException {
    Files.writeString(home.resolve("errors.jsonl"), "{\"id\":nil}\n");

    assertThatThrownBy(() -> text(CSV, "id\n1\n2\n", home, 2, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("errors.jsonl line 1 is not JSON");
  }
}
