package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into lines at line feeds, with one buffer that grows up to the longest line
 * allowed. Bytes after the last line feed are a line too. Not thread-safe.
 */
final class LineScanner {
  private static final int FIRST_BUFFER = 64 * 1024;

  private final InputStream in;
  private final int maxLineBytes;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int filled;
  // Offset in the stream of the buffer's first byte.
  private long base;
  private int from;
  private int length;
  private long offset;
  private long nextOffset;
  private boolean tooLong;
  private boolean ended;

  LineScanner(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /** Moves to the next line, and tells whether there is one. */
  boolean next() throws IOException {
    offset = nextOffset;
    tooLong = false;
    int start = (int) (offset - base);
    int scan = start;
    int feed = indexOfLineFeed(scan);
    while (feed < 0 && !ended) {
      scan = filled - start;
      compact(start);
      start = 0;
      if (filled > maxLineBytes) {
        tooLong = true;
        base += filled;
        filled = 0;
        scan = 0;
      }
      fill();
      feed = indexOfLineFeed(scan);
    }
    int end = feed < 0 ? filled : feed;
    from = start;
    length = end - start;
    tooLong |= length > maxLineBytes;
    nextOffset = base + end + (feed < 0 ? 0 : 1);
    return nextOffset > offset;
  }

  private int indexOfLineFeed(int scan) {
    for (int i = scan; i < filled; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void compact(int start) {
    System.arraycopy(buffer, start, buffer, 0, filled - start);
    filled -= start;
    base += start;
  }

  private void fill() throws IOException {
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    if (read < 0) {
      ended = true;
    } else {
      filled += read;
    }
  }

  /** Returns the buffer that holds the current line; valid until the next call of next. */
  byte[] buffer() {
    return buffer;
  }

  /** Returns where the current line starts in the buffer. */
  int from() {
    return from;
  }

  /** Returns the length of the current line in bytes, without its line feed. */
  int length() {
    return length;
  }

  /** Returns where the current line starts in the stream. */
  long offset() {
    return offset;
  }

  /** Returns where the line after the current one starts in the stream. */
  long nextOffset() {
    return nextOffset;
  }

  /** Tells whether the current line is longer than allowed; then its bytes are not all there. */
  boolean tooLong() {
    return tooLong;
  }
}
