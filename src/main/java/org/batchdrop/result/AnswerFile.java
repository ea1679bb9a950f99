package org.batchdrop.result;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A file of lines that is walked once from its beginning and then read again at any place. It is
 * held in memory when the {@link HeapShare} allows, else read through a window.
 *
 * <p>A line ends at LF or at the end of the file; a CR before the LF and a byte order mark at the
 * line's beginning do not belong to it. Confined to one thread; the caller closes it.
 */
final class AnswerFile implements Closeable {

  /** What is done with a line while the file is walked. */
  interface Visitor {
    /**
     * Sees a line that is not blank.
     *
     * @param bytes valid during the call
     * @param offset where {@code from} stands in the file
     * @param number the line's number, from 1
     */
    void line(byte[] bytes, int from, int to, long offset, long number) throws IOException;

    /**
     * Tells where the LF of the line at {@code from} stands, when that is known without looking for
     * it; else -1.
     */
    default int tryEnd(byte[] bytes, int from, int limit) {
      return -1;
    }
  }

  private static final int WINDOW = 1 << 20;
  private static final int PIECE = 128 * 1024;
  private static final int READ_AHEAD = 1 << 16;

  private final Path path;
  private final FileChannel channel;
  private final HeapShare share;
  private final long size;
  private final boolean held;
  private final int longestLine;
  private byte[] bytes = {};
  private long base;
  private int limit;
  private int position;
  private long lastEnd = -1;

  private AnswerFile(Path path, FileChannel channel, HeapShare share, int longestLine)
      throws IOException {
    this.path = path;
    this.channel = channel;
    this.share = share;
    this.size = channel.size();
    this.longestLine = longestLine;
    byte[] whole = share.take(size);
    this.held = whole != null;
    if (whole != null) {
      bytes = whole;
      fill(0, (int) size);
    }
  }

  /**
   * Opens a file.
   *
   * @param longestLine of a longer line, in bytes, only so much is shown
   * @throws IOException when the file is absent or can't be read
   */
  static AnswerFile open(Path path, HeapShare share, int longestLine) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new AnswerFile(path, channel, share, longestLine);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  Path path() {
    return path;
  }

  /** Tells whether the whole file is in memory. */
  boolean held() {
    return held;
  }

  private void fill(long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      // Small pieces, because the JDK copies through a direct buffer as large as the largest read.
      int piece = Math.min(buffer.position() + PIECE, length);
      buffer.limit(piece);
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException(path + ": shorter than it was, expected " + size + " bytes");
      }
      buffer.limit(length);
    }
    base = at;
    limit = length;
  }

  /** Shows each line that is not blank, in file order. */
  void walk(Visitor visitor) throws IOException {
    if (!held) {
      bytes = new byte[(int) Math.min(Math.min(WINDOW, longestLine), size)];
      fill(0, bytes.length);
    }
    long number = 0;
    int p = 0;
    while (p < limit || base + limit < size) {
      int known = visitor.tryEnd(bytes, p, limit);
      int newline = known >= 0 ? known : JsonBytes.indexOf(bytes, p, limit, (byte) '\n');
      boolean whole = newline < limit || base + limit == size;
      if (!whole && (p > 0 || limit < longestLine)) {
        slide(p);
        p = 0;
        continue;
      }
      number++;
      show(visitor, p, newline, number);
      p = newline + 1;
      if (!whole) {
        p = skipRest();
      }
    }
    if (!held) {
      bytes = new byte[0];
      limit = 0;
    }
  }

  private void show(Visitor visitor, int from, int to, long number) throws IOException {
    int first = from;
    int last = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    if (last - first >= 3
        && bytes[first] == (byte) 0xEF
        && bytes[first + 1] == (byte) 0xBB
        && bytes[first + 2] == (byte) 0xBF) {
      first += 3;
    }
    if (JsonBytes.afterSpace(bytes, first, last) < last) {
      visitor.line(bytes, first, last, base + first, number);
    }
  }

  /** Moves the window so that it begins at {@code p}; lets it grow when it is already there. */
  private void slide(int p) throws IOException {
    long at = base + p;
    int length = p > 0 ? bytes.length : (int) Math.min(longestLine, 2L * bytes.length);
    if (length > bytes.length) {
      bytes = new byte[0];
      bytes = new byte[length];
    }
    fill(at, (int) Math.min(bytes.length, size - at));
  }

  /** Moves the window to the end of a line that is longer than the longest. */
  private int skipRest() throws IOException {
    while (base + limit < size) {
      fill(base + limit, (int) Math.min(bytes.length, size - base - limit));
      int newline = JsonBytes.indexOf(bytes, 0, limit, (byte) '\n');
      if (newline < limit) {
        return newline + 1;
      }
    }
    return limit;
  }

  /** Makes {@code length} bytes at {@code offset} readable in {@link #bytes}. */
  void fetch(long offset, int length) throws IOException {
    if (!held && (offset < base || offset + length > base + limit)) {
      // Providers often keep the order: then one read serves many rows.
      boolean onwards = lastEnd >= 0 && offset >= lastEnd && offset - lastEnd < READ_AHEAD;
      int wanted = onwards ? Math.max(length, READ_AHEAD) : length;
      if (wanted > bytes.length) {
        bytes = new byte[Math.max(READ_AHEAD, wanted)];
      }
      fill(offset, (int) Math.min(wanted, size - offset));
    }
    lastEnd = offset + length;
    position = (int) (offset - base);
  }

  /** The bytes of the last {@link #fetch}. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the fetched bytes begin in {@link #bytes}. */
  int position() {
    return position;
  }

  /** Tells whether bytes of the file equal other bytes. */
  boolean same(long offset, byte[] other, int from, int to) throws IOException {
    if (held) {
      int at = (int) offset;
      return Arrays.equals(bytes, at, at + to - from, other, from, to);
    }
    byte[] copy = copy(offset, to - from);
    return Arrays.equals(copy, 0, copy.length, other, from, to);
  }

  /** Bytes of the file, also while it is walked; fewer where it ends. */
  byte[] copy(long offset, int length) throws IOException {
    if (held) {
      return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
    }
    ByteBuffer copy = ByteBuffer.allocate(length);
    int read = 0;
    while (copy.hasRemaining() && read >= 0) {
      read = channel.read(copy, offset + copy.position());
    }
    return Arrays.copyOf(copy.array(), copy.position());
  }

  @Override
  public void close() throws IOException {
    if (held && channel.isOpen()) {
      share.give(bytes);
    }
    bytes = new byte[0];
    channel.close();
  }
}
