package org.batchdrop.request;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.batchdrop.input.Utf8;

/**
 * Writes UTF-8 text as the inside of a JSON string, from bytes to bytes: quote, backslash and
 * control characters escaped, the short escapes where JSON has them, everything else as it is. The
 * text is checked for valid UTF-8 on the way.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259#section-7">RFC 8259 section 7</a>
 */
final class JsonEscape {

  /** The most bytes that one byte of text can become. */
  static final int MOST_GROWTH = 6;

  /** Returned instead of a length when the text is not valid UTF-8. */
  static final int INVALID = -1;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';

  /** How many bytes an ASCII byte becomes; 0 for a byte that begins a longer sequence. */
  private static final byte[] LENGTHS = new byte[256];

  /** The escape of an ASCII byte, its first byte lowest; longer ones begin with {@code \\u00}. */
  private static final long[] ESCAPES = new long[256];

  static {
    for (int c = 0; c < 128; c++) {
      String escape =
          switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            default -> c < ' ' ? String.format("\\u%04x", c) : String.valueOf((char) c);
          };
      byte[] ascii = escape.getBytes(StandardCharsets.US_ASCII);
      LENGTHS[c] = (byte) ascii.length;
      for (int i = 0; i < ascii.length; i++) {
        ESCAPES[c] |= (long) ascii[i] << (8 * i);
      }
    }
  }

  private JsonEscape() {}

  /**
   * Writes {@code [from, to)} escaped.
   *
   * @param doubled true when each quote in the text is written twice and stands for one
   * @param out has room for {@link #MOST_GROWTH} times the text and {@link LineBuffer#SLACK}
   * @param at where to write
   * @return where the written ends, or {@link #INVALID}
   */
  // One loop over the bytes, kept whole: it is the hottest of the program. Eight bytes are stored
  // before it is known that they need no escape; the slack and what follows overwrite the rest.
  static int write(byte[] in, int from, int to, boolean doubled, byte[] out, int at) {
    int p = from;
    int o = at;
    final int wide = in.length - 8;
    while (p < to) {
      if (p <= wide) {
        long x = (long) LONG.get(in, p);
        LONG.set(out, o, x);
        int clean = Math.min(Long.numberOfTrailingZeros(special(x)) >>> 3, to - p);
        p += clean;
        o += clean;
        if (clean == 8) {
          continue;
        }
        if (p == to) {
          break;
        }
      }
      int c = in[p];
      if (c >= 0) {
        LONG.set(out, o, ESCAPES[c]);
        o += LENGTHS[c];
        p += doubled && c == '"' ? 2 : 1;
      } else {
        do {
          int length = Utf8.sequence(in, p, to);
          if (length == 0) {
            return INVALID;
          }
          out[o] = in[p];
          out[o + 1] = in[p + 1];
          if (length > 2) {
            out[o + 2] = in[p + 2];
            if (length > 3) {
              out[o + 3] = in[p + 3];
            }
          }
          p += length;
          o += length;
        } while (p < to && in[p] < 0);
      }
    }
    return o;
  }

  /**
   * How long {@link #write} would make a text.
   *
   * @return in bytes; malformed bytes count as one each
   */
  static long length(byte[] in, int from, int to, boolean doubled) {
    long length = 0;
    int p = from;
    while (p < to) {
      int c = in[p];
      length += c < 0 ? 1 : LENGTHS[c];
      p += doubled && c == '"' ? 2 : 1;
    }
    return length;
  }

  /** Marks the lowest byte that can't stand as it is; higher marks may be false. */
  private static long special(long x) {
    long quote = x ^ QUOTES;
    long backslash = x ^ BACKSLASHES;
    long control = x - ONES * ' ';
    long found = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | control | x;
    return found & HIGHS;
  }
}
