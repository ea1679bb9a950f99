package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.batchdrop.input.LineNumbers;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowFailure;
import org.batchdrop.job.RowId;
import org.batchdrop.job.RowSelection;
import org.jspecify.annotations.Nullable;

/**
 * Takes blocks in row order, numbers their rows, and slices them into part files; rows that keep an
 * earlier answer go into parts of their own. Confined to one thread at a time.
 */
final class PartSequence implements Closeable {

  private static final long MOST_IN_DIGITS = 999_999_999;

  private final JobId job;
  private final JobFolder folder;
  private final PartLimits limits;
  private final List<Group> groups;
  private final int numberAt;
  private final LineNumbers lineNumbers;
  private final RowSelection chosen;
  private final UnsentRowsWriter unsent;
  private final @Nullable Reuse reuse;
  private final TreeMap<Integer, PartFile> open = new TreeMap<>();
  private final List<PreparedPart> parts = new ArrayList<>();
  private int opened;
  private long row;
  private long rows;
  private long rangeEnd;

  /**
   * Begins with the first row.
   *
   * @param groups what the lines of a batch share; may grow while blocks are made
   * @param numberAt where the digits of a line's row number stand; -1 when lines are left alone
   * @param lineNumbers of the input, for rows that fail
   * @param chosen the numbers of the rows that blocks hold
   * @param reuse of earlier answers; null: every row is sent
   */
  PartSequence(
      JobId job,
      JobFolder folder,
      PartLimits limits,
      List<Group> groups,
      int numberAt,
      LineNumbers lineNumbers,
      RowSelection chosen,
      @Nullable Reuse reuse) {
    this.chosen = chosen;
    this.job = job;
    this.folder = folder;
    this.limits = limits;
    this.groups = groups;
    this.numberAt = numberAt;
    this.lineNumbers = lineNumbers;
    this.reuse = reuse;
    this.unsent = new UnsentRowsWriter(folder.unsentRows());
  }

  void accept(Block block) throws IOException {
    byte[] bytes = block.lines.bytes;
    int failure = 0;
    int runStart = 0;
    int from = 0;
    int runGroup = 0;
    @Nullable PartFile run = null;
    for (int i = 0; i < block.rows(); i++) {
      int end = block.end(i);
      row = row < rangeEnd ? row + 1 : nextRange();
      rows++;
      if (end == from) {
        fail(block.failures.get(failure++));
        continue;
      }
      int length = end - from + extraDigits();
      if (reuse != null && isReused(reuse, block.group(i), bytes, from, end)) {
        if (run != null) {
          run.write(bytes, runStart, from);
          run = null;
        }
        from = end;
        continue;
      }
      if (run == null || block.group(i) != runGroup || !run.takes(length, limits)) {
        if (run != null) {
          run.write(bytes, runStart, from);
        }
        runStart = from;
        runGroup = block.group(i);
        run = partFor(runGroup, length);
      }
      run.count(row, length);
      if (numberAt >= 0 && !number(bytes, from + numberAt)) {
        run.write(bytes, runStart, from + numberAt);
        byte[] digits = Long.toString(row).getBytes(StandardCharsets.US_ASCII);
        run.write(digits, 0, digits.length);
        runStart = from + numberAt + RowId.DIGITS;
      }
      from = end;
    }
    if (run != null) {
      run.write(bytes, runStart, from);
    }
  }

  /** Puts a row that was answered before into a part that nobody buys. */
  private boolean isReused(Reuse answers, int group, byte[] bytes, int from, int end)
      throws IOException {
    boolean isPlain = numberAt < 0 || row <= MOST_IN_DIGITS;
    if (!isPlain || !answers.takes(row, bytes, from, end)) {
      return false;
    }
    if (numberAt >= 0) {
      number(bytes, from + numberAt);
    }
    PartFile part = partFor(reused(group), end - from);
    part.count(row, end - from);
    part.write(bytes, from, end);
    answers.answer(part.id());
    return true;
  }

  /** Reused rows of a group have open parts of their own. */
  private static int reused(int group) {
    return -1 - group;
  }

  private long nextRange() {
    long next = chosen.after(row);
    rangeEnd = chosen.endOfRange(next);
    return next;
  }

  /** The part that a line goes to; a full one is completed. */
  private PartFile partFor(int group, int length) throws IOException {
    PartFile part = open.get(group);
    if (part != null && part.takes(length, limits)) {
      return part;
    }
    if (part != null) {
      open.remove(group);
      publish(part);
    }
    opened++;
    boolean isReused = group < 0;
    PartFile next =
        new PartFile(
            folder,
            new PartId(job, opened, 1),
            groups.get(isReused ? reused(group) : group),
            isReused);
    open.put(group, next);
    return next;
  }

  private void publish(PartFile part) throws IOException {
    try (part) {
      if (reuse != null) {
        reuse.publish(part.id());
      }
      parts.add(part.publish());
    }
  }

  /** Fills in the row's number; false when it has too many digits for its place. */
  private boolean number(byte[] bytes, int at) {
    if (row > MOST_IN_DIGITS) {
      return false;
    }
    int rest = (int) row;
    for (int i = at + RowId.DIGITS - 1; rest > 0; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return true;
  }

  private int extraDigits() {
    return numberAt < 0 || row <= MOST_IN_DIGITS ? 0 : Long.toString(row).length() - RowId.DIGITS;
  }

  private void fail(Block.Failure failure) throws IOException {
    String location = failure.location();
    if (location == null) {
      location = "line " + lineNumbers.at(failure.offset());
    }
    String customId = failure.customId();
    unsent.write(
        new RowFailure(
            row,
            customId == null ? RowId.of(job, row) : customId,
            location,
            failure.problem().code(),
            failure.problem().message(location)));
  }

  /**
   * Completes all files.
   *
   * @throws InputRejected with the code {@code no_rows}, or with the first failures when no row can
   *     be sent; the unsent rows are kept then
   */
  Prepared finish() throws IOException, InputRejected {
    for (PartFile part : List.copyOf(open.values())) {
      publish(part);
    }
    open.clear();
    unsent.publish();
    if (rows == 0) {
      throw new InputRejected(
          "no_rows",
          "",
          chosen.isAll()
              ? "the input has no rows; expected at least one"
              : "the input has none of the rows " + chosen + "; expected at least one");
    }
    if (parts.isEmpty()) {
      throw new InputRejected(unsent.problems());
    }
    if (reuse != null) {
      reuse.publish();
    }
    parts.sort(Comparator.comparingInt(PreparedPart::number));
    return new Prepared(rows, unsent.count(), parts);
  }

  @Override
  public void close() throws IOException {
    try (unsent;
        lineNumbers;
        reuse) {
      for (PartFile part : open.values()) {
        part.close();
      }
    }
  }
}
