package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that only grows, written through a small buffer. Not thread-safe. */
final class AppendFile extends OutputStream {
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(32 * 1024);
  private long length;

  private AppendFile(FileChannel channel, long length) {
    this.channel = channel;
    this.length = length;
  }

  /** Opens or creates a file, and cuts off what lies behind a length. */
  static AppendFile open(Path path, long length) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.truncate(length);
      channel.position(length);
      return new AppendFile(channel, length);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns the length with everything written so far. */
  long length() {
    return length;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    int done = 0;
    while (done < count) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int step = Math.min(buffer.remaining(), count - done);
      buffer.put(bytes, from + done, step);
      done += step;
    }
    length += count;
  }

  @Override
  public void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** Makes everything written so far durable. */
  void force() throws IOException {
    flush();
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      flush();
    }
  }
}
