package org.batchdrop.result;

/**
 * How numbers are spread, in bounded memory and without chance: count, sum and maximum are exact,
 * quantiles below {@value #EXACT} too, others at most 1 % off. Confined to one thread.
 */
public final class Distribution {

  private static final int EXACT = 128;
  private static final int STEPS = 64;
  private static final int STEP_BITS = 6;

  /** Exact ones first, then {@value #STEPS} for each power of two. */
  private final long[] buckets = new long[EXACT + STEPS * (Long.SIZE - 1 - STEP_BITS)];

  private long count;
  private long sum;
  private long max;

  Distribution() {}

  /**
   * Adds a number.
   *
   * @param value from 0
   */
  void add(long value) {
    count++;
    sum = sum + value < 0 ? Long.MAX_VALUE : sum + value;
    max = Math.max(max, value);
    buckets[bucket(value)]++;
  }

  private static int bucket(long value) {
    if (value < EXACT) {
      return (int) value;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - STEP_BITS;
    return EXACT + STEPS * (shift - 1) + (int) (value >>> shift) - STEPS;
  }

  /** The middle of a bucket. */
  private static long middle(int bucket) {
    if (bucket < EXACT) {
      return bucket;
    }
    int shift = (bucket - EXACT) / STEPS + 1;
    long low = (long) (STEPS + (bucket - EXACT) % STEPS) << shift;
    return low + (1L << (shift - 1));
  }

  /** How many numbers there are. */
  public long count() {
    return count;
  }

  /** Their sum. */
  public long sum() {
    return sum;
  }

  /** The greatest; 0 without any. */
  public long max() {
    return max;
  }

  /** The average; 0 without any. */
  public double mean() {
    return count == 0 ? 0 : (double) sum / count;
  }

  /**
   * The number that a share of all does not exceed; 0 without any.
   *
   * @param share above 0, at most 1
   */
  public long quantile(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen += buckets[i];
      if (seen >= rank) {
        return Math.min(max, middle(i));
      }
    }
    return 0;
  }
}
