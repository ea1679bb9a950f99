package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.jspecify.annotations.Nullable;

/**
 * The wanted files of a dropped source, sorted by the bytes of their paths. Links are not followed;
 * names that begin with a dot, and {@code __MACOSX}, are left out.
 */
final class SourceFiles {

  private static final int TEXT_PROBE = 8 * 1024;
  private static final long MOST_BYTES = 1L << 29;

  private final Path root;
  private final List<String> paths;
  private final long maxFileBytes;

  private SourceFiles(Path root, List<String> paths, long maxFileBytes) {
    this.root = root;
    this.paths = List.copyOf(paths);
    this.maxFileBytes = Math.min(maxFileBytes, MOST_BYTES);
  }

  /**
   * Copies a file.
   *
   * @param target new
   */
  void copy(String path, Path target) throws IOException {
    try (InputStream in = ContainedFile.open(root, path)) {
      Files.copy(in, target);
    }
  }

  /** A file that was looked at. */
  static final class Look {

    private final byte[] content;
    private final @Nullable RowProblem problem;

    Look(byte[] content, @Nullable RowProblem problem) {
      this.content = content;
      this.problem = problem;
    }

    /** Valid UTF-8; empty when there is a problem. */
    byte[] content() {
      return content;
    }

    /** Why it can't be sent; null when it can. */
    @Nullable RowProblem problem() {
      return problem;
    }
  }

  /**
   * Lists the files of a dropped source. An archive is unpacked into {@link
   * JobFolder#unpackedInput} first.
   *
   * @throws InputRejected with the code {@code no_rows} when no file is wanted, {@code not_a_file}
   *     for what is neither file nor folder, {@code unsafe_archive} or {@code broken_archive}
   * @throws IOException when reading or writing fails, or the work shall stop
   */
  static SourceFiles open(
      JobFolder folder, Path input, InputFormat.Source source, StopCheck stop, ArchiveLimits limits)
      throws IOException, InputRejected {
    Path root = root(folder, input, stop, limits);
    List<String> all = list(root, stop);
    Globs globs = new Globs(source.include(), source.exclude());
    List<String> wanted = all.stream().filter(globs::matches).toList();
    if (wanted.isEmpty()) {
      throw new InputRejected(
          "no_rows",
          String.valueOf(input.getFileName()),
          "none of %d files is wanted; expected some to fit include %s and not exclude %s"
              .formatted(all.size(), source.include(), source.exclude()));
    }
    Path base = Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS) ? root : parent(root);
    return new SourceFiles(base, wanted, source.maxFileBytes());
  }

  private static Path root(JobFolder folder, Path input, StopCheck stop, ArchiveLimits limits)
      throws IOException, InputRejected {
    Optional<BasicFileAttributes> look = Tree.look(input);
    if (look.filter(BasicFileAttributes::isDirectory).isPresent()) {
      return input;
    }
    if (look.filter(BasicFileAttributes::isRegularFile).isEmpty()) {
      String name = String.valueOf(input.getFileName());
      throw new InputRejected(
          "not_a_file", name, "'" + name + "' is neither a file nor a folder; expected either");
    }
    if (!Archive.isArchive(input)) {
      return input;
    }
    new Archive(input, limits, stop).unpack(folder.unpackedInput());
    return folder.unpackedInput();
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no folder holds '" + file + "'");
    }
    return parent;
  }

  /** The files below a folder, sorted, as rows are; hidden ones are left out. */
  static List<String> list(Path root, StopCheck stop) throws IOException {
    List<String> paths = new ArrayList<>();
    if (Files.isRegularFile(root, LinkOption.NOFOLLOW_LINKS)) {
      return List.of(String.valueOf(root.getFileName()));
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            stop.check();
            boolean skipped = !folder.equals(root) && isHidden(folder);
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !isHidden(file)) {
              paths.add(
                  root.relativize(file)
                      .toString()
                      .replace(file.getFileSystem().getSeparator(), "/"));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    paths.sort((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b)));
    return paths;
  }

  private static boolean isHidden(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(".") || name.equals("__MACOSX");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The wanted paths, {@code /} as separator; at least one. */
  List<String> paths() {
    return paths;
  }

  /** Reads one of the files whole. */
  Look read(String path) throws IOException {
    byte[] content;
    try (InputStream in = ContainedFile.open(root, path)) {
      content = in.readNBytes((int) maxFileBytes + 1);
    } catch (AccessDeniedException e) {
      return bad("unreadable_file", "can't be read: access is denied");
    } catch (ContainedFile.NotRegular | NotDirectoryException e) {
      return bad(
          "unreadable_file", "is no regular file any more; expected that nobody changes the input");
    }
    if (content.length > maxFileBytes) {
      long size = Files.size(root.resolve(path));
      return bad("file_too_long", "has " + size + " bytes; expected at most " + maxFileBytes);
    }
    int probe = Math.min(content.length, TEXT_PROBE);
    if (ByteScan.indexOf(content, 0, probe, (byte) 0) < probe) {
      return bad("binary_file", "has NUL bytes; expected text in UTF-8");
    }
    if (!Utf8.isValid(content, 0, content.length)) {
      return bad("binary_file", "is not valid UTF-8; expected text in UTF-8");
    }
    return new Look(content, null);
  }

  private static Look bad(String code, String what) {
    return new Look(new byte[0], new RowProblem(code, what));
  }

  /** The extension of a path without its dot; empty when it has none. */
  static String extension(String path) {
    String name = name(path);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(dot + 1) : "";
  }

  /** The last name of a path. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
