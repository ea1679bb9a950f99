package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader.CsvReaderBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The fast reader agrees with a slow, obvious one. */
class CsvReaderOracleTest {

  private static Path file;

  /** A table as text, with the delimiter it uses. */
  record Table(String text, char delimiter) {}

  @BeforeContainer
  static void makeFile() throws Exception {
    file = Files.createTempFile("oracle", ".csv");
  }

  @AfterContainer
  static void deleteFile() throws Exception {
    Files.deleteIfExists(file);
  }

  @Property(tries = 500)
  void readsWhatFastCsvReads(@ForAll("tables") Table table) throws Exception {
    Files.writeString(file, table.text(), StandardCharsets.UTF_8);
    List<List<String>> expected = new ArrayList<>();
    CsvReaderBuilder builder =
        de.siegmar.fastcsv.reader.CsvReader.builder()
            .fieldSeparator(table.delimiter())
            .skipEmptyLines(true);
    try (var reader = builder.ofCsvRecord(table.text())) {
      reader.forEach(r -> expected.add(r.getFields()));
    }
    List<List<String>> actual = new ArrayList<>();
    StringBuilder raw = new StringBuilder();
    try (CsvReader reader = CsvReader.open(file, Optional.of(table.delimiter()))) {
      actual.add(reader.header().names());
      raw.append(reader.header().line()).append(reader.header().terminator());
      while (reader.next()) {
        CsvRecord record = reader.record();
        List<String> row = new ArrayList<>();
        for (int i = 0; i < record.fields().count(); i++) {
          row.add(record.fields().text(i));
        }
        actual.add(row);
        raw.append(
            new String(
                record.bytes(),
                record.start(),
                record.next() - record.start(),
                StandardCharsets.UTF_8));
        assertThat(reader.row()).isEqualTo(actual.size() - 1);
      }
    }
    assertThat(actual).isEqualTo(expected);
    assertThat(raw.toString()).isEqualTo(table.text());
  }

  @Provide
  Arbitrary<Table> tables() {
    Arbitrary<Integer> columns = Arbitraries.integers().between(2, 5);
    Arbitrary<Character> delimiters = Arbitraries.of(',', ';', '\t', '|');
    return Combinators.combine(columns, delimiters)
        .flatAs((count, delimiter) -> table(count, delimiter));
  }

  private static Arbitrary<Table> table(int columns, char delimiter) {
    Arbitrary<String> plain =
        Arbitraries.strings()
            .withChars("abz 019'\\{}é中文")
            .withChars((char) 0x20AC, (char) 0x3042)
            .ofMaxLength(12)
            .map(s -> s + "😀".repeat(s.length() % 2));
    Arbitrary<String> quoted =
        Arbitraries.strings()
            .withChars("ab\"\r\n,;\t|中")
            .ofMaxLength(24)
            .map(s -> '"' + s.replace("\"", "\"\"") + '"');
    Arbitrary<List<String>> record =
        Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(3, plain), net.jqwik.api.Tuple.of(2, quoted))
            .list()
            .ofSize(columns);
    Arbitrary<String> end = Arbitraries.of("\n", "\r\n");
    return Combinators.combine(record.list().ofMaxSize(12), end)
        .as(
            (rows, terminator) -> {
              StringBuilder text = new StringBuilder();
              for (int i = 0; i < columns; i++) {
                text.append(i == 0 ? "" : String.valueOf(delimiter)).append("c").append(i);
              }
              text.append(terminator);
              rows.forEach(
                  row ->
                      text.append(String.join(String.valueOf(delimiter), row)).append(terminator));
              return new Table(text.toString(), delimiter);
            });
  }
}
