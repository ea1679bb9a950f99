package org.batchdrop.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;

/**
 * Keeps a file that the native parser dies of from being parsed for ever: its path is written down
 * before and the log is removed after; what a process died twice of is not parsed a third time.
 */
final class ParseLog {

  private static final int MOST_DEATHS = 2;

  private final Path file;
  private final List<String> died;

  private ParseLog(Path file, List<String> died) {
    this.file = file;
    this.died = died;
  }

  static ParseLog open(Path file) throws IOException {
    return new ParseLog(file, Files.exists(file) ? Files.readAllLines(file) : List.of());
  }

  /** Whether this file may be parsed. */
  boolean allows(String path) {
    return Collections.frequency(died, line(path)) < MOST_DEATHS;
  }

  /** To be called before a file is parsed. */
  void begin(String path) throws IOException {
    Files.write(file, died);
    Files.writeString(file, line(path) + "\n", StandardOpenOption.APPEND);
  }

  /** To be called when no file is being parsed any more. */
  void end() throws IOException {
    if (died.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      Files.write(file, died);
    }
  }

  private static String line(String path) {
    return path.replaceAll("[\\r\\n]", "?");
  }
}
