package org.batchdrop.result;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON scalars as bytes: where they end, whether they are valid, and what they say. Every bound is
 * {@code [from, to)}; nothing is read outside it. A negative result means that the scalar is not
 * valid JSON, or not valid UTF-8.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
final class JsonBytes {

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final int BROKEN = -1;

  private JsonBytes() {}

  /**
   * Finds the end of a string.
   *
   * @param from the first byte after the opening quote
   * @return the position after the closing quote
   */
  static int stringEnd(byte[] bytes, int from, int to) {
    int p = from;
    while (p + Long.BYTES <= to) {
      long word = (long) EIGHT.get(bytes, p);
      // A byte above a true hit may be reported falsely, the lowest one never is: only that is
      // used.
      long quote = word ^ ('"' * ONES);
      long backslash = word ^ ('\\' * ONES);
      long hit =
          (((quote - ONES) & ~quote)
                  | ((backslash - ONES) & ~backslash)
                  | ((word - 0x20 * ONES) & ~word)
                  | word)
              & HIGHS;
      if (hit == 0) {
        p += Long.BYTES;
        continue;
      }
      p += Long.numberOfTrailingZeros(hit) >>> 3;
      if (bytes[p] == '"') {
        return p + 1;
      }
      p = afterSpecial(bytes, p, to);
      if (p < 0) {
        return BROKEN;
      }
    }
    return stringEndSlowly(bytes, p, to);
  }

  private static int stringEndSlowly(byte[] bytes, int from, int to) {
    int p = from;
    while (p < to) {
      byte c = bytes[p];
      if (c == '"') {
        return p + 1;
      }
      p = c >= ' ' && c != '\\' ? p + 1 : afterSpecial(bytes, p, to);
      if (p < 0) {
        return BROKEN;
      }
    }
    return BROKEN;
  }

  /** Steps over an escape or over a run of characters beyond ASCII. */
  private static int afterSpecial(byte[] bytes, int at, int to) {
    byte c = bytes[at];
    if (c == '\\') {
      return afterEscape(bytes, at, to);
    }
    if (c >= 0) {
      return BROKEN;
    }
    int p = at;
    while (p < to && bytes[p] < 0) {
      int length = characterLength(bytes, p, to);
      if (length < 0) {
        return BROKEN;
      }
      p += length;
    }
    return p;
  }

  private static int afterEscape(byte[] bytes, int at, int to) {
    if (at + 1 >= to) {
      return BROKEN;
    }
    return switch (bytes[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
      case 'u' -> at + 6 <= to && hex(bytes, at + 2) >= 0 ? at + 6 : BROKEN;
      default -> BROKEN;
    };
  }

  /** Four hexadecimal digits as a number; negative when they are none. */
  private static int hex(byte[] bytes, int at) {
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = bytes[i] < 0 ? -1 : Character.digit(bytes[i], 16);
      if (digit < 0) {
        return BROKEN;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** The length of the UTF-8 sequence that begins with a byte beyond ASCII. */
  private static int characterLength(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xFF;
    int length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > to) {
      return BROKEN;
    }
    int second = bytes[at + 1] & 0xFF;
    // Overlong forms, surrogates and code points beyond U+10FFFF differ in the second byte only.
    int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) {
      return BROKEN;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return BROKEN;
      }
    }
    return length;
  }

  /** The position after the number that begins at {@code from}. */
  static int numberEnd(byte[] bytes, int from, int to) {
    int p = from < to && bytes[from] == '-' ? from + 1 : from;
    int digits = afterDigits(bytes, p, to);
    if (digits == p || (bytes[p] == '0' && digits > p + 1)) {
      return BROKEN;
    }
    p = digits;
    if (p < to && bytes[p] == '.') {
      digits = afterDigits(bytes, p + 1, to);
      if (digits == p + 1) {
        return BROKEN;
      }
      p = digits;
    }
    if (p < to && (bytes[p] | 0x20) == 'e') {
      p++;
      if (p < to && (bytes[p] == '+' || bytes[p] == '-')) {
        p++;
      }
      digits = afterDigits(bytes, p, to);
      return digits == p ? BROKEN : digits;
    }
    return p;
  }

  private static int afterDigits(byte[] bytes, int from, int to) {
    int p = from;
    while (p < to && bytes[p] >= '0' && bytes[p] <= '9') {
      p++;
    }
    return p;
  }

  /** The position after {@code true}, {@code false} or {@code null}. */
  static int wordEnd(byte[] bytes, int from, int to) {
    if (from >= to) {
      return BROKEN;
    }
    String word =
        switch (bytes[from]) {
          case 't' -> "true";
          case 'f' -> "false";
          default -> "null";
        };
    return matches(bytes, from, to, word) ? from + word.length() : BROKEN;
  }

  /** Tells whether the bytes from {@code from} on begin with an ASCII word. */
  static boolean matches(byte[] bytes, int from, int to, String word) {
    if (to - from < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The first position at or after {@code from} that is not JSON white space. */
  static int afterSpace(byte[] bytes, int from, int to) {
    int p = from;
    while (p < to
        && bytes[p] <= ' '
        && (bytes[p] == ' ' || bytes[p] == '\n' || bytes[p] == '\r' || bytes[p] == '\t')) {
      p++;
    }
    return p;
  }

  /** The end of what is left when the white space at the end is taken away. */
  static int beforeSpace(byte[] bytes, int from, int to) {
    int p = to;
    while (p > from
        && (bytes[p - 1] == ' '
            || bytes[p - 1] == '\n'
            || bytes[p - 1] == '\r'
            || bytes[p - 1] == '\t')) {
      p--;
    }
    return p;
  }

  /**
   * Appends what a valid string says, as UTF-8. A lone surrogate becomes U+FFFD.
   *
   * @param from the first byte after the opening quote
   * @param to the position of the closing quote
   */
  static void unescape(byte[] bytes, int from, int to, Scratch out) {
    int copied = from;
    int p = from;
    while (p < to) {
      p = indexOf(bytes, p, to, (byte) '\\');
      if (p == to) {
        break;
      }
      out.put(bytes, copied, p);
      byte kind = bytes[p + 1];
      p += 2;
      if (kind == 'u') {
        p = putCodePoint(bytes, p, to, out);
      } else {
        out.put(plain(kind));
      }
      copied = p;
    }
    out.put(bytes, copied, to);
  }

  private static int putCodePoint(byte[] bytes, int at, int to, Scratch out) {
    int unit = hex(bytes, at);
    int after = at + 4;
    boolean pair =
        Character.isHighSurrogate((char) unit)
            && after + 6 <= to
            && bytes[after] == '\\'
            && bytes[after + 1] == 'u'
            && Character.isLowSurrogate((char) hex(bytes, after + 2));
    if (pair) {
      out.putCodePoint(Character.toCodePoint((char) unit, (char) hex(bytes, after + 2)));
      return after + 6;
    }
    out.putCodePoint(Character.isSurrogate((char) unit) ? 0xFFFD : unit);
    return after;
  }

  private static byte plain(byte kind) {
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> kind;
    };
  }

  /** The text of a valid string, quotes included in the bounds. */
  static String text(byte[] bytes, int from, int to) {
    Scratch out = new Scratch(to - from);
    unescape(bytes, from + 1, to - 1, out);
    return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
  }

  /** The first position at or after {@code from} that holds a byte; {@code to} when none does. */
  static int indexOf(byte[] bytes, int from, int to, byte wanted) {
    int p = from;
    for (; p + Long.BYTES <= to; p += Long.BYTES) {
      long other = (long) EIGHT.get(bytes, p) ^ ((wanted & 0xFF) * ONES);
      long hit = (other - ONES) & ~other & HIGHS;
      if (hit != 0) {
        return p + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
    }
    while (p < to && bytes[p] != wanted) {
      p++;
    }
    return p;
  }

  /**
   * The first position at or after {@code from} that holds one of four bytes; {@code to} when none
   * does.
   *
   * @param four each of them repeated in all eight bytes, as {@link #everywhere} makes it
   */
  static int indexOfAny(byte[] bytes, int from, int to, long[] four) {
    int p = from;
    for (; p + Long.BYTES <= to; p += Long.BYTES) {
      long word = (long) EIGHT.get(bytes, p);
      long a = word ^ four[0];
      long b = word ^ four[1];
      long c = word ^ four[2];
      long d = word ^ four[3];
      long hit =
          (((a - ONES) & ~a) | ((b - ONES) & ~b) | ((c - ONES) & ~c) | ((d - ONES) & ~d)) & HIGHS;
      if (hit != 0) {
        return p + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
    }
    while (p < to && !isAny(bytes[p], four)) {
      p++;
    }
    return p;
  }

  private static boolean isAny(byte value, long[] four) {
    for (long one : four) {
      if ((byte) one == value) {
        return true;
      }
    }
    return false;
  }

  /** A byte in all eight bytes. */
  static long everywhere(int value) {
    return (value & 0xFF) * ONES;
  }

  /** Tells whether a byte occurs. */
  static boolean contains(byte[] bytes, int from, int to, byte wanted) {
    return indexOf(bytes, from, to, wanted) < to;
  }

  /** Tells whether a raw string content, which may hold escapes, says exactly {@code text}. */
  static boolean says(byte[] bytes, int from, int to, byte[] text) {
    if (!contains(bytes, from, to, (byte) '\\')) {
      return Arrays.equals(bytes, from, to, text, 0, text.length);
    }
    Scratch out = new Scratch(to - from);
    unescape(bytes, from, to, out);
    return Arrays.equals(out.array(), 0, out.size(), text, 0, text.length);
  }
}
