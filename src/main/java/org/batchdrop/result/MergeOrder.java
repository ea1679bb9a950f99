package org.batchdrop.result;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Results that shall be merged into a table, wherever they were bought.
 *
 * @param results output and error files in any order, or folders of the outbox
 * @param original the table
 * @param target the file to be made
 * @param overwrite whether {@code target} may be there already
 * @param columns result column to place, as {@code result.columns} of a pipeline
 * @param ids how ids find their rows
 * @param delimiter of the table; empty: found from its header line
 * @param charset of the table; empty: UTF-8, or UTF-16 where a byte order mark says so
 * @param csvSafe whether a spreadsheet is kept from taking an answer for a formula
 */
public record MergeOrder(
    List<Path> results,
    Path original,
    Path target,
    boolean overwrite,
    Map<String, String> columns,
    IdScheme ids,
    Optional<Character> delimiter,
    Optional<String> charset,
    boolean csvSafe) {

  /** Keeps its own copies, the order of columns included. */
  public MergeOrder {
    results = List.copyOf(results);
    columns = new LinkedHashMap<>(columns);
  }
}
