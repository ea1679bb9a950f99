package org.batchdrop.job;

import java.util.Optional;

/**
 * What a person said about the rows of one job, beside what its pipeline says.
 *
 * @param rows in place of the pipeline's; empty: those of the pipeline
 * @param limit how many of them at most, from 1; empty: all
 */
public record RowOrder(Optional<RowSelection> rows, Optional<Long> limit) {

  /** Nothing was said. */
  public static final RowOrder NONE = new RowOrder(Optional.empty(), Optional.empty());

  /** The rows of the job. */
  public RowSelection applyTo(RowSelection ofPipeline) {
    RowSelection chosen = rows.orElse(ofPipeline);
    return limit.map(chosen::limitedTo).orElse(chosen);
  }

  /** Two lines that {@link #read} understands. */
  public String toText() {
    return "rows="
        + rows.map(RowSelection::toString).orElse("")
        + "\nlimit="
        + limit.map(String::valueOf).orElse("")
        + "\n";
  }

  /**
   * Reads what {@link #toText} has written.
   *
   * @return empty when the text is nothing of that kind, or cut short
   */
  public static Optional<RowOrder> read(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length != 3 || !lines[0].startsWith("rows=") || !lines[1].startsWith("limit=")) {
      return Optional.empty();
    }
    String rows = lines[0].substring(5);
    String limit = lines[1].substring(6);
    Optional<RowSelection> parsed = RowSelection.parse(rows);
    if ((parsed.isEmpty() && !rows.isEmpty()) || !limit.matches("([1-9][0-9]{0,17})?")) {
      return Optional.empty();
    }
    Optional<Long> most = limit.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(limit));
    return Optional.of(new RowOrder(parsed, most));
  }
}
