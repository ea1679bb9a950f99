package org.batchdrop.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Writes texts as fields of one table: quoted exactly when they hold the delimiter, a quote, CR or
 * LF. The single place through which text that is not the input's own enters a table.
 *
 * <p>Against spreadsheets that take a text for a formula, a text that begins (behind spaces and
 * byte order marks) with {@code = + - @}, one of their full-width forms, TAB, CR, LF or NUL gets an
 * apostrophe before it, unless it is a plain number.
 *
 * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">CSV injection</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class CsvCells {

  private static final int LONGEST_NUMBER = 40;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?%?");

  private final OutputFile out;
  private final boolean guarded;
  private final long[] quoted;
  private byte[] prefixed = new byte[256];

  /**
   * @param guarded whether {@link #putText} guards against formulas
   */
  CsvCells(OutputFile out, char delimiter, boolean guarded) {
    this.out = out;
    this.guarded = guarded;
    this.quoted =
        new long[] {
          JsonBytes.everywhere(delimiter),
          JsonBytes.everywhere('"'),
          JsonBytes.everywhere('\r'),
          JsonBytes.everywhere('\n')
        };
  }

  /** Writes a word of ours as it is. */
  void put(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(bytes, 0, bytes.length);
  }

  /** Writes a text that somebody else made up. */
  void putText(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    putText(bytes, 0, bytes.length);
  }

  /** Writes a text that somebody else made up. */
  void putText(byte[] bytes, int from, int to) throws IOException {
    if (!guarded || from == to || !leads(bytes, from, to) || isNumber(bytes, from, to)) {
      put(bytes, from, to);
      return;
    }
    if (prefixed.length <= to - from) {
      prefixed = new byte[to - from + 256];
    }
    prefixed[0] = '\'';
    System.arraycopy(bytes, from, prefixed, 1, to - from);
    put(prefixed, 0, to - from + 1);
  }

  private static boolean leads(byte[] bytes, int from, int to) {
    int p = from;
    while (p < to && (bytes[p] == ' ' || isMark(bytes, p, to))) {
      p += bytes[p] == ' ' ? 1 : 3;
    }
    if (p == to) {
      return false;
    }
    return switch (bytes[p]) {
      case '=', '+', '-', '@', '\t', '\r', '\n', 0 -> true;
      case (byte) 0xEF -> isFullWidth(bytes, p, to);
      default -> false;
    };
  }

  private static boolean isMark(byte[] bytes, int p, int to) {
    return to - p >= 3
        && bytes[p] == (byte) 0xEF
        && bytes[p + 1] == (byte) 0xBB
        && bytes[p + 2] == (byte) 0xBF;
  }

  /** U+FF0B, U+FF0D, U+FF1D and U+FF20, and their small forms U+FE62, U+FE63, U+FE66 and U+FE6B. */
  private static boolean isFullWidth(byte[] bytes, int p, int to) {
    if (to - p < 3) {
      return false;
    }
    int last = ((bytes[p + 1] & 0xFF) << 8) | (bytes[p + 2] & 0xFF);
    return switch (last) {
      case 0xBC8B, 0xBC8D, 0xBC9D, 0xBCA0, 0xB9A2, 0xB9A3, 0xB9A6, 0xB9AB -> true;
      default -> false;
    };
  }

  private static boolean isNumber(byte[] bytes, int from, int to) {
    return to - from <= LONGEST_NUMBER
        && NUMBER
            .matcher(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1))
            .matches();
  }

  void put(byte[] bytes, int from, int to) throws IOException {
    int p = JsonBytes.indexOfAny(bytes, from, to, quoted);
    if (p == to) {
      out.put(bytes, from, to);
      return;
    }
    out.put('"');
    int copied = from;
    p = JsonBytes.indexOf(bytes, p, to, (byte) '"');
    while (p < to) {
      out.put(bytes, copied, p + 1);
      copied = p;
      p = JsonBytes.indexOf(bytes, p + 1, to, (byte) '"');
    }
    out.put(bytes, copied, to);
    out.put('"');
  }
}
