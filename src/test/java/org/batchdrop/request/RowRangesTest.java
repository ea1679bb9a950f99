package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowRangesTest {

  @TempDir Path folder;

  @Test
  void slotsAndRowsAreInverse() throws IOException {
    StringBuilder text = new StringBuilder("2-4\n6-6\n");
    for (int i = 10; i < 200; i += 2) {
      text.append(i).append('-').append(i).append('\n');
    }
    RowRanges ranges = read(text + "10000000000-10000000001\n");
    assertThat(ranges.size()).isEqualTo(101);
    for (int slot = 0; slot < ranges.size(); slot++) {
      assertThat(ranges.slotOf(ranges.rowAt(slot))).isEqualTo(slot);
    }
    assertThat(ranges.rowAt(3)).isEqualTo(6);
    assertThat(ranges.rowAt(100)).isEqualTo(10_000_000_001L);
    for (long absent : new long[] {-1, 0, 1, 5, 7, 11, 199, 10_000_000_002L, Long.MAX_VALUE}) {
      assertThat(ranges.slotOf(absent)).isEqualTo(-1);
    }
    assertThatThrownBy(() -> ranges.rowAt(101)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(read("").size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "3", "3-", "-3", "3-2", "1-2\n2-3", "5-6\n1-2", "0-1"})
  void aMalformedFileIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path file = folder.resolve("written.rows");
    try (RowRangesWriter writer = new RowRangesWriter(file)) {
      for (long row : new long[] {2, 3, 4, 6, 10_000_000_000L, 10_000_000_001L}) {
        writer.add(row);
      }
      assertThat(file).doesNotExist();
      writer.publish();
      assertThat(writer.rows()).isEqualTo(6);
      assertThat(writer.firstRow()).isEqualTo(2);
      assertThat(writer.lastRow()).isEqualTo(10_000_000_001L);
    }
    assertThat(file).hasContent("2-4\n6-6\n10000000000-10000000001\n");
    assertThat(RowRanges.read(file).size()).isEqualTo(6);

    Path none = folder.resolve("none.rows");
    try (RowRangesWriter writer = new RowRangesWriter(none)) {
      writer.publish();
    }
    assertThat(RowRanges.read(none).size()).isZero();
  }

  private RowRanges read(String text) throws IOException {
    return RowRanges.read(Files.writeString(folder.resolve("part.rows"), text));
  }
}
