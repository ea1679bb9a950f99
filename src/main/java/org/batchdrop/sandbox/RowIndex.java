package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Where the rows of an input file start, and in which order they are run: 12 bytes a row.
 *
 * <p>Rows run in the order in which their output lines appear, so that an output file is only ever
 * appended to, and a number of rows is all there is to know about how far a batch has come.
 */
final class RowIndex {
  private final long[] offsets;
  private final int[] order;

  private RowIndex(long[] offsets, int[] order) {
    this.offsets = offsets;
    this.order = order;
  }

  /** Scans a file that was validated before. */
  static RowIndex of(Path input, int maxLineBytes) throws IOException {
    Builder builder = new Builder();
    try (InputStream in = Files.newInputStream(input)) {
      LineScanner lines = new LineScanner(in, maxLineBytes);
      while (lines.next()) {
        builder.add(lines.offset(), lines.nextOffset());
      }
    }
    return builder.build();
  }

  /** Returns the same rows in an order that depends on the seed only. */
  RowIndex shuffled(long seed) {
    int[] shuffled = order.clone();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swapped;
    }
    return new RowIndex(offsets, shuffled);
  }

  /** Returns the number of rows. */
  int size() {
    return order.length;
  }

  /** Returns where the row that runs at a place in the order starts in the file. */
  long offset(int place) {
    return offsets[order[place]];
  }

  /** Returns how many bytes that row has, with its line feed if it has one. */
  int length(int place) {
    int row = order[place];
    return (int) (offsets[row + 1] - offsets[row]);
  }

  /** Collects rows in the order of the file. */
  static final class Builder {
    private long[] offsets = new long[1024];
    private int rows;

    /** Adds a row by its offset and the offset of the row behind it. */
    void add(long offset, long nextOffset) {
      if (rows + 1 == offsets.length) {
        offsets = Arrays.copyOf(offsets, offsets.length * 2);
      }
      offsets[rows] = offset;
      rows++;
      offsets[rows] = nextOffset;
    }

    /** Returns the index, in the order of the file. */
    RowIndex build() {
      int[] order = new int[rows];
      Arrays.setAll(order, row -> row);
      return new RowIndex(Arrays.copyOf(offsets, rows + 1), order);
    }
  }
}
