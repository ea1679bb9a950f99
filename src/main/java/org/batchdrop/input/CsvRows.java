package org.batchdrop.input;

import java.io.IOException;
import java.util.List;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.RowSelection;
import org.jspecify.annotations.Nullable;

/** The rows of a table: each has the header's number of fields, or a problem. */
public final class CsvRows implements RowReader {

  private final CsvReader reader;
  private final int columns;
  private final int mostRecordBytes;
  private final RowSelection chosen;
  private @Nullable RowProblem problem;

  /**
   * Reads on behind what {@code reader} has read; closing this closes it.
   *
   * @param mostRecordBytes the bound that the reader was opened with
   */
  public CsvRows(CsvReader reader, int mostRecordBytes) {
    this(reader, mostRecordBytes, RowSelection.ALL);
  }

  /**
   * As {@link #CsvRows(CsvReader, int)}, for some of the rows.
   *
   * @param chosen the others are passed over; behind the last one nothing is read
   */
  public CsvRows(CsvReader reader, int mostRecordBytes, RowSelection chosen) {
    this.chosen = chosen;
    this.reader = reader;
    this.columns = reader.header().names().size();
    this.mostRecordBytes = mostRecordBytes;
  }

  @Override
  public List<String> fieldNames() {
    return reader.header().names();
  }

  @Override
  public boolean next() throws IOException, InputRejected {
    do {
      if (chosen.endsBefore(reader.row() + 1) || !reader.next()) {
        return false;
      }
    } while (!chosen.contains(reader.row()));
    problem =
        reader.tooLong()
            ? RowProblem.recordTooLong(reader.length(), mostRecordBytes)
            : problemOf(reader.record(), columns);
    return true;
  }

  /**
   * What is wrong with a record; whether its bytes are valid UTF-8 is not looked at.
   *
   * @param columns the header's number of fields
   */
  public static @Nullable RowProblem problemOf(CsvRecord record, int columns) {
    if (record.malformed()) {
      return RowProblem.malformedQuote();
    }
    int found = record.fields().count();
    return found == columns ? null : RowProblem.ragged(found, columns);
  }

  @Override
  public long row() {
    return reader.row();
  }

  @Override
  public @Nullable RowProblem problem() {
    return problem;
  }

  @Override
  public Fields fields() {
    return reader.record().fields();
  }

  @Override
  public String location() throws IOException {
    return "line " + reader.line();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
