package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.Path;
import org.batchdrop.result.AnswerIndex.Effect;
import org.batchdrop.result.AnswerIndex.State;
import org.batchdrop.result.Problems.Kind;

/** Offers the lines of result files to the rows that they name, and tells what was odd. */
final class LineJoin {

  /** Compares a line with the one that a row has. */
  interface Known {
    /** Tells whether the line of a row, which has one, has the same bytes. */
    boolean isSame(int slot, byte[] bytes, int from, int to) throws IOException;

    /**
     * Learns that the failure of a row is about to give way to an answer of the same try: if the
     * row was paid for that failure, it is paid for the answer instead. May read other lines.
     */
    default void givesWay(int slot) throws IOException {}
  }

  private final IdSlots ids;
  private final AnswerIndex index;
  private final ResultLine line;
  private final Problems problems;
  private final Known known;

  LineJoin(IdSlots ids, AnswerIndex index, ResultLine line, Problems problems, Known known) {
    this.ids = ids;
    this.index = index;
    this.line = line;
    this.problems = problems;
    this.known = known;
  }

  /**
   * Reads a line and offers it to its row.
   *
   * @param path of the file, for people
   * @param number of the file in the index
   * @param offset where {@code from} stands in the file
   * @param lineNumber from 1
   * @return the slot of a row that the line is paid for: it had no answer and has one now, or the
   *     line holds one that is not what was asked for, and is the row's first; else -1
   */
  int offer(Path path, int number, byte[] bytes, int from, int to, long offset, long lineNumber)
      throws IOException {
    ResultLine.Verdict verdict = line.read(bytes, from, to);
    if (verdict == ResultLine.Verdict.MALFORMED) {
      problems.add(Kind.MALFORMED_LINE, path, lineNumber, bytes, from, to);
    }
    if (!line.hasId()) {
      if (verdict != ResultLine.Verdict.MALFORMED) {
        problems.add(Kind.NAMELESS_LINE, path, lineNumber, bytes, from, to);
      }
      return IdSlots.FOREIGN;
    }
    int idFrom = line.start(ResultLine.Place.CUSTOM_ID) + 1;
    int idTo = line.end(ResultLine.Place.CUSTOM_ID) - 1;
    int slot = ids.slotOf(bytes, idFrom, idTo);
    if (slot < 0) {
      problems.add(Kind.FOREIGN_LINE, path, lineNumber, bytes, idFrom, idTo);
      return IdSlots.FOREIGN;
    }
    State state =
        switch (verdict) {
          case ANSWER -> State.ANSWERED;
          case FAILURE -> State.FAILED;
          case MALFORMED -> State.MALFORMED;
        };
    boolean wasAnswered = index.state(slot) == State.ANSWERED;
    boolean same = index.state(slot) != State.MISSING && known.isSame(slot, bytes, from, to);
    if (state == State.ANSWERED && index.isFailureOf(slot, number)) {
      known.givesWay(slot);
      line.read(bytes, from, to);
    }
    Effect effect = index.offer(slot, number, offset, to - from, state);
    if (effect == Effect.REPEATED) {
      Kind kind = same ? Kind.DUPLICATE_LINE : Kind.CONFLICTING_LINE;
      problems.add(kind, path, lineNumber, bytes, idFrom, idTo);
    }
    boolean isNew = state == State.ANSWERED && !wasAnswered;
    boolean isInvalid = line.fault().isPresent() && effect == Effect.TAKEN;
    return isNew || isInvalid ? slot : IdSlots.FOREIGN;
  }
}
