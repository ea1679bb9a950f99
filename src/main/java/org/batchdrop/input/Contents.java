package org.batchdrop.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells whether two inputs are the same: their bytes, and in a folder the names of its files. */
public final class Contents {

  private Contents() {}

  /**
   * Hashes a pipeline together with what was dropped into it. The name of the dropped entry itself
   * does not count; links are not followed.
   *
   * @param own the job's copy of the pipeline, and what else says what becomes of the input
   * @param input a file or folder
   * @return SHA-256, 64 hexadecimal digits
   * @throws java.io.InterruptedIOException when the work shall stop
   * @throws IOException when something can't be read
   */
  public static String hash(List<Path> own, Path input, StopCheck stop) throws IOException {
    MessageDigest digest = sha256();
    for (Path file : own) {
      add(digest, "", file, stop);
    }
    if (Files.isDirectory(input, LinkOption.NOFOLLOW_LINKS)) {
      for (Path file : Tree.files(input)) {
        add(digest, input.relativize(file).toString(), file, stop);
      }
    } else {
      add(digest, "", input, stop);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String name, Path file, StopCheck stop)
      throws IOException {
    // Lengths keep one file's end and the next one's name apart.
    digest.update((name.length() + ":" + name + ":" + Files.size(file) + ":").getBytes(UTF_8));
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      while (in.read(buffer) >= 0) {
        stop.check();
      }
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
