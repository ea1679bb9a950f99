package org.batchdrop.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fields of one row as slices of a byte array. A reader fills the same object again for each
 * row, so nothing in it may be kept after the reader has moved on. Confined to one thread.
 */
public final class Fields {

  /** The slice is the text itself, in UTF-8. */
  public static final int PLAIN = 0;

  /** The slice is the text, in UTF-8, with each quote written twice. */
  public static final int QUOTED = 1;

  /** The slice is the inside of a JSON string: already escaped, checked. */
  public static final int JSON_STRING = 2;

  /** The slice is another JSON value as it was written, checked: a number, an object, null. */
  public static final int JSON_VALUE = 3;

  private final int most;
  private byte[] bytes = new byte[0];
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private byte[] kinds = new byte[16];
  private int count;

  /**
   * Makes room for a row.
   *
   * @param most how many slices are kept; further ones are only counted
   */
  Fields(int most) {
    this.most = most;
  }

  /** The array that the slices are cut from. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many fields the row has; slices exist for the first ones only when there are too many. */
  public int count() {
    return count;
  }

  /** Where field {@code index}, from 0, begins. */
  public int start(int index) {
    return starts[index];
  }

  /** Where field {@code index}, from 0, ends, exclusive. */
  public int end(int index) {
    return ends[index];
  }

  /** One of {@link #PLAIN}, {@link #QUOTED}, {@link #JSON_STRING}, {@link #JSON_VALUE}. */
  public int kind(int index) {
    return kinds[index];
  }

  /**
   * The text of a {@link #PLAIN} or {@link #QUOTED} field as a string; malformed bytes become
   * U+FFFD. Not for hot paths.
   */
  public String text(int index) {
    String raw =
        new String(bytes, starts[index], ends[index] - starts[index], StandardCharsets.UTF_8);
    return kinds[index] == QUOTED ? raw.replace("\"\"", "\"") : raw;
  }

  /** Makes these texts, in UTF-8, the whole row. */
  void fill(byte[]... texts) {
    byte[] all = new byte[Arrays.stream(texts).mapToInt(text -> text.length).sum()];
    reset(all);
    int at = 0;
    for (byte[] text : texts) {
      System.arraycopy(text, 0, all, at, text.length);
      add(at, at + text.length, PLAIN);
      at += text.length;
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  void reset(byte[] source) {
    bytes = source;
    count = 0;
  }

  void add(int start, int end, int kind) {
    int index = count++;
    if (index >= starts.length) {
      if (index >= most) {
        return;
      }
      grow();
    }
    starts[index] = start;
    ends[index] = end;
    kinds[index] = (byte) kind;
  }

  /** Overwrites a slice, for readers whose fields come in another order than they are wanted. */
  void set(int index, int start, int end, int kind) {
    while (index >= starts.length) {
      grow();
    }
    starts[index] = start;
    ends[index] = end;
    kinds[index] = (byte) kind;
    count = Math.max(count, index + 1);
  }

  private void grow() {
    int size = starts.length * 2;
    starts = Arrays.copyOf(starts, size);
    ends = Arrays.copyOf(ends, size);
    kinds = Arrays.copyOf(kinds, size);
  }
}
