package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Many result files of which a few are open at a time. A file that is read at random is loaded
 * whole while the {@link HeapShare} allows, in place of those that were used before it; one that
 * comes and goes too often is read line by line. Places in a file count only while it is what was
 * walked. Confined to one thread; the caller closes it.
 */
final class AnswerFiles implements Closeable {

  private static final int MOST_OPEN = 16;
  private static final int MOST_LOADS = 3;

  private final List<Path> paths;
  private final HeapShare share = HeapShare.ofMachine();
  private final HeapShare nothing = new HeapShare(0);
  private final int[] loads;
  private final @Nullable Stamp[] walked;

  /** By number, the least recently used one first. */
  private final Map<Integer, AnswerFile> open = new LinkedHashMap<>(16, 0.75f, true);

  AnswerFiles(List<Path> paths) {
    this.paths = List.copyOf(paths);
    this.loads = new int[paths.size()];
    this.walked = new Stamp[paths.size()];
  }

  /** What tells one state of a file from another. */
  private record Stamp(long size, FileTime written, @Nullable Object key) {

    static Stamp of(Path path) throws IOException {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(file.size(), file.lastModifiedTime(), file.fileKey());
    }
  }

  /** Walks a file from its beginning to its end. */
  void walk(int number, AnswerFile.Visitor visitor) throws IOException {
    walked[number] = Stamp.of(paths.get(number));
    try (AnswerFile file =
        AnswerFile.open(paths.get(number), nothing, SliceAnswers.longestLine())) {
      file.walk(visitor);
    }
  }

  /** Makes the bytes of a line readable; valid until the next call. */
  AnswerFile fetch(int number, long offset, int length) throws IOException {
    AnswerFile file = at(number);
    file.fetch(offset, length);
    return file;
  }

  /** Tells whether a line of a file has certain bytes. */
  boolean isSame(int number, long offset, byte[] bytes, int from, int to) throws IOException {
    return at(number).same(offset, bytes, from, to);
  }

  private AnswerFile at(int number) throws IOException {
    AnswerFile known = open.get(number);
    if (known != null) {
      return known;
    }
    while (open.size() >= MOST_OPEN) {
      closeOne(false);
    }
    requireUnchanged(number);
    AnswerFile file = load(number, loads[number]++ < MOST_LOADS);
    open.put(number, file);
    return file;
  }

  /**
   * Makes sure that each file is what was walked.
   *
   * @throws IOException when one is not
   */
  void requireUnchanged() throws IOException {
    for (int number = 0; number < walked.length; number++) {
      requireUnchanged(number);
    }
  }

  private void requireUnchanged(int number) throws IOException {
    Stamp before = walked[number];
    if (before != null && !before.equals(Stamp.of(paths.get(number)))) {
      throw changed(paths.get(number));
    }
  }

  /** What is thrown when a file is not what was walked. */
  static IOException changed(Path path) {
    return new IOException(path + ": changed while it was read; merge again when it is complete");
  }

  private AnswerFile load(int number, boolean whole) throws IOException {
    AnswerFile file = open(number, whole ? share : nothing);
    while (whole && !file.held() && closeOne(true)) {
      file.close();
      file = open(number, share);
    }
    return file;
  }

  private AnswerFile open(int number, HeapShare from) throws IOException {
    return AnswerFile.open(paths.get(number), from, SliceAnswers.longestLine());
  }

  /** Closes the one that was not used for the longest time; false when there is none. */
  private boolean closeOne(boolean held) throws IOException {
    for (Integer number : List.copyOf(open.keySet())) {
      AnswerFile file = open.get(number);
      if (file != null && (file.held() || !held)) {
        open.remove(number);
        file.close();
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (AnswerFile file : new ArrayList<>(open.values())) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
