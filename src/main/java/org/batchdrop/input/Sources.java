package org.batchdrop.input;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;

/** The rows of a dropped source, as a pipeline splits it. */
public final class Sources {

  private Sources() {}

  /** The fields that the rows have. */
  public static List<String> fieldNames(InputFormat.Source source) {
    return switch (source.split()) {
      case FILE -> SourceReader.FIELDS;
      case FUNCTION -> SplitRows.UNIT_FIELDS;
      case AGGREGATE -> SplitRows.GROUP_FIELDS;
    };
  }

  /**
   * Opens the rows, to make requests of them. How a source is split is decided here, once, and
   * written down as {@link JobFolder#units}.
   *
   * @throws InputRejected with the code {@code parser_unavailable} when units can't be found on
   *     this machine, and as {@link SourceReader#open}
   * @throws IOException when reading or writing fails, or the work shall stop
   */
  public static RowReader rows(
      JobFolder folder, Path input, InputFormat.Source source, StopCheck stop)
      throws IOException, InputRejected {
    if (source.split() == InputFormat.Split.FILE) {
      return SourceReader.open(folder, input, source, stop);
    }
    SourceFiles files = SourceFiles.open(folder, input, source, stop, ArchiveLimits.DEFAULT);
    if (Tree.look(folder.units()).isEmpty()) {
      Planner.write(folder, files, source, stop);
    }
    return new SplitRows(files, new UnitPlan.Reader(folder.units()), source.split(), stop);
  }

  /**
   * Walks through the same rows again to say what each is about; the files are not read.
   *
   * @throws InputRejected as {@link SourceReader#open}
   * @throws IOException when reading fails, or the work shall stop
   */
  public static SourcePlaces places(
      JobFolder folder, Path input, InputFormat.Source source, StopCheck stop)
      throws IOException, InputRejected {
    return source.split() == InputFormat.Split.FILE
        ? new SourcePlaces(
            SourceFiles.open(folder, input, source, stop, ArchiveLimits.DEFAULT).paths())
        : new SourcePlaces(new UnitPlan.Reader(folder.units()));
  }

  static String location(PlannedRow row) {
    SourcePiece first = row.units().get(0).piece();
    int more = row.units().size() - 1;
    return first.place() + (more == 0 ? "" : " and " + more + " more");
  }
}
