package org.batchdrop.result;

/**
 * Tokens as the provider counted them, summed exactly over answered rows.
 *
 * @param input tokens of the requests, cached ones included
 * @param output tokens of the answers
 * @param total what the provider calls the total; input + output where it says none
 * @param cached the part of {@code input} that came from the provider's cache
 */
public record Tokens(long input, long output, long total, long cached) {

  /** No tokens. */
  public static final Tokens NONE = new Tokens(0, 0, 0, 0);

  /** What is left without a count that was added before. */
  Tokens minus(Tokens other) {
    return new Tokens(
        input - other.input, output - other.output, total - other.total, cached - other.cached);
  }

  /** The sum of two counts. */
  public Tokens plus(Tokens other) {
    return new Tokens(
        input + other.input, output + other.output, total + other.total, cached + other.cached);
  }
}
