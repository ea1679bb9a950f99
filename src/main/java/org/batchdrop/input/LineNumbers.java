package org.batchdrop.input;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Finds the line number of a place in a file. Line numbers are only wanted for rows that fail, so
 * the file is read again up to that place; places asked in ascending order cost one pass in all,
 * and a file without failures costs nothing.
 */
public final class LineNumbers implements Closeable {

  private final Path file;
  private @Nullable FileChannel channel;
  private final ByteBuffer block = ByteBuffer.allocate(64 * 1024);
  private long counted;
  private long line = 1;
  private boolean afterReturn;

  /** Names a file; it is opened when the first line is asked for. */
  public LineNumbers(Path file) {
    this.file = file;
  }

  /**
   * The line of a place. CRLF, LF and a lone CR end a line.
   *
   * @param offset in bytes from the start of the file; an earlier place than before is allowed, and
   *     starts over
   * @return from 1
   * @throws IOException when the file can't be read
   */
  public long at(long offset) throws IOException {
    if (offset < counted) {
      counted = 0;
      line = 1;
      afterReturn = false;
    }
    FileChannel opened = channel;
    if (opened == null) {
      opened = FileChannel.open(file, StandardOpenOption.READ);
      channel = opened;
    }
    while (counted < offset) {
      block.clear();
      block.limit((int) Math.min(block.capacity(), offset - counted));
      int read = opened.read(block, counted);
      if (read <= 0) {
        return line;
      }
      count(block.array(), read);
      counted += read;
    }
    return line;
  }

  private void count(byte[] bytes, int length) {
    boolean cr = afterReturn;
    for (int i = 0; i < length; i++) {
      byte c = bytes[i];
      if (c == '\r' || (c == '\n' && !cr)) {
        line++;
      }
      cr = c == '\r';
    }
    afterReturn = cr;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
