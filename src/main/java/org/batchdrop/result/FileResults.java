package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.batchdrop.input.RowReader;
import org.batchdrop.job.InputRejected;
import org.batchdrop.result.DeliveryOrder.Reason;

/**
 * Writes one file per answered source: the source's path below {@code files/}, its extension
 * replaced. When that name is taken already, as {@code a.h} after {@code a.c} for {@code .rs}, the
 * full name is kept before the new extension: {@code a.h.rs}. A row without an answer makes no
 * file.
 *
 * <p>No path leaves the folder, whatever the source is called.
 */
final class FileResults implements RowResults {

  private static final int MOST_TRIES = 1_000;

  private final RowReader sources;
  private final Path folder;
  private final Optional<String> extension;
  private final Problems problems;
  private final Scratch text = new Scratch(4096);

  /**
   * @param sources the input, before its first row; closed together with this
   * @param folder to be made, new
   * @param extension with its dot; empty: the path is kept
   */
  FileResults(RowReader sources, Path folder, Optional<String> extension, Problems problems)
      throws IOException {
    this.sources = sources;
    this.folder = Files.createDirectory(folder);
    this.extension = extension;
    this.problems = problems;
  }

  @Override
  public boolean wantsValues() {
    return true;
  }

  @Override
  public void answered(long row, RowValues values) throws IOException {
    String path = next(row);
    int from = values.valueStart(0);
    byte[] bytes = values.values();
    if (from < 0 || bytes[from] == 'n') {
      problems.add(Problems.Kind.TEXT_MISSING, path);
      return;
    }
    text.clear();
    if (bytes[from] == '"') {
      JsonBytes.unescape(bytes, from + 1, values.valueEnd(0) - 1, text);
    } else {
      text.put(bytes, from, values.valueEnd(0));
    }
    try (OutputFile out = OutputFile.create(place(path))) {
      out.put(text.array(), 0, text.size());
    }
  }

  @Override
  public void failed(long row, Reason reason) throws IOException {
    next(row);
  }

  /** The path of the row's source, relative to the input, with {@code /} as separator. */
  private String next(long row) throws IOException {
    try {
      if (!sources.next() || sources.row() != row) {
        throw new IOException("source of row " + row + ": not there any more; the input changed");
      }
      return sources.location();
    } catch (InputRejected e) {
      throw new IOException("source of row " + row + ": not what it was when prepared", e);
    }
  }

  /** The file for a source; its folder is there, the file is not. */
  private Path place(String source) throws IOException {
    Path parent = folder;
    String[] names = source.split("/");
    for (int i = 0; i < names.length - 1; i++) {
      parent = folderIn(parent, names[i]);
    }
    String name = names.length == 0 ? "" : safe(names[names.length - 1]);
    Path first = parent.resolve(replaced(name));
    if (!exists(first)) {
      return first;
    }
    for (int i = 1; i < MOST_TRIES; i++) {
      Path other = parent.resolve(name + (i == 1 ? "" : "." + i) + extension.orElse(""));
      if (!exists(other)) {
        return other;
      }
    }
    throw new IOException("result file for '" + source + "': no free name in " + parent);
  }

  private Path folderIn(Path parent, String name) throws IOException {
    if (name.isEmpty() || name.equals(".")) {
      return parent;
    }
    Path child = parent.resolve(safe(name));
    while (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
      // A result took the folder's name: a.rs beside a.rs/b.c.
      child = parent.resolve(child.getFileName() + "_");
    }
    return Files.createDirectories(child);
  }

  private static String safe(String name) {
    String plain = name.replaceAll("[\\x00-\\x1F\\x7F/\\\\]", "_");
    return plain.isEmpty() || plain.equals(".") || plain.equals("..") ? "_" : plain;
  }

  private String replaced(String name) {
    if (extension.isEmpty()) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name) + extension.get();
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void close() throws IOException {
    sources.close();
  }
}
