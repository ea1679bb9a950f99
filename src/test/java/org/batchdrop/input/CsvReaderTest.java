package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.batchdrop.job.InputRejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvReaderTest {

  private static final int SMALL = 256 * 1024;

  @TempDir Path folder;

  @Test
  void aRecordBeyondTheBoundIsOneRowAndReadingGoesOn() throws Exception {
    String wide = "x".repeat(700_000) + "\"\"\n\r\n,";
    String tail = "4,\"" + wide + "\"\r\n5,6\n";
    Path file = write("a,b\r\n1,\"" + wide + "\"\r\n2,3\r\n" + tail);
    try (CsvReader reader = CsvReader.open(file, Optional.empty(), StopCheck.NEVER, SMALL)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.tooLong()).isTrue();
      assertThat(reader.offset()).isEqualTo(5);
      assertThat(reader.length()).isEqualTo(wide.length() + 4);
      assertThat(reader.next()).isTrue();
      assertThat(reader.tooLong()).isFalse();
      assertThat(reader.record().fields().text(1)).isEqualTo("3");
      assertThat(reader.line()).isEqualTo(5);
      assertThat(reader.next()).isTrue();
      assertThat(reader.tooLong()).isTrue();
      assertThat(reader.next()).isTrue();
      assertThat(reader.record().fields().text(0)).isEqualTo("5");
      assertThat(reader.row()).isEqualTo(4);
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void aQuoteLeftOpenBeyondTheBoundNamesTheLineWhereItOpened() throws Exception {
    Path file = write("a,b\n1,2\n3,\"" + "x\n".repeat(400_000));
    try (CsvReader reader = CsvReader.open(file, Optional.empty(), StopCheck.NEVER, SMALL)) {
      assertThat(reader.next()).isTrue();
      assertThatThrownBy(reader::next)
          .isInstanceOf(InputRejected.class)
          .hasMessageContaining("line 3");
    }
  }

  @Test
  void aRecordThatGrowsTheWindowIsReadWhole() throws Exception {
    String wide = "x,\n".repeat(300_000);
    Path file = write("a,b\n1,2\n3,\"" + wide + "\"\n5,6\n");
    try (CsvReader reader = CsvReader.open(file, Optional.of(','))) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.next()).isTrue();
      assertThat(reader.record().fields().text(1)).isEqualTo(wide);
      assertThat(reader.next()).isTrue();
      assertThat(reader.record().fields().text(1)).isEqualTo("6");
      assertThat(reader.line()).isEqualTo(300_004);
    }
  }

  @Test
  void stoppingEndsTheWalk() throws Exception {
    Path file = write("a,b\n" + "1,2\n".repeat(200_000));
    AtomicBoolean stop = new AtomicBoolean();
    try (CsvReader reader =
        CsvReader.open(file, Optional.empty(), StopCheck.when(stop::get), SMALL)) {
      assertThat(reader.next()).isTrue();
      stop.set(true);
      assertThatThrownBy(
              () -> {
                while (reader.next()) {
                  assertThat(reader.record().blank()).isFalse();
                }
              })
          .isInstanceOf(InterruptedIOException.class);
    }
  }

  @Test
  void aHeaderInGb18030SaysWhatToDeclare() throws Exception {
    Path file = folder.resolve("chinese.csv");
    Files.write(file, "标题,内容\n一,二\n".getBytes("GB18030"));
    assertThatThrownBy(() -> CsvReader.open(file, Optional.empty()))
        .isInstanceOf(InputRejected.class)
        .hasMessageContaining("charset: gb18030");
  }

  @Test
  void aWorkbookSaysToSaveItAsCsv() throws Exception {
    Path file = folder.resolve("table.csv");
    Files.write(file, "PK\3\4....xl/workbook.xml".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> CsvReader.open(file, Optional.empty()))
        .isInstanceOf(InputRejected.class)
        .hasMessageContaining("save it as CSV");
  }

  @Test
  void columnsAreFoundByExactNameFirstThenStripped() throws Exception {
    try (CsvReader reader = CsvReader.open(write(" a ,b\n1,2\n"), Optional.empty())) {
      assertThat(reader.header().indexOf(" a ")).isZero();
      assertThat(reader.header().indexOf("a")).isZero();
      assertThat(reader.header().indexOf("b")).isEqualTo(1);
      assertThat(reader.header().indexOf("c")).isEqualTo(-1);
    }
  }

  private Path write(String text) throws Exception {
    return Files.writeString(folder.resolve("table.csv"), text, StandardCharsets.UTF_8);
  }
}
