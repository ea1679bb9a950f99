package org.batchdrop.sandbox;

/**
 * How far a batch has come. The lengths say how much of its files belongs to it: whatever lies
 * behind them was written by a process that died, and is cut off.
 *
 * @param answered rows with an answer
 * @param refused rows that ran and were answered with an HTTP error
 * @param unrun rows that ended without having run
 * @param outputBytes length of the output file
 * @param errorBytes length of the error file
 * @param executionBytes length of the batch's part of the ledger
 * @param promptTokens tokens read by the rows with an answer
 * @param completionTokens tokens written for them
 */
record Progress(
    int answered,
    int refused,
    int unrun,
    long outputBytes,
    long errorBytes,
    long executionBytes,
    long promptTokens,
    long completionTokens) {

  /** No row has run. */
  static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0, 0);

  /** Returns the number of rows that ran. */
  int run() {
    return answered + refused;
  }

  /** Returns the number of rows that have ended, run or not. */
  int ended() {
    return run() + unrun;
  }
}
