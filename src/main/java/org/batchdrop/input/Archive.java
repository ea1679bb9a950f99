package org.batchdrop.input;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.batchdrop.config.Units;
import org.batchdrop.job.InputRejected;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a dropped archive that nobody vouches for. What is written stays inside the target, is
 * regular files and folders only, and is bounded; bytes are counted while they are inflated,
 * whatever the archive says about itself. Archives inside the archive stay packed.
 */
final class Archive {

  /** A tar header with its long names and extensions; the library reads these into memory. */
  private static final long MOST_HEADER_BYTES = 1 << 20;

  /** So many bytes later the disk is looked at again. */
  private static final long SPACE_LOOK = 8 << 20;

  private final Path archive;
  private final ArchiveLimits limits;
  private final StopCheck stop;
  private final ArchiveNames names = new ArchiveNames();
  private final byte[] block = new byte[64 * 1024];
  private long entries;
  private long total;
  private long looked;
  private long ratioBound;

  Archive(Path archive, ArchiveLimits limits, StopCheck stop) {
    this.archive = archive;
    this.limits = limits;
    this.stop = stop;
  }

  /** Tells by its name whether a file is an archive that can be unpacked. */
  static boolean isArchive(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".zip") || name.endsWith(".tar.gz") || name.endsWith(".tgz");
  }

  /**
   * Unpacks into a folder, which appears whole or not at all; an earlier one is replaced.
   *
   * @throws InputRejected with the code {@code unsafe_archive} naming the entry, or {@code
   *     broken_archive} when it is damaged or encrypted
   * @throws IOException when writing fails, or the work shall stop
   */
  void unpack(Path target) throws IOException, InputRejected {
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    Tree.remove(target);
    Tree.remove(temporary);
    Files.createDirectory(temporary);
    ratioBound = limits.freeBytes() + limits.ratio() * Files.size(archive);
    String name = String.valueOf(archive.getFileName()).toLowerCase(Locale.ROOT);
    try {
      if (name.endsWith(".zip")) {
        ZipDirectoryBound.check(archive, limits, stop);
        unzip(temporary);
      } else {
        untar(temporary);
      }
    } catch (InputRejected | IOException e) {
      // What a bomb or a half became is of no use to anybody, and may fill the disk.
      Tree.remove(temporary);
      throw e;
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private void unzip(Path target) throws IOException, InputRejected {
    try (ZipFile zip = openZip()) {
      Enumeration<ZipArchiveEntry> all = zip.getEntriesInPhysicalOrder();
      while (all.hasMoreElements()) {
        ZipArchiveEntry entry = all.nextElement();
        requireNoBackslash(entry);
        if (entry.isUnixSymlink()) {
          throw ArchiveNames.unsafe(entry.getName(), "is a link");
        }
        if (entry.getGeneralPurposeBit().usesEncryption() || !isUsual(entry)) {
          throw broken(entry.getName() + " is encrypted or packed in an unknown way", null);
        }
        Path path = accept(target, entry.getName(), entry.isDirectory());
        if (!entry.isDirectory()) {
          try (InputStream in = openEntry(zip, entry)) {
            copy(entry.getName(), in, path);
          }
        }
      }
    }
  }

  /** What zip programs make today; each other method is one more decoder that could be attacked. */
  private static boolean isUsual(ZipArchiveEntry entry) {
    return entry.getMethod() == ZipMethod.STORED.getCode()
        || entry.getMethod() == ZipMethod.DEFLATED.getCode();
  }

  /** The library turns backslashes into slashes; in an ASCII name they can only be separators. */
  private static void requireNoBackslash(ZipArchiveEntry entry) throws InputRejected {
    byte[] raw = entry.getRawName();
    boolean ascii = true;
    boolean backslash = false;
    for (int i = 0; raw != null && i < raw.length; i++) {
      ascii &= raw[i] >= 0;
      backslash |= raw[i] == '\\';
    }
    if (ascii && backslash) {
      throw ArchiveNames.unsafe(entry.getName(), "has a backslash in its name");
    }
  }

  private ZipFile openZip() throws InputRejected {
    try {
      return ZipFile.builder().setPath(archive).get();
    } catch (IOException | RuntimeException e) {
      throw broken("it can't be read as zip", e);
    }
  }

  private InputStream openEntry(ZipFile zip, ZipArchiveEntry entry) throws InputRejected {
    try {
      return zip.getInputStream(entry);
    } catch (IOException | RuntimeException e) {
      throw broken(entry.getName() + " can't be read", e);
    }
  }

  private void untar(Path target) throws IOException, InputRejected {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        HeaderBound inflated = new HeaderBound(inflate(file));
        TarArchiveInputStream tar = new TarArchiveInputStream(inflated, "UTF-8")) {
      TarArchiveEntry entry = next(inflated, tar);
      if (entry == null) {
        throw broken("it has no entries", null);
      }
      while (entry != null) {
        if (!entry.isDirectory() && !isRegular(entry)) {
          throw ArchiveNames.unsafe(entry.getName(), "is a link, a device or a sparse file");
        }
        Path path = accept(target, entry.getName(), entry.isDirectory());
        if (!entry.isDirectory()) {
          copy(entry.getName(), tar, path);
        }
        entry = next(inflated, tar);
      }
    }
  }

  private static boolean isRegular(TarArchiveEntry entry) {
    return !entry.isSymbolicLink()
        && !entry.isLink()
        && !entry.isCharacterDevice()
        && !entry.isBlockDevice()
        && !entry.isFIFO()
        && !entry.isSparse();
  }

  private InputStream inflate(InputStream file) throws InputRejected {
    try {
      return new GZIPInputStream(file, block.length);
    } catch (IOException | RuntimeException e) {
      throw broken("it can't be read as gzip", e);
    }
  }

  private @Nullable TarArchiveEntry next(HeaderBound inflated, TarArchiveInputStream tar)
      throws InputRejected {
    try {
      inflated.allow(MOST_HEADER_BYTES);
      TarArchiveEntry entry = tar.getNextEntry();
      inflated.allow(Long.MAX_VALUE);
      return entry;
    } catch (IOException | RuntimeException e) {
      throw broken("it ends early or is damaged", e);
    }
  }

  private Path accept(Path target, String name, boolean folder) throws IOException, InputRejected {
    stop.check();
    if (++entries > limits.entries()) {
      throw ArchiveNames.unsafe(name, "is one too many; expected at most " + limits.entries());
    }
    Path path;
    try {
      path = target.resolve(names.accept(name, folder)).normalize();
    } catch (java.nio.file.InvalidPathException e) {
      throw ArchiveNames.unsafe(name, "is no possible file name here");
    }
    if (!path.startsWith(target)) {
      throw ArchiveNames.unsafe(name, "leads out of the archive");
    }
    requireSpace(target);
    Path parent = folder ? path : path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return path;
  }

  private void copy(String name, InputStream in, Path path) throws IOException, InputRejected {
    long length = 0;
    try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
      int read = read(name, in);
      while (read >= 0) {
        stop.check();
        length += read;
        total += read;
        if (length > limits.entryBytes()) {
          throw ArchiveNames.unsafe(name, "has more than " + limits.entryBytes() + " bytes");
        }
        if (total > limits.totalBytes()) {
          throw ArchiveNames.unsafe(
              name, "makes more than " + limits.totalBytes() + " bytes in all");
        }
        if (total > ratioBound) {
          throw ArchiveNames.unsafe(
              name, "inflates the archive more than " + limits.ratio() + " times");
        }
        if (total - looked > SPACE_LOOK) {
          looked = total;
          requireSpace(path);
        }
        out.write(block, 0, read);
        read = read(name, in);
      }
    }
  }

  /** The journal stands on the same disk. */
  private void requireSpace(Path path) throws IOException {
    long free = Files.getFileStore(path).getUsableSpace();
    if (free < limits.leastSpace()) {
      throw new IOException(
          "'%s' can't be unpacked now: the disk has %s left; expected %s"
              .formatted(
                  archive.getFileName(),
                  Units.showSize(free),
                  Units.showSize(limits.leastSpace())));
    }
  }

  private int read(String name, InputStream in) throws InputRejected {
    try {
      return in.read(block);
    } catch (IOException | RuntimeException e) {
      throw broken(ArchiveNames.printable(name) + " ends early or is damaged", e);
    }
  }

  private InputRejected broken(String what, @Nullable Exception cause) {
    String name = String.valueOf(archive.getFileName());
    InputRejected rejected =
        new InputRejected(
            "broken_archive",
            name,
            "'"
                + name
                + "' can't be unpacked: "
                + ArchiveNames.printable(what)
                + "; pack it again");
    if (cause != null) {
      rejected.initCause(cause);
    }
    return rejected;
  }

  /** Ends with an error where more is read than is allowed right now. Confined to one thread. */
  private static final class HeaderBound extends FilterInputStream {

    private long left = Long.MAX_VALUE;

    HeaderBound(InputStream in) {
      super(in);
    }

    void allow(long bytes) {
      left = bytes;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int read = in.read(target, from, length);
      count(read);
      return read;
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = in.skip(n);
      count(skipped);
      return skipped;
    }

    private void count(long bytes) throws IOException {
      left -= Math.max(0, bytes);
      if (left < 0) {
        throw new IOException("a header has more than " + MOST_HEADER_BYTES + " bytes");
      }
    }
  }
}
