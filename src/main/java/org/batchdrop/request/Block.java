package org.batchdrop.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.batchdrop.input.RowProblem;
import org.jspecify.annotations.Nullable;

/**
 * The request lines of some rows that follow each other. A row without a line has its failure here
 * instead. Used again for the next rows; confined to one thread at a time.
 */
final class Block {

  /** Lines beyond this size, in bytes, start the next block. */
  static final int FULL = 256 * 1024;

  /**
   * A row without a line.
   *
   * @param offset of the row in the input file, for its line number; when {@code location} is null
   * @param location where the row stands, for people
   * @param customId the row's own id; null when it gets a made one
   */
  record Failure(
      long offset, @Nullable String location, @Nullable String customId, RowProblem problem) {}

  final LineBuffer lines = new LineBuffer(2 * FULL);
  final List<Failure> failures = new ArrayList<>();
  private int rows;
  private int[] ends = new int[1024];
  private int[] groups = new int[1024];

  void clear() {
    lines.length = 0;
    failures.clear();
    rows = 0;
  }

  boolean isFull() {
    return lines.length >= FULL || rows >= 16_384 || failures.size() >= 1024;
  }

  int rows() {
    return rows;
  }

  /** Where the line of row {@code index}, from 0, ends; the row before's end when it failed. */
  int end(int index) {
    return ends[index];
  }

  /** The group of row {@code index}; 0 unless the input has several. */
  int group(int index) {
    return groups[index];
  }

  /** Ends the line of a row. */
  void endRow(int group) {
    if (rows == ends.length) {
      ends = Arrays.copyOf(ends, rows * 2);
      groups = Arrays.copyOf(groups, rows * 2);
    }
    ends[rows] = lines.length;
    groups[rows] = group;
    rows++;
  }

  /** Counts a row that has no line. */
  void fail(Failure failure) {
    failures.add(failure);
    endRow(0);
  }
}
