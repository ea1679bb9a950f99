package org.batchdrop.result;

/**
 * For each row of a part, the place of the line that decides it, in 12 bytes: file, offset, length,
 * and whether it is an answer. Offers may come in any order within a generation; generations in
 * ascending order. Confined to one thread.
 *
 * <p>The first answer stays whatever else is offered. A failure is replaced by an answer, or by the
 * failure of a later generation; a malformed line is replaced by any other line.
 */
final class AnswerIndex {

  /** What is known about a row. */
  enum State {
    MISSING(0),
    MALFORMED(1),
    FAILED(2),
    ANSWERED(3);

    private final long code;

    State(int code) {
      this.code = code;
    }

    private static State of(long code) {
      return switch ((int) code) {
        case 0 -> MISSING;
        case 1 -> MALFORMED;
        case 2 -> FAILED;
        default -> ANSWERED;
      };
    }
  }

  /** What an offer did. */
  enum Effect {
    /** The line decides the row for now. */
    TAKEN,
    /** The row has a better line from an earlier generation, or the same generation's malformed. */
    IGNORED,
    /** The row already had a line of this generation, or an answer. */
    REPEATED
  }

  private static final int OFFSET_BITS = 44;
  private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
  private static final int STATE_SHIFT = 62;

  /** Files of each generation: output, errors, and our own verdicts. */
  static final int FILES = 3;

  /** The most files of one slice. */
  static final int MOST_FILES = 1 << (STATE_SHIFT - OFFSET_BITS);

  private final long[] places;
  private final int[] lengths;

  AnswerIndex(int rows) {
    places = new long[rows];
    lengths = new int[rows];
  }

  /**
   * Offers a line for a row.
   *
   * @param file the file's number, from 0, below {@link #MOST_FILES}; {@link #FILES} for each
   *     generation
   */
  Effect offer(int slot, int file, long offset, int length, State state) {
    State known = state(slot);
    if (known == State.MISSING) {
      return take(slot, file, offset, length, state);
    }
    if (state == State.MALFORMED) {
      return Effect.IGNORED;
    }
    boolean later = file(slot) / FILES < file / FILES;
    boolean better =
        switch (known) {
          case MISSING, MALFORMED -> true;
          case FAILED -> state == State.ANSWERED || later;
          case ANSWERED -> false;
        };
    boolean first = known == State.MALFORMED || (known == State.FAILED && later);
    if (better) {
      take(slot, file, offset, length, state);
    }
    return first ? Effect.TAKEN : Effect.REPEATED;
  }

  /** Tells whether a row has a failure of the generation that a file is of. */
  boolean isFailureOf(int slot, int file) {
    return state(slot) == State.FAILED && file(slot) / FILES == file / FILES;
  }

  private Effect take(int slot, int file, long offset, int length, State state) {
    places[slot] = state.code << STATE_SHIFT | (long) file << OFFSET_BITS | (offset & OFFSET_MASK);
    lengths[slot] = length;
    return Effect.TAKEN;
  }

  State state(int slot) {
    return State.of(places[slot] >>> STATE_SHIFT);
  }

  /** The file of the row's line; means nothing when the row is missing. */
  int file(int slot) {
    return (int) (places[slot] >>> OFFSET_BITS) & (MOST_FILES - 1);
  }

  /** Where the row's line begins in its file. */
  long offset(int slot) {
    return places[slot] & OFFSET_MASK;
  }

  /** The length of the row's line in bytes, without its terminator. */
  int length(int slot) {
    return lengths[slot];
  }
}
