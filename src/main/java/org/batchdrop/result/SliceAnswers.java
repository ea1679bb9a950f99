package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.Tree;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.request.RowRanges;
import org.batchdrop.result.AnswerIndex.State;
import org.batchdrop.result.DeliveryOrder.Part;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.jspecify.annotations.Nullable;

/**
 * All that was downloaded for one slice of a job, in every generation, joined to the slice's rows.
 * Confined to one thread; the caller closes it.
 *
 * <p>An id counts only when it names a row of this slice: a line that went astray is reported, not
 * merged.
 */
final class SliceAnswers implements Closeable {

  private static final int STOP_EVERY = 4096;

  private final RowRanges rows;
  private final RowIds ids;
  private final AnswerIndex index;
  private final @Nullable ValueIndex values;
  private final List<@Nullable AnswerFile> files = new ArrayList<>();
  private final Optional<Reason> refusal;
  private final Tokens[] tokens;
  private final long[] paid;

  /**
   * What is joined.
   *
   * @param input how the job's input is read
   * @param tries of one slice, ascending, at least one
   */
  record Slice(JobId job, JobFolder folder, InputFormat input, List<Part> tries) {}

  private SliceAnswers(
      RowRanges rows, RowIds ids, int values, int tries, Optional<Reason> refusal) {
    this.rows = rows;
    this.tokens = new Tokens[tries];
    this.paid = new long[tries];
    Arrays.fill(tokens, Tokens.NONE);
    this.ids = ids;
    this.index = new AnswerIndex(rows.size());
    this.values = ValueIndex.of(rows.size(), values);
    this.refusal = refusal;
  }

  /**
   * Walks the slice's files and joins them.
   *
   * @param line reads the lines; used again by the caller
   * @throws IOException when a file can't be read, or the work shall stop
   */
  static SliceAnswers open(
      Slice slice, ResultLine line, HeapShare share, Problems problems, StopCheck stop)
      throws IOException {
    JobFolder folder = slice.folder();
    Part first = slice.tries().get(0);
    RowRanges rows = RowRanges.read(folder.rows(first.id()));
    RowIds ids =
        slice.input() instanceof InputFormat.Requests
            ? GivenIds.read(folder.requests(first.id()), rows, longestLine())
            : new MadeIds(slice.job(), rows);
    // An earlier refusal was overcome: what the last try says is why rows are still missing.
    int tries = slice.tries().size();
    Optional<Reason> refusal = slice.tries().get(tries - 1).refusal();
    SliceAnswers answers = new SliceAnswers(rows, ids, line.pointers(), tries, refusal);
    try {
      for (Part part : slice.tries()) {
        Path verdicts = folder.verdicts(part.id());
        answers.add(part.hasOutput(), folder.output(part.id()), line, share, problems, stop);
        answers.add(part.hasErrors(), folder.errors(part.id()), line, share, problems, stop);
        answers.add(Tree.look(verdicts).isPresent(), verdicts, line, share, problems, stop);
      }
      return answers;
    } catch (IOException | RuntimeException e) {
      try (answers) {
        throw e;
      }
    }
  }

  /** A longer line is malformed: it could be neither held nor written beside the rest. */
  static int longestLine() {
    return (int) Math.min(1 << 30, Math.max(16 << 20, Runtime.getRuntime().maxMemory() / 5));
  }

  private void add(
      boolean downloaded,
      Path path,
      ResultLine line,
      HeapShare share,
      Problems problems,
      StopCheck stop)
      throws IOException {
    if (!downloaded) {
      files.add(null);
      return;
    }
    int number = files.size();
    if (number >= AnswerIndex.MOST_FILES) {
      throw new IllegalStateException(path + ": more than " + AnswerIndex.MOST_FILES + " files");
    }
    AnswerFile file = AnswerFile.open(path, share, longestLine());
    files.add(file);
    LineJoin join = new LineJoin(ids, index, line, problems, known(line));
    file.walk(
        new AnswerFile.Visitor() {
          @Override
          public int tryEnd(byte[] bytes, int from, int limit) {
            return line.tryEnd(bytes, from, limit);
          }

          @Override
          public void line(byte[] bytes, int from, int to, long offset, long lineNumber)
              throws IOException {
            if (lineNumber % STOP_EVERY == 0) {
              stop.check();
            }
            int slot = join.offer(path, number, bytes, from, to, offset, lineNumber);
            if (slot >= 0) {
              count(slot, number / AnswerIndex.FILES, line, bytes, from);
            }
          }
        });
  }

  private void count(int slot, int one, ResultLine line, byte[] bytes, int from) {
    tokens[one] = tokens[one].plus(line.tokens());
    paid[one]++;
    if (values != null && index.state(slot) == State.ANSWERED) {
      values.note(slot, line, bytes, from);
    }
  }

  private LineJoin.Known known(ResultLine line) {
    return new LineJoin.Known() {
      @Override
      public boolean isSame(int slot, byte[] bytes, int from, int to) throws IOException {
        return SliceAnswers.this.isSame(slot, bytes, from, to);
      }

      @Override
      public void givesWay(int slot) throws IOException {
        takeBack(slot, line);
      }
    };
  }

  /** One row is bought once a try, in whatever order its lines come. */
  private void takeBack(int slot, ResultLine line) throws IOException {
    AnswerFile file = files.get(index.file(slot));
    if (file == null) {
      throw new IllegalStateException("slot " + slot + " has no line");
    }
    int length = index.length(slot);
    line.read(file.copy(index.offset(slot), length), 0, length);
    if (line.fault().isPresent()) {
      tokens[generation(slot)] = tokens[generation(slot)].minus(line.tokens());
      paid[generation(slot)]--;
    }
  }

  private boolean isSame(int slot, byte[] bytes, int from, int to) throws IOException {
    AnswerFile file = files.get(index.file(slot));
    return file != null
        && index.length(slot) == to - from
        && file.same(index.offset(slot), bytes, from, to);
  }

  RowRanges rows() {
    return rows;
  }

  RowIds ids() {
    return ids;
  }

  State state(int slot) {
    return index.state(slot);
  }

  /** The generation, as its place in the list that was opened, whose line decides a row. */
  int generation(int slot) {
    return index.file(slot) / AnswerIndex.FILES;
  }

  /** The file that holds a row's line, with the line fetched; not for a row that is missing. */
  AnswerFile line(int slot) throws IOException {
    AnswerFile file = files.get(index.file(slot));
    if (file == null) {
      throw new IllegalStateException("slot " + slot + " has no line");
    }
    file.fetch(index.offset(slot), index.length(slot));
    return file;
  }

  /**
   * The wanted values of an answered row whose line was just fetched; null when the line must be
   * read for them.
   */
  @Nullable RowValues values(int slot, AnswerFile file) {
    return values != null && values.knows(slot)
        ? values.at(slot, file.bytes(), file.position())
        : null;
  }

  /** The length of a row's line. */
  int length(int slot) {
    return index.length(slot);
  }

  /** Why rows that no line speaks of have no answer; empty when their part was bought. */
  Optional<Reason> refusal() {
    return refusal;
  }

  /** What the paid answers of the slice used. */
  Tokens tokens() {
    Tokens all = Tokens.NONE;
    for (Tokens one : tokens) {
      all = all.plus(one);
    }
    return all;
  }

  /** How many answers of one try are paid: new ones, and those that are not what was asked for. */
  long paid(int generation) {
    return paid[generation];
  }

  /** What the paid answers of one try used, as its place in the list that was opened. */
  Tokens tokens(int generation) {
    return tokens[generation];
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (AnswerFile file : files) {
      try {
        if (file != null) {
          file.close();
        }
      } catch (IOException e) {
        failure = e;
      }
    }
    ids.close();
    if (failure != null) {
      throw failure;
    }
  }
}
