package org.batchdrop.security;

import java.nio.file.Path;
import java.util.List;
import org.batchdrop.config.InputFormat;
import org.batchdrop.input.SourceReader;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;

/** Reads a dropped source as a job would, and prints how many rows it has or why it has none. */
final class SourceMain {

  private SourceMain() {}

  public static void main(String[] arguments) throws Exception {
    JobFolder folder = new JobFolder(Path.of(arguments[0]));
    InputFormat.Source every = new InputFormat.Source(List.of(), List.of(), 1 << 20);
    try (SourceReader reader =
        SourceReader.open(folder, Path.of(arguments[1]), every, StopCheck.NEVER)) {
      long rows = 0;
      while (reader.next()) {
        rows++;
      }
      System.out.println("rows: " + rows);
    } catch (InputRejected e) {
      System.out.println(e.problems().get(0).code() + ": " + e.getMessage());
    }
  }
}
