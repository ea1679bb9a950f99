package org.batchdrop.input;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.batchdrop.job.InputRejected;

/**
 * Walks the lines of a UTF-8 file that are not blank. A line ends at LF; a CR before it belongs to
 * the terminator. A byte order mark is skipped.
 */
final class LineReader implements Closeable {

  private final ByteWindow window;
  private long line;
  private long row;
  private int start;
  private int end;
  private long offset;
  private long length;
  private boolean tooLong;

  /**
   * Opens a file.
   *
   * @param most a longer line is walked over, in bytes
   * @throws InputRejected when it is empty or no text
   */
  LineReader(Path file, int most, StopCheck stop) throws IOException, InputRejected {
    byte[] head = InputSniff.head(file);
    InputSniff.requireText(head, String.valueOf(file.getFileName()));
    window = new ByteWindow(file, InputSniff.utf8Mark(head) ? 3 : 0, most, stop);
  }

  boolean next() throws IOException {
    while (step()) {
      if (tooLong || !isBlank()) {
        row++;
        return true;
      }
    }
    return false;
  }

  private boolean step() throws IOException {
    tooLong = false;
    int searched = window.position;
    while (true) {
      int found = ByteScan.indexOf(window.bytes, searched, window.limit, (byte) '\n');
      if (found < window.limit || window.atEnd) {
        return window.position < window.limit && take(found);
      }
      int seen = window.limit - window.position;
      if (!window.more()) {
        return skip();
      }
      searched = window.position + seen;
    }
  }

  private boolean take(int found) {
    start = window.position;
    end = found;
    offset = window.offset + start;
    while (end > start && window.bytes[end - 1] == '\r') {
      end--;
    }
    length = end - (long) start;
    window.position = Math.min(found + 1, window.limit);
    line++;
    return true;
  }

  private boolean skip() throws IOException {
    tooLong = true;
    offset = window.offset + window.position;
    line++;
    while (true) {
      int found = ByteScan.indexOf(window.bytes, window.position, window.limit, (byte) '\n');
      boolean ends = found < window.limit;
      window.position = ends ? found + 1 : window.limit;
      if (ends || window.atEnd) {
        length = window.offset + found - offset;
        start = window.position;
        end = start;
        return true;
      }
      window.more();
    }
  }

  private boolean isBlank() {
    for (int i = start; i < end; i++) {
      byte c = window.bytes[i];
      if (c != ' ' && c != '\t' && c != '\r') {
        return false;
      }
    }
    return true;
  }

  byte[] bytes() {
    return window.bytes;
  }

  int start() {
    return start;
  }

  /** Where the line ends, exclusive, its terminator not included. */
  int end() {
    return end;
  }

  /** Where the next line begins; {@code [end, nextStart)} is the terminator, empty at the end. */
  int nextStart() {
    return window.position;
  }

  /** Where the line begins in the file. */
  long offset() {
    return offset;
  }

  /** How long the line is in the file, in bytes. */
  long length() {
    return length;
  }

  /** The number of the line, blank ones counted, from 1. */
  long line() {
    return line;
  }

  /** The number of the line, blank ones not counted, from 1. */
  long row() {
    return row;
  }

  boolean tooLong() {
    return tooLong;
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
