package org.batchdrop.request;

import java.util.List;

/**
 * What an input became.
 *
 * @param rows how many rows it has
 * @param unsent how many of them have no request line; they are listed in the job's unsent rows
 * @param parts at least one, ascending by number
 */
public record Prepared(long rows, long unsent, List<PreparedPart> parts) {
  /** Keeps its own copy. */
  public Prepared {
    parts = List.copyOf(parts);
  }
}
