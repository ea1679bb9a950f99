package org.batchdrop.result;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.batchdrop.input.Tree;

/**
 * What stands in a published folder beside the report, so that a later look can tell whether it is
 * still the same.
 *
 * @param name of a file, or of a folder with {@code /} behind it
 * @param files how many regular files; of a file 1
 * @param bytes of all of them
 * @param crc32c of their bytes, of a folder also of their paths in sorted order; eight hexadecimal
 *     digits
 */
record Manifest(String name, long files, long bytes, String crc32c) {

  /**
   * Describes every entry of a folder but the report, sorted by name.
   *
   * @throws IOException when one can't be read
   */
  static List<Manifest> of(Path folder) throws IOException {
    List<Manifest> entries = new ArrayList<>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path entry : list.sorted().toList()) {
        if (!entry.endsWith(ReportFile.NAME)) {
          entries.add(one(entry));
        }
      }
    }
    return entries;
  }

  private static Manifest one(Path entry) throws IOException {
    CRC32C sum = new CRC32C();
    String name = String.valueOf(entry.getFileName());
    if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      long bytes = Files.isSymbolicLink(entry) ? 0 : add(sum, entry);
      return new Manifest(name, 1, bytes, hex(sum));
    }
    long files = 0;
    long bytes = 0;
    for (Path file : Tree.files(entry)) {
      String path = entry.relativize(file).toString();
      sum.update(path.getBytes(StandardCharsets.UTF_8));
      bytes += add(sum, file);
      files++;
    }
    return new Manifest(name + "/", files, bytes, hex(sum));
  }

  private static long add(CRC32C sum, Path file) throws IOException {
    byte[] buffer = new byte[1 << 17];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sum.update(buffer, 0, n);
        bytes += n;
      }
    }
    return bytes;
  }

  private static String hex(CRC32C sum) {
    return String.format(Locale.ROOT, "%08x", sum.getValue());
  }
}
