package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.PartState;
import org.batchdrop.job.RowFailure;
import org.batchdrop.request.RowRanges;
import org.batchdrop.request.UnsentRows;
import org.batchdrop.result.DeliveryOrder.Part;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.jspecify.annotations.Nullable;

/** A source of some of a job's rows, ascending. Confined to one thread; the caller closes it. */
sealed interface RowCursor extends Closeable {

  /** What {@link #row} says behind the last row. */
  long END = Long.MAX_VALUE;

  /** The number of the next row. */
  long row();

  /** Writes the rows up to {@code limit}, exclusive. */
  void write(ResultWriter writer, long limit) throws IOException;

  /** What the answers of these rows used; to be asked behind the last row, before closing. */
  Tokens tokens();

  /** Closes what is open; once more does nothing. */
  @Override
  void close() throws IOException;

  /** The rows of a slice: its files are opened when its first row is written. */
  final class Slice implements RowCursor {

    private static final int STOP_EVERY = 4096;

    private final DeliveryOrder order;
    private final List<Part> generations;
    private final Merge merge;
    private final Scratch id = new Scratch(64);
    private final long[] answered;
    private @Nullable SliceAnswers answers;
    private long row;
    private int slot;

    /**
     * What all slices of one merge share.
     *
     * @param line reads the lines of one row after the other
     * @param share the heap for files
     */
    record Merge(ResultLine line, HeapShare share, Problems problems, StopCheck stop) {}

    /**
     * @param generations of one slice, ascending, at least one
     */
    Slice(DeliveryOrder order, List<Part> generations, Merge merge) throws IOException {
      this.order = order;
      this.generations = generations;
      this.merge = merge;
      this.answered = new long[generations.size()];
      // Read twice, because the ranges of all slices of interleaved models are many.
      RowRanges rows = RowRanges.read(order.folder().rows(generations.get(0).id()));
      this.row = rows.size() == 0 ? END : rows.rowAt(0);
    }

    @Override
    public long row() {
      return row;
    }

    @Override
    public void write(ResultWriter writer, long limit) throws IOException {
      SliceAnswers open = answers;
      if (open == null) {
        open =
            SliceAnswers.open(
                new SliceAnswers.Slice(
                    order.job(), order.folder(), order.pipeline().input(), generations),
                merge.line(),
                merge.share(),
                merge.problems(),
                merge.stop());
        answers = open;
      }
      while (row < limit) {
        if (slot % STOP_EVERY == 0) {
          merge.stop().check();
        }
        write(open, writer);
        slot++;
        row = slot < open.rows().size() ? open.rows().rowAt(slot) : END;
      }
      for (int i = 0; row == END && i < answered.length; i++) {
        writer.count(generations.get(i).id(), answered[i]);
      }
    }

    private void write(SliceAnswers open, ResultWriter writer) throws IOException {
      switch (open.state(slot)) {
        case ANSWERED -> {
          AnswerFile file = open.line(slot);
          writer.answered(row, file, open.length(slot), open.values(slot, file));
          answered[open.generation(slot)]++;
        }
        case FAILED -> writer.failed(row, open.line(slot), open.length(slot));
        case MALFORMED -> without(open, writer, Reason.MALFORMED);
        case MISSING -> without(open, writer, open.refusal().orElse(Reason.MISSING));
      }
    }

    private void without(SliceAnswers open, ResultWriter writer, Reason reason) throws IOException {
      id.clear();
      open.ids().putId(slot, id);
      writer.without(row, id, reason);
    }

    @Override
    public Tokens tokens() {
      boolean isReused = generations.get(0).status().equals(PartState.REUSED);
      return answers == null || isReused ? Tokens.NONE : answers.tokens();
    }

    @Override
    public void close() throws IOException {
      if (answers != null) {
        answers.close();
        answers = null;
      }
    }
  }

  /** The rows that were never sent. */
  final class Unsent implements RowCursor {

    private final UnsentRows rows;
    private final Scratch id = new Scratch(64);
    private @Nullable RowFailure next;

    Unsent(UnsentRows rows) throws IOException {
      this.rows = rows;
      this.next = following(rows);
    }

    private static @Nullable RowFailure following(UnsentRows rows) throws IOException {
      try {
        return rows.hasNext() ? rows.next() : null;
      } catch (UncheckedIOException e) {
        throw new IOException("unsent rows: can't be read on", e);
      }
    }

    @Override
    public long row() {
      return next == null ? END : next.row();
    }

    @Override
    public void write(ResultWriter writer, long limit) throws IOException {
      while (next != null && next.row() < limit) {
        id.clear();
        id.putJsonString(next.customId());
        writer.without(next.row(), id, Reason.of(next));
        next = following(rows);
      }
    }

    @Override
    public Tokens tokens() {
      return Tokens.NONE;
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
