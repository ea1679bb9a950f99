package org.batchdrop.result;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/** How a {@code custom_id} that somebody else may have made names a row of a table. */
public sealed interface IdScheme {

  /**
   * By the number at its end, as {@code request-7}; all ids share what stands before it.
   *
   * @param firstRow the number of the first row, 0 or 1; empty: found from the ids
   */
  record Trailing(OptionalInt firstRow) implements IdScheme {}

  /**
   * By the number that a pattern's one group finds.
   *
   * @param pattern of a whole id, with exactly one group, for the digits
   * @param firstRow the number of the first row, 0 or 1; empty: found from the ids
   */
  record Matching(Pattern pattern, OptionalInt firstRow) implements IdScheme {

    /**
     * @throws IllegalArgumentException when the pattern does not have exactly one group
     */
    public Matching {
      int groups = pattern.matcher("").groupCount();
      if (groups != 1) {
        throw new IllegalArgumentException(
            "the pattern '"
                + pattern
                + "' has "
                + groups
                + " groups; expected one, for the number, as in row-(\\d+)");
      }
    }
  }

  /**
   * By a column of the table that holds the id.
   *
   * @param name the column's
   */
  record Column(String name) implements IdScheme {}
}
