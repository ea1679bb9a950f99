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
