package org.batchdrop.input;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3629">RFC 3629</a>
 */
public final class Utf8 {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Utf8() {}

  /** Tells whether {@code [from, to)} is valid UTF-8. */
  public static boolean isValid(byte[] bytes, int from, int to) {
    int p = from;
    while (p < to) {
      if (p <= to - 8 && ((long) LONG.get(bytes, p) & 0x8080808080808080L) == 0) {
        p += 8;
      } else if (bytes[p] >= 0) {
        p++;
      } else {
        int length = sequence(bytes, p, to);
        if (length == 0) {
          return false;
        }
        p += length;
      }
    }
    return true;
  }

  /**
   * The length of the multi-byte sequence that begins at {@code p}.
   *
   * @return 2 to 4, or 0 when the bytes there are malformed or end too early
   */
  public static int sequence(byte[] b, int p, int to) {
    int lead = b[p] & 0xFF;
    if (lead < 0xE0) {
      return lead >= 0xC2 && p + 1 < to && isTail(b[p + 1]) ? 2 : 0;
    }
    if (lead < 0xF0) {
      if (p + 2 >= to || !isTail(b[p + 1]) || !isTail(b[p + 2])) {
        return 0;
      }
      int second = b[p + 1] & 0xFF;
      boolean overlong = lead == 0xE0 && second < 0xA0;
      boolean surrogate = lead == 0xED && second > 0x9F;
      return overlong || surrogate ? 0 : 3;
    }
    if (lead > 0xF4 || p + 3 >= to) {
      return 0;
    }
    if (!isTail(b[p + 1]) || !isTail(b[p + 2]) || !isTail(b[p + 3])) {
      return 0;
    }
    int second = b[p + 1] & 0xFF;
    boolean overlong = lead == 0xF0 && second < 0x90;
    boolean tooHigh = lead == 0xF4 && second > 0x8F;
    return overlong || tooHigh ? 0 : 4;
  }

  private static boolean isTail(byte b) {
    return b < (byte) 0xC0;
  }
}
