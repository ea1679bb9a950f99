package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A new file that is written from its beginning to its end. Confined to one thread. */
final class OutputFile implements Closeable {

  private static final int BLOCK = 256 * 1024;

  private final FileChannel channel;
  private final byte[] buffer = new byte[BLOCK];
  private int size;

  private OutputFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes a file.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it is there already
   */
  static OutputFile create(Path path) throws IOException {
    return new OutputFile(
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  void put(int value) throws IOException {
    if (size == BLOCK) {
      flush();
    }
    buffer[size++] = (byte) value;
  }

  void put(byte[] bytes, int from, int to) throws IOException {
    int p = from;
    while (to - p > BLOCK - size) {
      int piece = BLOCK - size;
      System.arraycopy(bytes, p, buffer, size, piece);
      size += piece;
      p += piece;
      flush();
    }
    System.arraycopy(bytes, p, buffer, size, to - p);
    size += to - p;
  }

  void put(byte[] bytes) throws IOException {
    put(bytes, 0, bytes.length);
  }

  private void flush() throws IOException {
    ByteBuffer block = ByteBuffer.wrap(buffer, 0, size);
    while (block.hasRemaining()) {
      channel.write(block);
    }
    size = 0;
  }

  /** Writes what is left; it is durable only after the file was forced. */
  @Override
  public void close() throws IOException {
    try (channel) {
      flush();
    }
  }
}
