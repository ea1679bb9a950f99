package org.batchdrop.result;

import org.jspecify.annotations.Nullable;

/**
 * Where the wanted values stand within the lines of a part's answers, so that merging need not look
 * at lines again: 8 bytes a value. Confined to one thread.
 */
final class ValueIndex implements RowValues {

  /** With more values a row, looking again is cheaper than the memory. */
  static final int MOST_VALUES = 2;

  private static final long ABSENT = -1;
  private static final long ELSEWHERE = -2;
  private static final int LENGTH_BITS = 31;

  private final int values;
  private final long[] spans;
  private byte[] bytes = {};
  private int line;
  private int first;

  private ValueIndex(int rows, int values) {
    this.values = values;
    this.spans = new long[Math.multiplyExact(rows, values)];
  }

  /** Makes room; null when there are no values, or too many. */
  static @Nullable ValueIndex of(int rows, int values) {
    return values == 0 || values > MOST_VALUES ? null : new ValueIndex(rows, values);
  }

  /**
   * Notes the values of a line that was just read.
   *
   * @param bytes the array that holds the line
   * @param from where the line begins in it
   */
  void note(int slot, ResultLine read, byte[] bytes, int from) {
    for (int i = 0; i < values; i++) {
      int start = read.valueStart(i);
      long length = read.valueEnd(i) - (long) start;
      long span = start < 0 ? ABSENT : (start - (long) from) << LENGTH_BITS | length;
      // A body that is text has its values in the unfolded text, which is not kept.
      spans[slot * values + i] = read.values() == bytes ? span : ELSEWHERE;
    }
  }

  /** Tells whether the values of an answered row were noted. */
  boolean knows(int slot) {
    return spans[slot * values] != ELSEWHERE;
  }

  /**
   * Turns to a row.
   *
   * @param bytes hold the row's line
   * @param from where it begins in there
   */
  RowValues at(int slot, byte[] bytes, int from) {
    this.bytes = bytes;
    this.line = from;
    this.first = slot * values;
    return this;
  }

  @Override
  public byte[] values() {
    return bytes;
  }

  @Override
  public int valueStart(int pointer) {
    long span = spans[first + pointer];
    return span == ABSENT ? -1 : line + (int) (span >>> LENGTH_BITS);
  }

  @Override
  public int valueEnd(int pointer) {
    long span = spans[first + pointer];
    return span == ABSENT
        ? -1
        : line + (int) (span >>> LENGTH_BITS) + (int) (span & ((1L << LENGTH_BITS) - 1));
  }
}
