package org.batchdrop.request;

import java.util.Arrays;

/**
 * Bytes that are appended to. Writers first make room for the most they can need, with {@link
 * #SLACK} bytes to spare, and then write without further checks.
 */
final class LineBuffer {

  /** Room that is kept behind the end, so that eight bytes may be written where one is meant. */
  static final int SLACK = 16;

  byte[] bytes;
  int length;

  LineBuffer(int size) {
    bytes = new byte[size];
  }

  /** Makes sure that {@code more} bytes and the slack fit. */
  void room(int more) {
    int needed = Math.addExact(length, Math.addExact(more, SLACK));
    if (needed > bytes.length) {
      int wanted = (int) Math.max(needed, Math.min(bytes.length * 2L, Integer.MAX_VALUE - 64));
      bytes = Arrays.copyOf(bytes, wanted);
    }
  }

  void append(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }
}
