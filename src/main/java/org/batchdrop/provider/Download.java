package org.batchdrop.provider;

import java.io.EOFException;
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
   * @return the bytes stored
   * @throws EOFException when fewer or more bytes came than were announced; nothing is left behind
   * @throws IOException when reading or writing fails
   */
  public static long store(InputStream in, Path target, long expected) throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    long total = 0;
    try (FileChannel out =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        total += n;
      }
      out.force(true);
    }
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
}
