package org.batchdrop.input;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a split source.
 *
 * @param units what it asks about, at least one
 * @param marks how many {@code =} the marker lines have; 0 when there are none
 * @param problem why it can't be sent; null when it can
 */
record PlannedRow(List<SourceUnit> units, int marks, @Nullable RowProblem problem) {

  PlannedRow {
    units = List.copyOf(units);
  }

  static PlannedRow of(SourceUnit unit) {
    return new PlannedRow(List.of(unit), 0, null);
  }

  static PlannedRow failed(String path, RowProblem problem) {
    return new PlannedRow(List.of(SourceUnit.wholeFile(path, 0)), 0, problem);
  }
}
