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

  /** What one row of a source is. */
  enum Split {
    /** A file. */
    FILE,
    /** A function, struct, union, enum or type, or what stands between them in one file. */
    FUNCTION,
    /** Several files together. */
    AGGREGATE
  }

  /**
   * A source file, a folder or an archive (zip, tar.gz, tgz).
   *
   * @param include globs on the path inside the input, {@code /} as separator; empty: everything
   * @param exclude globs that are left out even when included
   * @param maxFileBytes a longer file becomes a failed row
   * @param split what one row is
   * @param aggregateTokens how many estimated tokens of files one row of {@link Split#AGGREGATE}
   *     has at most, unless a single file has more
   */
  record Source(
      List<String> include,
      List<String> exclude,
      long maxFileBytes,
      Split split,
      int aggregateTokens)
      implements InputFormat {

    /** The tokens of one row when a pipeline does not say. */
    public static final int DEFAULT_AGGREGATE_TOKENS = 2000;

    public Source {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
    }

    /** One row a file. */
    public Source(List<String> include, List<String> exclude, long maxFileBytes) {
      this(include, exclude, maxFileBytes, Split.FILE, DEFAULT_AGGREGATE_TOKENS);
    }
  }
}
