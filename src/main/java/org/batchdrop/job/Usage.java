package org.batchdrop.job;

/**
 * What some requests used, or are expected to use, summed.
 *
 * @param rows requests, from 0
 * @param input tokens of the requests, cached ones included, from 0
 * @param cached those of {@code input} that came from the provider's cache, from 0; what exceeds
 *     {@code input} is not believed
 * @param output tokens of the answers, from 0
 */
public record Usage(long rows, long input, long cached, long output) {

  /** Nothing. */
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  /**
   * @throws IllegalArgumentException when a number is below zero
   */
  public Usage {
    if (rows < 0 || input < 0 || cached < 0 || output < 0) {
      throw new IllegalArgumentException(
          "usage of %d rows, %d input, %d cached, %d output tokens: expected each from 0"
              .formatted(rows, input, cached, output));
    }
    cached = Math.min(cached, input);
  }

  /** What is expected of requests that were not sent yet: nothing of them is cached. */
  public static Usage expected(long rows, long input, long output) {
    return new Usage(rows, input, 0, output);
  }

  /**
   * The sum.
   *
   * @throws ArithmeticException when a number is more than fits
   */
  public Usage plus(Usage other) {
    return new Usage(
        Math.addExact(rows, other.rows),
        Math.addExact(input, other.input),
        Math.addExact(cached, other.cached),
        Math.addExact(output, other.output));
  }

  /** The average length of a request, rounded up; 0 without rows. */
  public long inputPerRow() {
    return rows == 0 ? 0 : input / rows + (input % rows == 0 ? 0 : 1);
  }
}
