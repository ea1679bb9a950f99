package org.batchdrop.journal;

/**
 * A file of kept answers is no such file, or not whole any more. A disk that is full, and a file
 * that is locked or can't be opened, is not this: that passes.
 */
public final class AnswersDamaged extends JournalException {

  private static final long serialVersionUID = 1;

  /** Wraps what the database said. */
  public AnswersDamaged(String message, Throwable cause) {
    super(message, cause);
  }
}
