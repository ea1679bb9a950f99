package org.batchdrop.result;

import java.util.Map;
import java.util.TreeMap;

/** Counts what became of the rows while they are written. Confined to one thread. */
final class Balance {

  private static final int MOST_CODES = 100;
  private static final int LONGEST_CODE = 100;
  private static final String OTHER = "other";

  private final Map<String, Long> failedByCode = new TreeMap<>();
  private long answered;
  private long failed;

  void answered() {
    answered++;
  }

  /**
   * Counts a row without an answer. Codes come from providers, so their number and length are
   * bounded here: beyond {@value #MOST_CODES} different ones the rest count as {@code other}.
   */
  void failed(String code) {
    failed++;
    String key = code.length() > LONGEST_CODE ? code.substring(0, LONGEST_CODE) : code;
    boolean room = failedByCode.size() < MOST_CODES || failedByCode.containsKey(key);
    failedByCode.merge(room ? key : OTHER, 1L, Long::sum);
  }

  long answeredRows() {
    return answered;
  }

  long failedRows() {
    return failed;
  }

  /** Rows without an answer by code, sorted by code. */
  Map<String, Long> failedByCode() {
    return new TreeMap<>(failedByCode);
  }

  /**
   * Checks that each row of the input was counted.
   *
   * @throws IllegalStateException when answered + failed is not {@code rows}, with the figures
   */
  void require(long rows, String job) {
    if (answered + failed != rows) {
      throw new IllegalStateException(
          "balance of job %s: %d answered + %d failed = %d rows; expected %d"
              .formatted(job, answered, failed, answered + failed, rows));
    }
  }
}
