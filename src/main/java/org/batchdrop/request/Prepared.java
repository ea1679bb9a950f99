package org.batchdrop.request;

import java.util.List;

/**
 * What an input became.
 *
 * @param rows how many rows it has
 * @param unsent how many of them have no request line; they are listed in the job's unsent rows
 * @param destreamed how many ready-made lines had a {@code stream} or {@code stream_options}, which
 *     is not sent
 * @param parts at least one, ascending by number
 */
public record Prepared(long rows, long unsent, long destreamed, List<PreparedPart> parts) {
  /** Keeps its own copy. */
  public Prepared {
    parts = List.copyOf(parts);
  }

  /** What no ready-made line was. */
  public Prepared(long rows, long unsent, List<PreparedPart> parts) {
    this(rows, unsent, 0, parts);
  }
}
