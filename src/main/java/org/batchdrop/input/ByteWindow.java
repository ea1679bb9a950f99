package org.batchdrop.input;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A part of a file in memory that moves forward; it grows only when one record does not fit. Its
 * fields are read and written directly by the readers of this package.
 */
final class ByteWindow implements Closeable {

  private static final int BLOCK = 256 * 1024;

  private final FileChannel channel;
  private final int most;
  private final StopCheck stop;

  /** The bytes; valid in {@code [position, limit)}. */
  byte[] bytes = new byte[BLOCK];

  /** The first byte that is still needed. */
  int position;

  /** The end of the bytes that were read, exclusive. */
  int limit;

  /** True when nothing follows {@code limit}. */
  boolean atEnd;

  /** Where {@code bytes[0]} stands in the file. */
  long offset;

  /**
   * Opens a file.
   *
   * @param from where to begin, in bytes
   * @param most the greatest size in bytes that the window may grow to
   */
  ByteWindow(Path file, int from, int most, StopCheck stop) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.offset = from;
    this.most = Math.max(most, BLOCK);
    this.stop = stop;
  }

  /**
   * Drops what lies before {@code position} and reads on; indexes change.
   *
   * @return false when the window is full and may not grow
   */
  boolean more() throws IOException {
    stop.check();
    int kept = limit - position;
    if (kept == bytes.length) {
      if (bytes.length >= most) {
        return false;
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(most, bytes.length * 2L));
    } else if (position > 0) {
      byte[] target = bytes.length > 8 * BLOCK && kept < BLOCK / 2 ? new byte[BLOCK] : bytes;
      System.arraycopy(bytes, position, target, 0, kept);
      bytes = target;
    }
    offset += position;
    position = 0;
    limit = kept;
    int read = channel.read(ByteBuffer.wrap(bytes, limit, bytes.length - limit), offset + limit);
    if (read < 0) {
      atEnd = true;
    } else {
      limit += read;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
