package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchdrop.input.CsvReader;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;
import org.batchdrop.result.MergeRefused.Fault;

/** The rows of a table that results are merged into. */
final class MergeRows {

  private static final int MOST_ROWS = Integer.MAX_VALUE - 16;

  private MergeRows() {}

  /**
   * Counts the rows of a table, which shows that it can be read to its end.
   *
   * @throws MergeRefused when there are more than can be indexed
   */
  static int count(Path table, Optional<Character> delimiter, StopCheck stop)
      throws IOException, InputRejected, MergeRefused {
    try (CsvReader reader = CsvReader.open(table, delimiter, stop, CsvReader.MOST_RECORD_BYTES)) {
      while (reader.next()) {
        if (reader.row() > MOST_ROWS) {
          throw new MergeRefused(Fault.FILE, table + ": more than " + MOST_ROWS + " rows");
        }
      }
      return (int) reader.row();
    }
  }

  /** The columns' names. */
  static List<String> names(Path table, Optional<Character> delimiter)
      throws IOException, InputRejected {
    try (CsvReader reader = CsvReader.open(table, delimiter)) {
      return reader.header().names();
    }
  }

  /** Half as much again. */
  static int room(int size) throws MergeRefused {
    if (size >= MOST_ROWS / 2) {
      throw new MergeRefused(Fault.FILE, "more than " + MOST_ROWS / 2 + " rows");
    }
    return size + size / 2;
  }
}
