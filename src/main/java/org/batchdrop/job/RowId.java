package org.batchdrop.job;

/**
 * The {@code custom_id} of a row that Batchdrop itself turned into a request: {@code <job
 * suffix>-<row number>}, the number from 1 with at least nine digits, as in {@code
 * 3fa9c1-000000042}. Ready-made request lines keep their own ids.
 */
public final class RowId {

  /** The least number of digits of the row number. */
  public static final int DIGITS = 9;

  private RowId() {}

  /** Writes the id of a row. */
  public static String of(JobId job, long row) {
    String digits = Long.toString(row);
    return job.suffix() + "-" + "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
  }
}
