package org.batchdrop.cli;

/** What the process says at its end. */
public final class ExitCode {

  /** Every row was answered, or the command did what it should. */
  public static final int OK = 0;

  /** Done, with failed rows; or the command itself failed. */
  public static final int FAILED_ROWS = 1;

  /** The arguments or the configuration are wrong. */
  public static final int USAGE = 2;

  /** The input was rejected. */
  public static final int REJECTED = 3;

  /** The job is parked: a person must resolve something. */
  public static final int PARKED = 4;

  /** The job was cancelled. */
  public static final int CANCELLED = 5;

  private ExitCode() {}
}
