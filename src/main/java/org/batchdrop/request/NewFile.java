package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.batchdrop.input.Tree;

/**
 * A file that appears whole or not at all: written under a temporary name beside its own, made
 * durable, then renamed. Closing it before {@link #publish} leaves only the temporary file.
 */
public final class NewFile implements Closeable {

  private static final int BUFFER = 64 * 1024;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

  /**
   * Begins a file.
   *
   * @param target the name that it gets; replaced if it exists
   */
  public NewFile(Path target) throws IOException {
    this.target = target;
    this.temporary = target.resolveSibling(target.getFileName() + ".tmp");
    // A fresh name: truncating a large file and writing it again was measured to block.
    Files.deleteIfExists(temporary);
    this.channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Appends bytes. */
  public void write(byte[] bytes, int from, int to) throws IOException {
    if (to - from > buffer.remaining()) {
      flush();
      if (to - from > BUFFER / 2) {
        writeFully(ByteBuffer.wrap(bytes, from, to - from));
        return;
      }
    }
    buffer.put(bytes, from, to - from);
  }

  private void flush() throws IOException {
    buffer.flip();
    writeFully(buffer);
    buffer.clear();
  }

  private void writeFully(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  /** Makes the content durable and gives the file its name; the folder's entry is durable too. */
  public void publish() throws IOException {
    flush();
    channel.force(true);
    channel.close();
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Tree.syncName(target);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
