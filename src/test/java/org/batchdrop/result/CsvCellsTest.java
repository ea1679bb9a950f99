package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvCellsTest {

  private static final String FORMULA = "cmd|' /C calc'!A0";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\0",
        "\uFF1D",
        "\uFF0B",
        "\uFF0D",
        "\uFF20",
        "\uFE62",
        "\uFE63",
        "\uFE66",
        "\uFE6B",
        " =",
        "  \uFEFF -",
        "\uFEFF=",
        "=\"",
        "+1+",
        "-2+3+",
        "--",
        "-1e5e5"
      })
  void aTextThatASpreadsheetMayRunGetsAnApostrophe(String lead) throws IOException {
    assertThat(written(true, lead + FORMULA)).containsExactly("'" + lead + FORMULA);
    assertThat(written(true, lead + FORMULA.repeat(100)))
        .containsExactly("'" + lead + FORMULA.repeat(100));
    assertThat(written(false, lead + FORMULA)).containsExactly(lead + FORMULA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-5", "+5", "-0.5", "-1e-7", "+3%", "-1,5", "42", "", " ", "'=1", "a=b", "a\n=b", "\uFEFF",
        "0-1", "(=1)", "你好", "\uFF1A", "\u00E9"
      })
  void numbersAndOtherTextsAreKept(String text) throws IOException {
    assertThat(written(true, text)).containsExactly(text);
  }

  @Test
  void anOverlongNumberCostsNoTime() throws IOException {
    String digits = "-" + "9".repeat(3_000_000);
    assertThat(written(true, digits)).containsExactly("'" + digits);
  }

  private List<String> written(boolean guarded, String text) throws IOException {
    Path file = Files.createTempFile(folder, "cells", ".csv");
    Files.delete(file);
    try (OutputFile out = OutputFile.create(file)) {
      new CsvCells(out, ',', guarded).putText(text);
      out.put(',');
      out.put('\n');
    }
    List<String> cells = new ArrayList<>();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder().detectBomHeader(false).maxBufferSize(16 << 20).ofCsvRecord(file)) {
      reader.forEach(record -> cells.add(record.getField(0)));
    }
    return cells;
  }
}
