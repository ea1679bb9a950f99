package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Many result files of which a few are open at a time. A file that is read at random is loaded
 * whole while the {@link HeapShare} allows, in place of those that were used before it; one that
 * comes and goes too often is read line by line. Confined to one thread; the caller closes it.
 */
final class AnswerFiles implements Closeable {

  private static final int MOST_OPEN = 16;
  private static final int MOST_LOADS = 3;

  private final List<Path> paths;
  private final HeapShare share = HeapShare.ofMachine();
  private final HeapShare nothing = new HeapShare(0);
  private final int[] loads;

  /** By number, the least recently used one first. */
  private final Map<Integer, AnswerFile> open = new LinkedHashMap<>(16, 0.75f, true);

  AnswerFiles(List<Path> paths) {
    this.paths = List.copyOf(paths);
    this.loads = new int[paths.size()];
  }

  /** Walks a file from its beginning to its end. */
  void walk(int number, AnswerFile.Visitor visitor) throws IOException {
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
    AnswerFile file = load(number, loads[number]++ < MOST_LOADS);
    open.put(number, file);
    return file;
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
