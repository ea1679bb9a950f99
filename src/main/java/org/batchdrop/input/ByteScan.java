package org.batchdrop.input;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds bytes eight at a time. */
public final class ByteScan {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long SPACES = ONES * ' ';

  private ByteScan() {}

  /** The first index in {@code [from, limit)} that holds {@code wanted}, else {@code limit}. */
  public static int indexOf(byte[] bytes, int from, int limit, byte wanted) {
    long pattern = ONES * (wanted & 0xFF);
    int p = from;
    for (int last = limit - 8; p <= last; p += 8) {
      long x = (long) LONG.get(bytes, p) ^ pattern;
      long found = (x - ONES) & ~x & HIGHS;
      if (found != 0) {
        return p + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (p < limit && bytes[p] != wanted) {
      p++;
    }
    return p;
  }

  /** A byte eight times over. */
  static long pattern(byte each) {
    return ONES * (each & 0xFF);
  }

  /**
   * Steps over bytes that can't end an unquoted field, up to the array's last eight.
   *
   * @param delimiters the pattern of the delimiter
   * @return the first index, from {@code from}, that holds the delimiter, a quote, or a control
   *     character, or from where fewer than eight bytes are left
   */
  static int skipPlain(byte[] bytes, int from, long delimiters) {
    int p = from;
    for (int last = bytes.length - 8; p <= last; p += 8) {
      long x = (long) LONG.get(bytes, p);
      long delimiter = x ^ delimiters;
      long quote = x ^ QUOTES;
      long control = (x - SPACES) & ~x;
      long found =
          (((delimiter - ONES) & ~delimiter) | ((quote - ONES) & ~quote) | control) & HIGHS;
      if (found != 0) {
        return p + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    return p;
  }

  /** How often {@code wanted} stands in {@code [from, limit)}. */
  public static int count(byte[] bytes, int from, int limit, byte wanted) {
    long pattern = ONES * (wanted & 0xFF);
    int count = 0;
    int p = from;
    for (int last = limit - 8; p <= last; p += 8) {
      long x = (long) LONG.get(bytes, p) ^ pattern;
      // Exact for each byte, unlike the shorter test above, whose higher bits may be false.
      long nonZero = ((x & ~HIGHS) + ~HIGHS) | x;
      count += Long.bitCount(~nonZero & HIGHS);
    }
    for (; p < limit; p++) {
      if (bytes[p] == wanted) {
        count++;
      }
    }
    return count;
  }
}
