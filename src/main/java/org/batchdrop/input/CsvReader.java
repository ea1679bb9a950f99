package org.batchdrop.input;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.InputRejected;
import org.jspecify.annotations.Nullable;

/**
 * Walks a UTF-8 table record by record, with the bytes as they stand in the file.
 *
 * <p>Each record after the header that is not an empty line is a row, numbered from 1, whatever is
 * wrong with it; two walks over the same file number the same rows. Memory is bounded by the
 * longest record, which is at most {@link #MOST_RECORD_BYTES}; a longer one is walked over. The
 * bytes are not checked for valid UTF-8 here. Confined to one thread; the caller closes it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
public final class CsvReader implements Closeable {

  /** A longer record is not kept in memory; in bytes. */
  public static final int MOST_RECORD_BYTES = 64 << 20;

  private final ByteWindow window;
  private final LineNumbers lines;
  private final CsvHeader header;
  private final CsvRecord record;
  private final long bodyOffset;
  private long row;
  private long offset;
  private long length;
  private boolean tooLong;

  private CsvReader(ByteWindow window, LineNumbers lines, CsvHeader header, CsvRecord record) {
    this.window = window;
    this.lines = lines;
    this.header = header;
    this.record = record;
    this.bodyOffset = window.offset + window.position;
  }

  /**
   * Opens a table and reads its header.
   *
   * @param file the UTF-8 form of the input
   * @param delimiter empty: found from the header line
   * @throws InputRejected with the code {@code empty_input}, {@code binary_input}, {@code
   *     empty_column}, {@code duplicate_column}, {@code too_many_columns}, {@code unclosed_quote},
   *     {@code malformed_quote} or {@code invalid_utf8}, when no header can be read
   * @throws IOException when the file can't be read
   */
  public static CsvReader open(Path file, Optional<Character> delimiter)
      throws IOException, InputRejected {
    return open(file, delimiter, StopCheck.NEVER, MOST_RECORD_BYTES);
  }

  /**
   * As {@link #open(Path, Optional)}.
   *
   * @param stop asked before each block is read
   * @param mostRecordBytes the length at which a record is walked over, at least 256 KiB
   */
  public static CsvReader open(
      Path file, Optional<Character> delimiter, StopCheck stop, int mostRecordBytes)
      throws IOException, InputRejected {
    byte[] head = InputSniff.head(file);
    InputSniff.requireText(head, String.valueOf(file.getFileName()));
    boolean marked = InputSniff.utf8Mark(head);
    ByteWindow window = new ByteWindow(file, marked ? 3 : 0, mostRecordBytes, stop);
    LineNumbers lines = new LineNumbers(file);
    try {
      char separator =
          delimiter.orElseGet(() -> CsvHeader.guessDelimiter(head, marked ? 3 : 0, head.length));
      CsvHeader header = readHeader(window, lines, separator, marked);
      CsvRecord record = new CsvRecord(separator, header.names().size());
      return new CsvReader(window, lines, header, record);
    } catch (IOException | InputRejected | RuntimeException e) {
      closeAfter(e, window);
      closeAfter(e, lines);
      throw e;
    }
  }

  private static void closeAfter(Exception failure, Closeable opened) {
    try {
      opened.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static CsvHeader readHeader(
      ByteWindow window, LineNumbers lines, char delimiter, boolean marked)
      throws IOException, InputRejected {
    CsvRecord first = new CsvRecord(delimiter, CsvHeader.MOST_COLUMNS);
    while (true) {
      int next = CsvRecord.INCOMPLETE;
      if (window.position < window.limit) {
        next = first.split(window.bytes, window.position, window.limit, window.atEnd);
      } else if (window.atEnd) {
        throw new InputRejected("empty_input", "", "the table has empty lines only");
      }
      if (next == CsvRecord.INCOMPLETE) {
        if (!window.more()) {
          throw new InputRejected(
              "header_too_long", "line 1", "the header does not end; is this a CSV file?");
        }
        continue;
      }
      window.position = next;
      if (!first.blank()) {
        String at = "line " + lines.at(window.offset + first.start());
        return header(first, at, delimiter, marked);
      }
    }
  }

  private static CsvHeader header(CsvRecord first, String at, char delimiter, boolean marked)
      throws InputRejected {
    byte[] b = first.bytes();
    if (first.openQuote() >= 0) {
      throw new InputRejected(
          "unclosed_quote", at, "a quote opened in the header is never closed; expected another");
    }
    if (!Utf8.isValid(b, first.start(), first.end())) {
      throw new InputRejected(
          "invalid_utf8",
          at,
          "the header is not valid UTF-8" + InputSniff.charsetHint(b, first.start(), first.end()));
    }
    if (first.malformed()) {
      throw new InputRejected(
          "malformed_quote", at, "the header has text after a closing quote; expected a delimiter");
    }
    int columns = first.fields().count();
    if (columns > CsvHeader.MOST_COLUMNS) {
      throw new InputRejected(
          "too_many_columns",
          at,
          "the header has " + columns + " columns; expected at most " + CsvHeader.MOST_COLUMNS);
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      names.add(first.fields().text(i));
    }
    CsvHeader.checkNames(names);
    return new CsvHeader(
        names,
        delimiter,
        marked,
        new String(b, first.start(), first.end() - first.start(), StandardCharsets.UTF_8),
        new String(b, first.end(), first.next() - first.end(), StandardCharsets.UTF_8));
  }

  /** Where the first byte behind the header's terminator stands in the file. */
  public long bodyOffset() {
    return bodyOffset;
  }

  /** The header. */
  public CsvHeader header() {
    return header;
  }

  /**
   * Moves to the next row.
   *
   * @return false when there is none
   * @throws InputRejected with the code {@code unclosed_quote} and the line where it opened, when a
   *     quote is still open at the end of the file
   * @throws IOException when the file can't be read, or the work shall stop
   */
  public boolean next() throws IOException, InputRejected {
    tooLong = false;
    while (true) {
      int next = CsvRecord.INCOMPLETE;
      if (window.position < window.limit) {
        next = record.split(window.bytes, window.position, window.limit, window.atEnd);
      } else if (window.atEnd) {
        return false;
      }
      if (next == CsvRecord.INCOMPLETE) {
        if (!window.more()) {
          skipLongRecord();
          return true;
        }
        continue;
      }
      window.position = next;
      if (record.openQuote() >= 0) {
        throw unclosed(window.offset + record.openQuote());
      }
      if (!record.blank()) {
        row++;
        offset = window.offset + record.start();
        length = record.end() - (long) record.start();
        return true;
      }
    }
  }

  private void skipLongRecord() throws IOException, InputRejected {
    row++;
    tooLong = true;
    offset = window.offset + window.position;
    CsvSkip skip = new CsvSkip(header.delimiter());
    @Nullable Long open = skip.run(window);
    if (open != null) {
      throw unclosed(open);
    }
    length = skip.contentEnd() - offset;
    record.clear();
  }

  private InputRejected unclosed(long at) throws IOException {
    long line = lines.at(at);
    return new InputRejected(
        "unclosed_quote",
        "line " + line,
        "a quote opened in line " + line + " is never closed; expected a closing quote");
  }

  /** The row's bytes and fields; the same object for each row. */
  public CsvRecord record() {
    return record;
  }

  /** The number of the row that {@link #record} holds, from 1; 0 before the first. */
  public long row() {
    return row;
  }

  /** Where the row begins in the file, in bytes. */
  public long offset() {
    return offset;
  }

  /** How long the row is in the file, in bytes, without its terminator. */
  public long length() {
    return length;
  }

  /** True when the row is too long for memory: {@link #record} is then empty. */
  public boolean tooLong() {
    return tooLong;
  }

  /**
   * The line in which the row begins. It costs a pass over what lies between this and the last row
   * that was asked for.
   *
   * @return from 1
   * @throws IOException when the file can't be read
   */
  public long line() throws IOException {
    return lines.at(offset);
  }

  @Override
  public void close() throws IOException {
    try (lines) {
      window.close();
    }
  }
}
