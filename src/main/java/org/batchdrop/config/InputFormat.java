package org.batchdrop.config;

import java.util.List;
import java.util.Optional;

/** How the bytes of a dropped input become rows. */
public sealed interface InputFormat {

  /**
   * A table with a header line.
   *
   * @param delimiter one of {@code , ; tab |}; empty: found from the header line
   * @param charset a charset name as Java knows it; empty: UTF-8 unless a byte order mark says
   *     UTF-16
   */
  record Csv(Optional<Character> delimiter, Optional<String> charset) implements InputFormat {}

  /** One JSON object a line; its top-level members are the row's fields. */
  record JsonLines() implements InputFormat {}

  /** Ready-made Batch API lines, sent as they are. */
  record Requests() implements InputFormat {}

  /**
   * A source file, a folder or an archive (zip, tar.gz, tgz); one row a file, with the fields
   * {@code path name extension language content}.
   *
   * @param include globs on the path inside the input, {@code /} as separator; empty: everything
   * @param exclude globs that are left out even when included
   * @param maxFileBytes a longer file becomes a failed row
   */
  record Source(List<String> include, List<String> exclude, long maxFileBytes)
      implements InputFormat {
    public Source {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
    }
  }
}
