package org.batchdrop.sandbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How lines of a result file are damaged; the same lines each time.
 *
 * @param file {@code output}, {@code errors} or {@code both}
 * @param kind what is done
 * @param at numbers of the lines, from 1; negative ones count from the end
 * @param share when present, a share of the lines, 0 to 1, instead of {@code at}
 * @param seed seed of the choice
 */
record LineDamage(String file, Kind kind, List<Integer> at, @Nullable Double share, long seed) {

  /** What is done to a chosen line, or to the whole file. */
  enum Kind {
    /** The line is left out. */
    LEAVE_OUT,
    /** The line comes twice. */
    REPEAT,
    /** The line comes again with another answer. */
    CONFLICT,
    /** A line with a custom_id that nobody sent comes before it. */
    ALIEN,
    /** The line has no custom_id. */
    NO_ID,
    /** The line is not JSON. */
    INVALID_JSON,
    /** The body of the response is a text that holds JSON. */
    BODY_TEXT,
    /** The status_code is 0. */
    STATUS_ZERO,
    /** There is no status_code. */
    NO_STATUS,
    /** The status_code is 200, and the body is an error. */
    ERROR_BODY,
    /** The error is a plain text. */
    ERROR_TEXT,
    /** There is no response. */
    NO_RESPONSE,
    /** A NUL byte stands before the line. */
    NUL,
    /** The line has a byte that is not UTF-8. */
    BAD_UTF8,
    /** A blank line comes before it. */
    BLANK,
    /** The last line is cut in half; whole file. */
    CUT_LAST,
    /** The file begins with a byte order mark; whole file. */
    BOM,
    /** Lines end with CR LF; whole file. */
    CRLF,
    /** Error lines stand in the output file, and there is no error file; whole file. */
    MIXED;

    /** Tells whether it changes the file as a whole. */
    boolean ofWholeFile() {
      return this == CUT_LAST || this == BOM || this == CRLF || this == MIXED;
    }
  }

  /** Tells whether it is meant for the output file, or else for the error file. */
  boolean isFor(boolean output) {
    return file.equals("both") || file.equals(output ? "output" : "errors");
  }

  /** Tells whether it hits a line. */
  boolean hits(int line, int lines) {
    if (kind.ofWholeFile()) {
      return false;
    }
    if (share != null) {
      return Fingerprint.share(Fingerprint.spread(Fingerprint.spread(seed) + line)) < share;
    }
    // 0 lines: nobody counted them, as no place counts from the end.
    return at.contains(line) || (lines > 0 && at.contains(line - lines - 1));
  }
}
