package org.batchdrop.request;

/**
 * How much of a job fits in one part; what a provider takes as one batch.
 *
 * @param maxRequests lines in a part, from 1
 * @param maxFileBytes size of a part's file, from 1
 * @param maxLineBytes size of one line, its line feed included, from 1
 */
public record PartLimits(int maxRequests, long maxFileBytes, long maxLineBytes) {

  /**
   * @throws IllegalArgumentException when a limit is below 1
   */
  public PartLimits {
    if (maxRequests < 1 || maxFileBytes < 1 || maxLineBytes < 1) {
      throw new IllegalArgumentException(
          "part limits %d requests, %d bytes, %d bytes a line: expected each from 1"
              .formatted(maxRequests, maxFileBytes, maxLineBytes));
    }
  }

  /** The longest line that can be sent at all, in bytes, its line feed included. */
  public long longestLine() {
    return Math.min(maxLineBytes, maxFileBytes);
  }
}
