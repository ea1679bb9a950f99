package org.batchdrop.result;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.request.RowRanges;
import org.batchdrop.result.DeliveryOrder.Reason;

/**
 * What becomes of each row of a slice after its tries so far: decided by the row's best line, by
 * how often it was tried, and by the policy. Rows are named by their slot in the slice.
 */
final class Unanswered {

  /** What becomes of a row. */
  enum Fate {
    ANSWERED,
    FAILED,
    TRY_AGAIN
  }

  private final Fate[] fates;
  private final int[] tries;
  private final int[] lastTry;
  private final Map<Integer, Reason> verdicts = new TreeMap<>();
  private final EnumMap<Fate, Long> counts = new EnumMap<>(Fate.class);

  private Unanswered(int rows) {
    fates = new Fate[rows];
    tries = new int[rows];
    lastTry = new int[rows];
  }

  /** Judges all rows. */
  static Unanswered of(Harvest.Order order, SliceAnswers answers, ResultLine line)
      throws IOException {
    Unanswered rows = new Unanswered(answers.rows().size());
    rows.countTries(order, answers.rows());
    rows.judge(order, answers, line);
    return rows;
  }

  private void countTries(Harvest.Order order, RowRanges slice) throws IOException {
    List<Harvest.Try> all = order.tries();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isCounted()) {
        RowRanges held = RowRanges.read(order.folder().rows(all.get(i).id()));
        for (int slot = 0; slot < held.size(); slot++) {
          int at = slice.slotOf(held.rowAt(slot));
          if (at < 0) {
            throw new IllegalStateException(
                all.get(i).id() + " row " + held.rowAt(slot) + ": expected one of its slice");
          }
          tries[at]++;
          lastTry[at] = i;
        }
      }
    }
  }

  private void judge(Harvest.Order order, SliceAnswers answers, ResultLine line)
      throws IOException {
    Harvest.Try last = order.tries().get(order.tries().size() - 1);
    RowRanges lastRows = RowRanges.read(order.folder().rows(last.id()));
    Map<Long, Reason> lineProblems = LineProblems.read(order.folder().lineProblems(last.id()));
    for (int slot = 0; slot < fates.length; slot++) {
      int inLast = lastRows.slotOf(answers.rows().rowAt(slot));
      // A problem of a line that no answer contradicts.
      Reason problem = inLast < 0 ? null : lineProblems.get(inLast + 1L);
      Fate fate =
          switch (answers.state(slot)) {
            case ANSWERED -> Fate.ANSWERED;
            case FAILED -> failed(order, answers, slot, line);
            case MALFORMED -> fate(order, Reason.MALFORMED.code(), 0, tries[slot]);
            case MISSING -> problem == null ? missing(order, slot) : verdict(slot, problem);
          };
      fates[slot] = fate;
      counts.merge(fate, 1L, Long::sum);
    }
  }

  private Fate failed(Harvest.Order order, SliceAnswers answers, int slot, ResultLine line)
      throws IOException {
    AnswerFile file = answers.line(slot);
    int from = file.position();
    line.read(file.bytes(), from, from + answers.length(slot));
    return fate(order, ErrorLine.reason(line).code(), line.status(), tries[slot]);
  }

  private Fate missing(Harvest.Order order, int slot) {
    // What was never tried has no reason of its own.
    if (tries[slot] == 0) {
      return order.isOver() ? verdict(slot, lastReason(order)) : Fate.TRY_AGAIN;
    }
    Reason said = order.tries().get(lastTry[slot]).reason();
    Reason reason = said.code().equals(Reason.MISSING.code()) ? Reason.MISSING : said;
    Fate fate = fate(order, reason.code(), 0, tries[slot]);
    return fate == Fate.FAILED ? verdict(slot, reason) : fate;
  }

  private static Reason lastReason(Harvest.Order order) {
    return order.tries().get(order.tries().size() - 1).reason();
  }

  private Fate verdict(int slot, Reason reason) {
    verdicts.put(slot, reason);
    return Fate.FAILED;
  }

  private static Fate fate(Harvest.Order order, String code, int status, int tries) {
    RetryPolicy retry = order.retry();
    boolean isRest = order.rest().equals(Optional.of(code));
    boolean again = !order.isOver() && (isRest || retry.allows(code, status, tries));
    return again ? Fate.TRY_AGAIN : Fate.FAILED;
  }

  Fate fate(int slot) {
    return fates[slot];
  }

  long count(Fate fate) {
    return counts.getOrDefault(fate, 0L);
  }

  /** Rows that failed and of which no line of the provider speaks, with the reason. */
  Map<Integer, Reason> verdicts() {
    return verdicts;
  }
}
