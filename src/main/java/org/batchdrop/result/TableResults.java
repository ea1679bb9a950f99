package org.batchdrop.result;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.input.CsvHeader;
import org.batchdrop.input.CsvReader;
import org.batchdrop.input.CsvRecord;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;
import org.batchdrop.result.DeliveryOrder.Reason;

/**
 * Writes {@code results.csv}: every row of the job with its bytes kept, then the result columns,
 * then {@link ResultColumns#ERROR}.
 *
 * <p>Delimiter, byte order mark and line terminator (LF when the header has none) are the input's.
 * A row with too few fields is padded with empty ones; of a row with too many, the surplus is named
 * in the last column. A value that is a JSON string becomes its text, another one its JSON, and one
 * that is null or missing an empty field. Of an answered row the last column says what is odd: the
 * surplus, or that a text is not the JSON that a column looks into.
 */
final class TableResults implements RowResults {

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int MOST_RECORD_BYTES = 16 << 20;
  private static final int SHOWN_SURPLUS = 200;
  private static final String NOT_JSON = "not_json: the answer's text is not JSON";

  private final Path input;
  private final CsvReader reader;
  private final OutputFile out;
  private final CsvCells cells;
  private final int columns;
  private final CellValues values;
  private final Problems problems;
  private final byte delimiter;
  private final byte[] terminator;
  private final Scratch text = new Scratch(1024);
  private String note = "";

  private TableResults(
      Path input,
      CsvReader reader,
      OutputFile out,
      CellValues values,
      boolean csvSafe,
      Problems problems) {
    CsvHeader header = reader.header();
    this.input = input;
    this.reader = reader;
    this.out = out;
    this.cells = new CsvCells(out, header.delimiter(), csvSafe);
    this.columns = header.names().size();
    this.values = values;
    this.problems = problems;
    this.delimiter = (byte) header.delimiter();
    String end = header.terminator().isEmpty() ? "\n" : header.terminator();
    this.terminator = end.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Opens the table and writes the header.
   *
   * @param input the table in UTF-8
   * @param delimiter empty: found from the header line
   * @param target the file to be made
   * @param columns the result columns: name to place, as {@link CellValues} takes it
   * @param csvSafe whether {@link CsvCells} guards the new columns against formulas
   * @throws IOException when the table can't be read any more, or not as it was read before
   */
  static TableResults open(
      Path input,
      Optional<Character> delimiter,
      Path target,
      Map<String, String> columns,
      boolean csvSafe,
      Problems problems,
      StopCheck stop)
      throws IOException {
    CsvReader reader = openTable(input, delimiter, stop);
    try {
      OutputFile out = OutputFile.create(target);
      TableResults results =
          new TableResults(input, reader, out, new CellValues(columns.values()), csvSafe, problems);
      results.putHeader(columns.keySet());
      return results;
    } catch (IOException | RuntimeException e) {
      try (reader) {
        throw e;
      }
    }
  }

  private static CsvReader openTable(Path input, Optional<Character> delimiter, StopCheck stop)
      throws IOException {
    try {
      return CsvReader.open(input, delimiter, stop, MOST_RECORD_BYTES);
    } catch (InputRejected e) {
      throw changed(input, e);
    }
  }

  private static IOException changed(Path input, InputRejected e) {
    return new IOException(input + ": not the table it was when it was prepared", e);
  }

  private void putHeader(Collection<String> names) throws IOException {
    CsvHeader header = reader.header();
    if (header.byteOrderMark()) {
      out.put(BYTE_ORDER_MARK);
    }
    out.put(header.line().getBytes(StandardCharsets.UTF_8));
    for (String name : names) {
      out.put(delimiter);
      cells.put(name);
    }
    out.put(delimiter);
    cells.put(ResultColumns.ERROR);
    out.put(terminator);
  }

  @Override
  public boolean wantsValues() {
    return values.count() > 0;
  }

  @Override
  public void answered(long row, RowValues found) throws IOException {
    putRecord(row);
    boolean readable = values.read(found);
    for (int i = 0; i < values.count(); i++) {
      out.put(delimiter);
      putValue(values.bytes(i), values.start(i), values.end(i));
    }
    out.put(delimiter);
    if (!readable) {
      problems.add(Problems.Kind.TEXT_NOT_JSON, "row " + row);
      note = note.isEmpty() ? NOT_JSON : NOT_JSON + "; " + note;
    }
    putNote();
    out.put(terminator);
  }

  @Override
  public void failed(long row, Reason reason) throws IOException {
    putRecord(row);
    for (int i = 0; i < values.count(); i++) {
      out.put(delimiter);
    }
    out.put(delimiter);
    String error = reason.code() + ": " + reason.message();
    cells.putText(note.isEmpty() ? error : error + "; " + note);
    out.put(terminator);
  }

  private void putNote() throws IOException {
    if (!note.isEmpty()) {
      cells.put(note);
    }
  }

  private void putValue(byte[] bytes, int from, int to) throws IOException {
    if (from < 0 || bytes[from] == 'n') {
      return;
    }
    if (bytes[from] != '"') {
      cells.put(bytes, from, to);
    } else if (JsonBytes.contains(bytes, from + 1, to - 1, (byte) '\\')) {
      text.clear();
      JsonBytes.unescape(bytes, from + 1, to - 1, text);
      cells.putText(text.array(), 0, text.size());
    } else {
      cells.putText(bytes, from + 1, to - 1);
    }
  }

  private void putRecord(long row) throws IOException {
    next(row);
    note = "";
    CsvRecord record = reader.record();
    if (reader.tooLong()) {
      putFromFile(reader.offset(), reader.length());
      return;
    }
    int count = record.fields().count();
    int end = count > columns ? endOfLastColumn(record) : record.end();
    out.put(record.bytes(), record.start(), end);
    for (int i = count; i < columns; i++) {
      out.put(delimiter);
    }
  }

  private void next(long row) throws IOException {
    try {
      boolean more = reader.next();
      while (more && reader.row() < row) {
        more = reader.next();
      }
      if (!more || reader.row() != row) {
        throw new IOException(
            input + ": row " + row + " expected after row " + reader.row() + "; it has changed");
      }
    } catch (InputRejected e) {
      throw changed(input, e);
    }
  }

  /** Where the header's last column ends in a record that has more; notes what follows. */
  private int endOfLastColumn(CsvRecord record) {
    byte[] bytes = record.bytes();
    int end = record.fields().end(columns - 1);
    // The slice leaves out the closing quote; no delimiter can stand between it and the next field.
    while (bytes[end] != delimiter) {
      end++;
    }
    int from = end + 1;
    int shown = Math.min(record.end() - from, SHOWN_SURPLUS);
    note =
        "surplus fields: "
            + new String(bytes, from, shown, StandardCharsets.UTF_8)
            + (shown < record.end() - from ? " ..." : "");
    return end;
  }

  private void putFromFile(long offset, long length) throws IOException {
    // A record beyond the reader's bound is rare, so it may cost an opened file.
    try (InputStream in = Files.newInputStream(input)) {
      in.skipNBytes(offset);
      byte[] block = new byte[1 << 16];
      long left = length;
      while (left > 0) {
        int read = in.read(block, 0, (int) Math.min(block.length, left));
        if (read < 0) {
          throw new EOFException(input + ": shorter than it was");
        }
        out.put(block, 0, read);
        left -= read;
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (reader) {
      out.close();
    }
  }
}
