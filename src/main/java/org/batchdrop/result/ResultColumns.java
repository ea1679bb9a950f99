package org.batchdrop.result;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The columns that results add to a table. */
public final class ResultColumns {

  /** The last column: {@code code: message} of a row without an answer, else empty. */
  public static final String ERROR = "batchdrop_error";

  private ResultColumns() {}

  /**
   * Finds result columns that can't be added to a table. To be asked before anything is sent.
   *
   * @param header the table's columns
   * @param columns the result columns of the pipeline
   * @return the names that the table has already, {@value #ERROR} among them; in order, empty when
   *     all is well
   */
  public static List<String> collisions(Collection<String> header, Collection<String> columns) {
    List<String> taken = new ArrayList<>();
    for (String column : columns) {
      if (header.contains(column) || column.equals(ERROR)) {
        taken.add(column);
      }
    }
    if (header.contains(ERROR)) {
      taken.add(ERROR);
    }
    return taken;
  }
}
