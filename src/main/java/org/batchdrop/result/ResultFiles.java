package org.batchdrop.result;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.result.MergeRefused.Fault;

/** The files that an argument of a command means. */
final class ResultFiles {

  private ResultFiles() {}

  /**
   * A file itself, or {@code output.jsonl} and {@code errors.jsonl} of a job's folder in the
   * outbox.
   *
   * @throws MergeRefused when there is nothing to read
   */
  static List<Path> of(Path path) throws MergeRefused {
    if (!Files.isDirectory(path)) {
      if (!Files.isReadable(path) || !Files.isRegularFile(path)) {
        throw new MergeRefused(Fault.FILE, path + ": can't be read; expected a file of results");
      }
      return List.of(path);
    }
    List<Path> files = new ArrayList<>();
    for (String name : List.of("output.jsonl", "errors.jsonl")) {
      Path file = path.resolve(name);
      if (Files.isReadable(file)) {
        files.add(file);
      }
    }
    if (files.isEmpty()) {
      throw new MergeRefused(
          Fault.FILE,
          path + ": has neither output.jsonl nor errors.jsonl; expected a job's folder");
    }
    return files;
  }
}
