package org.batchdrop.journal;

/** The journal can't be read or written. Without it nothing is bought. */
public sealed class JournalException extends RuntimeException permits AnswersDamaged {

  private static final long serialVersionUID = 1;

  /** Wraps what the database said. */
  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
