package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.job.JobFolder;

/** Finds what was dropped. */
final class InputEntry {

  private InputEntry() {}

  /**
   * The one entry of the job's input folder.
   *
   * @throws IOException when there is none, or more than one
   */
  static Path of(JobFolder folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder.input())) {
      stream.forEach(entries::add);
    }
    if (entries.size() != 1) {
      throw new IOException(
          folder.input() + ": " + entries.size() + " entries; expected what was dropped, alone");
    }
    return entries.get(0);
  }
}
