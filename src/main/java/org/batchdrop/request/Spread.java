package org.batchdrop.request;

/** The mean of some numbers and how far it may be off; one pass, by Welford. */
final class Spread {

  private long count;
  private double mean;
  private double squares;

  void add(double value) {
    count++;
    double before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }

  long count() {
    return count;
  }

  double mean() {
    return mean;
  }

  /** Two standard errors of the mean; 0 with fewer than two numbers. */
  double margin() {
    return count < 2 ? 0 : 2 * Math.sqrt(squares / (count - 1) / count);
  }
}
