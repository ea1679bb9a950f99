package org.batchdrop.provider;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Stores what a provider sends, whole or not at all. */
public final class Download {

  private static final int BUFFER = 1 << 16;

  private Download() {}

  /**
   * Stores a stream under a name of its own, syncs it, and only then gives it its final name.
   *
   * @param in read to its end; not closed
   * @param target replaced if it exists
   * @param expected the length that the provider announced; negative: none
   * @param secret taken out of what is stored
   * @return the bytes that came
   * @throws EOFException when fewer or more bytes came than were announced; nothing is left behind
   * @throws IOException when reading or writing fails
   */
  public static long store(InputStream in, Path target, long expected, Secret secret)
      throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Counted counted = new Counted(in);
    InputStream clean = secret.scrubReply(counted);
    try (FileChannel out =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = clean.read(buffer); n >= 0; n = clean.read(buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      out.force(true);
    }
    long total = counted.bytes;
    if (expected >= 0 && total != expected) {
      Files.delete(part);
      throw new EOFException("download ended after " + total + " of " + expected + " bytes");
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder = FileChannel.open(target.toAbsolutePath().getParent())) {
      folder.force(true);
    }
    return total;
  }

  /** Counts what a provider sends. */
  private static final class Counted extends FilterInputStream {

    private long bytes;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      bytes += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int read = in.read(target, from, length);
      bytes += Math.max(0, read);
      return read;
    }
  }
}
