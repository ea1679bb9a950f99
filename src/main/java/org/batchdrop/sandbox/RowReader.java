package org.batchdrop.sandbox;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads single rows of a validated input file, in any order. Not thread-safe. */
final class RowReader implements Closeable {
  private static final int FIRST_BUFFER = 16 * 1024;

  private final FileChannel channel;
  private final RowIndex index;
  private byte[] buffer = new byte[FIRST_BUFFER];

  RowReader(Path input, RowIndex index) throws IOException {
    this.channel = FileChannel.open(input, StandardOpenOption.READ);
    this.index = index;
  }

  /** Returns the row that runs at a place in the order. */
  RequestLine read(int place) throws IOException {
    int length = index.length(place);
    if (buffer.length < length) {
      buffer = new byte[Math.max(length, buffer.length * 2)];
    }
    ByteBuffer target = ByteBuffer.wrap(buffer, 0, length);
    long offset = index.offset(place);
    while (target.hasRemaining()) {
      if (channel.read(target, offset + target.position()) < 0) {
        throw new EOFException("input file is shorter than its index: row at byte " + offset);
      }
    }
    boolean fed = length > 0 && buffer[length - 1] == '\n';
    return RequestLine.parse(buffer, 0, fed ? length - 1 : length);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
