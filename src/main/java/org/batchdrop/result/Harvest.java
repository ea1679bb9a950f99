package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.request.NewFile;
import org.batchdrop.request.RowRanges;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.Unanswered.Fate;

/**
 * What all tries at one slice of a job have come to, row by row, and the file of the next try: the
 * rows that have no answer yet and may be tried again.
 *
 * <p>A function of the files on disk: run again, after a crash too, it leaves the same bytes. It
 * writes the next try's {@link JobFolder#requests} and {@link JobFolder#rows}, and {@link
 * JobFolder#verdicts} for rows of which no line of the provider speaks and that are not tried
 * again; all of them durably, before it returns. Memory: 32 bytes a row of the slice.
 *
 * @param answered rows of the slice with an answer
 * @param failed rows of the slice that have none and are not tried again
 * @param paidLast answers that the last try is paid for: new ones, and those that are not what was
 *     asked for
 * @param used what they used
 * @param next what is in the next try's file; empty when no row is tried again
 */
public record Harvest(
    long answered, long failed, long paidLast, Tokens used, Optional<Part.Size> next) {

  /**
   * What is harvested.
   *
   * @param job the job
   * @param folder its work folder
   * @param input how its input is read
   * @param check what an answer must be
   * @param tries of one slice, ascending; the last one has just ended
   * @param retry which rows are tried again
   * @param rest the code of rows that the last try did not come to, and that are tried again
   *     whatever the policy says; empty: none
   * @param isOver whether no row is tried again, whatever the policy says
   * @param maxBytes of the next try's file, at least one line is taken
   */
  public record Order(
      JobId job,
      JobFolder folder,
      InputFormat input,
      AnswerCheck check,
      List<Try> tries,
      RetryPolicy retry,
      Optional<String> rest,
      boolean isOver,
      long maxBytes) {}

  /**
   * One try.
   *
   * @param id its name
   * @param hasOutput whether {@link JobFolder#output} was downloaded
   * @param hasErrors whether {@link JobFolder#errors} was downloaded
   * @param isCounted whether its rows were tried: not when the provider had no room, or nothing was
   *     bought
   * @param reason why rows of it have no answer that no line speaks of
   */
  public record Try(
      PartId id, boolean hasOutput, boolean hasErrors, boolean isCounted, Reason reason) {}

  /**
   * Harvests a slice.
   *
   * @param stop asked every few thousand rows
   * @throws IOException when a file can't be read or written, or the work shall stop; it can be
   *     repeated
   */
  public static Harvest of(Order order, StopCheck stop) throws IOException {
    ResultLine line = new ResultLine(List.of(), order.check());
    SliceAnswers.Slice slice = slice(order);
    PartId last = order.tries().get(order.tries().size() - 1).id();
    // A verdict of an interrupted run must not count as a line.
    Files.deleteIfExists(order.folder().verdicts(last));
    try (SliceAnswers answers =
        SliceAnswers.open(slice, line, HeapShare.ofMachine(), new Problems(), stop)) {
      Unanswered rows = Unanswered.of(order, answers, line);
      writeVerdicts(answers, rows, order.folder().verdicts(last));
      Optional<Part.Size> next =
          rows.count(Fate.TRY_AGAIN) == 0
              ? Optional.empty()
              : Optional.of(writeNext(order, answers.rows(), rows, last, stop));
      int tries = order.tries().size();
      return new Harvest(
          rows.count(Fate.ANSWERED),
          rows.count(Fate.FAILED),
          answers.paid(tries - 1),
          answers.tokens(tries - 1),
          next);
    }
  }

  static SliceAnswers.Slice slice(Order order) {
    return new SliceAnswers.Slice(order.job(), order.folder(), order.input(), parts(order.tries()));
  }

  private static List<DeliveryOrder.Part> parts(List<Try> tries) {
    List<DeliveryOrder.Part> parts = new ArrayList<>();
    for (Try one : tries) {
      parts.add(
          new DeliveryOrder.Part(
              one.id(),
              Optional.empty(),
              Optional.empty(),
              "",
              0,
              one.hasOutput(),
              one.hasErrors(),
              Optional.of(one.reason())));
    }
    return parts;
  }

  private static void writeVerdicts(SliceAnswers answers, Unanswered rows, Path target)
      throws IOException {
    if (rows.verdicts().isEmpty()) {
      return;
    }
    Scratch id = new Scratch(64);
    Scratch line = new Scratch(256);
    try (NewFile out = new NewFile(target)) {
      for (Map.Entry<Integer, Reason> verdict : rows.verdicts().entrySet()) {
        id.clear();
        line.clear();
        answers.ids().putId(verdict.getKey(), id);
        ErrorLine.made(id, verdict.getValue(), line);
        line.put('\n');
        out.write(line.array(), 0, line.size());
      }
      out.publish();
    }
  }

  /** Copies the lines of the first try, which has all of them in slot order. */
  private static Part.Size writeNext(
      Order order, RowRanges slice, Unanswered rows, PartId last, StopCheck stop)
      throws IOException {
    PartId first = order.tries().get(0).id();
    PartId next = last.next();
    try (NextTry file = new NextTry(order.folder(), next, order.maxBytes());
        AnswerFile lines =
            AnswerFile.open(
                order.folder().requests(first), new HeapShare(0), SliceAnswers.longestLine())) {
      int[] slot = {0};
      lines.walk(
          (bytes, from, to, offset, number) -> {
            if (slot[0] % 4096 == 0) {
              stop.check();
            }
            if (rows.fate(slot[0]) == Fate.TRY_AGAIN) {
              file.add(slice.rowAt(slot[0]), bytes, from, to);
            }
            slot[0]++;
          });
      if (slot[0] != slice.size()) {
        throw new IllegalStateException(
            lines.path() + ": " + slot[0] + " lines; expected " + slice.size());
      }
      return file.publish();
    }
  }
}
