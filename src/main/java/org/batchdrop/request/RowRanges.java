package org.batchdrop.request;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Which rows a part holds, in the order of its lines: ascending row numbers, kept as ranges.
 *
 * <p>The file has one range a line, {@code 1-16}, both ends included; a row alone is {@code 18-18}.
 * A slot is a line's position in the part, from 0. Immutable.
 */
public final class RowRanges {

  private final long[] firsts;

  /** Slot of each range's first row; one more entry than ranges, the last is the size. */
  private final int[] slots;

  private RowRanges(long[] firsts, int[] slots) {
    this.firsts = firsts;
    this.slots = slots;
  }

  /**
   * Reads a file of ranges.
   *
   * @throws IOException when it can't be read, or its ranges are malformed, overlap or descend
   */
  public static RowRanges read(Path file) throws IOException {
    long[] firsts = new long[16];
    int[] slots = new int[17];
    int count = 0;
    long last = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      String line = reader.readLine();
      while (line != null) {
        int dash = line.indexOf('-');
        long first = number(file, line, 0, dash);
        long end = number(file, line, dash + 1, line.length());
        if (first <= last || end < first || slots[count] + (end - first + 1) > Integer.MAX_VALUE) {
          throw malformed(file, line);
        }
        if (count == firsts.length) {
          firsts = Arrays.copyOf(firsts, count * 2);
          slots = Arrays.copyOf(slots, count * 2 + 1);
        }
        firsts[count] = first;
        slots[count + 1] = slots[count] + (int) (end - first + 1);
        count++;
        last = end;
        line = reader.readLine();
      }
    }
    return new RowRanges(Arrays.copyOf(firsts, count), Arrays.copyOf(slots, count + 1));
  }

  private static long number(Path file, String line, int from, int to) throws IOException {
    try {
      return Long.parseLong(line, from, to, 10);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      IOException failure = malformed(file, line);
      failure.initCause(e);
      throw failure;
    }
  }

  private static IOException malformed(Path file, String line) {
    String shown = line.length() <= 60 ? line : line.substring(0, 60);
    return new IOException(
        "rows of a part: '" + shown + "' in " + file + "; expected ascending ranges first-last");
  }

  /** The slot of a row, or -1 when the part does not hold it. */
  public int slotOf(long row) {
    int range = Arrays.binarySearch(firsts, row);
    if (range < 0) {
      range = -range - 2;
    }
    if (range < 0) {
      return -1;
    }
    long slot = slots[range] + (row - firsts[range]);
    return slot < slots[range + 1] ? (int) slot : -1;
  }

  /**
   * The row in a slot.
   *
   * @throws IndexOutOfBoundsException when there is no such slot
   */
  public long rowAt(int slot) {
    if (slot < 0 || slot >= size()) {
      throw new IndexOutOfBoundsException("slot " + slot + " of " + size());
    }
    int range = Arrays.binarySearch(slots, slot);
    if (range < 0) {
      range = -range - 2;
    }
    return firsts[range] + (slot - slots[range]);
  }

  /** How many rows the part holds. */
  public int size() {
    return slots[slots.length - 1];
  }
}
