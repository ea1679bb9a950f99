package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchdrop.job.InputRejected;

/**
 * Keeps the directory of a zip within bounds before a library reads it into memory. What an archive
 * says about itself is not believed: everything that looks like an entry of a directory counts,
 * wherever it stands, so that no reader can find more.
 */
final class ZipDirectoryBound {

  /** Names, extra fields and comments together. */
  private static final long MOST_BYTES = 32L << 20;

  private static final int HEADER = 46;
  private static final int BLOCK = 1 << 16;

  private ZipDirectoryBound() {}

  /**
   * Looks through an archive.
   *
   * @throws InputRejected with the code {@code unsafe_archive}
   * @throws IOException when it can't be read, or the work shall stop
   */
  static void check(Path archive, ArchiveLimits limits, StopCheck stop)
      throws IOException, InputRejected {
    byte[] buffer = new byte[BLOCK];
    long entries = 0;
    long bytes = 0;
    int kept = 0;
    try (InputStream in = Files.newInputStream(archive)) {
      int read = in.readNBytes(buffer, 0, BLOCK);
      while (kept + read >= HEADER) {
        stop.check();
        int end = kept + read;
        for (int at = 0; at + HEADER <= end; at++) {
          if (buffer[at] == 'P' && isEntry(buffer, at)) {
            entries++;
            bytes += HEADER + lengths(buffer, at);
          }
        }
        if (entries > limits.entries() || bytes > MOST_BYTES) {
          throw new InputRejected(
              "unsafe_archive",
              String.valueOf(archive.getFileName()),
              "its directory has %d entries in %d bytes or more; expected at most %d in %d"
                  .formatted(entries, bytes, limits.entries(), MOST_BYTES));
        }
        kept = HEADER - 1;
        System.arraycopy(buffer, end - kept, buffer, 0, kept);
        read = in.readNBytes(buffer, kept, BLOCK - kept);
        if (read == 0) {
          return;
        }
      }
    }
  }

  private static boolean isEntry(byte[] bytes, int at) {
    return bytes[at + 1] == 'K' && bytes[at + 2] == 1 && bytes[at + 3] == 2;
  }

  private static int lengths(byte[] bytes, int at) {
    return number(bytes, at + 28) + number(bytes, at + 30) + number(bytes, at + 32);
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) | ((bytes[at + 1] & 0xFF) << 8);
  }
}
