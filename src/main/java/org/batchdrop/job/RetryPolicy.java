package org.batchdrop.job;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which rows without an answer are bought again, and how often.
 *
 * @param attempts how often a row is tried in all, from 1
 * @param codes what is tried again: error codes ({@code batch_expired}), HTTP statuses ({@code
 *     429}) and classes of them ({@code 5xx})
 */
public record RetryPolicy(int attempts, List<String> codes) {

  /** Bounds what a provider that fails all rows can cost in time. */
  public static final int MOST_ATTEMPTS = 10;

  /** The code of an answer that is not what the pipeline says an answer must be. */
  public static final String INVALID_ANSWER = "invalid_answer";

  /** What providers are known to answer differently the next time. */
  public static final List<String> TRANSIENT =
      List.of(
          "408",
          "409",
          "425",
          "429",
          "5xx",
          "batch_expired",
          "batch_cancelled",
          "batch_failed",
          "missing_status",
          "missing_body",
          "missing_answer",
          "malformed_line",
          INVALID_ANSWER,
          "rate_limit_exceeded",
          "server_error",
          "server_is_overloaded",
          "service_unavailable",
          "slow_down",
          "internal_error",
          "internal_server_error",
          "timeout");

  /** Three tries of what {@link #TRANSIENT} names. */
  public static final RetryPolicy DEFAULT = new RetryPolicy(3, TRANSIENT);

  private static final Pattern STATUS = Pattern.compile("[1-5]([0-9]{2}|xx)");

  /** Answers of these rows were, or may have been, paid: they are tried once more at most. */
  private static final List<String> PERHAPS_PAID =
      List.of("missing_answer", "malformed_line", "missing_status", "missing_body", INVALID_ANSWER);

  private static final int PERHAPS_PAID_ATTEMPTS = 2;

  /**
   * @throws IllegalArgumentException when {@code attempts} is not 1 to {@value #MOST_ATTEMPTS}
   */
  public RetryPolicy {
    if (attempts < 1 || attempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException(
          "retry.attempts " + attempts + ": expected 1 to " + MOST_ATTEMPTS);
    }
    codes = List.copyOf(codes);
  }

  /** Tells whether a word of the policy is a status or a class of them. */
  public static boolean isStatus(String word) {
    return STATUS.matcher(word).matches();
  }

  /**
   * Tells whether a row may be tried again.
   *
   * @param code why it has no answer
   * @param status the HTTP status of its line; below 100: none
   * @param tries how often it was tried
   */
  public boolean allows(String code, int status, int tries) {
    int most = PERHAPS_PAID.contains(code) ? Math.min(attempts, PERHAPS_PAID_ATTEMPTS) : attempts;
    return tries < most && isNamed(code, status);
  }

  private boolean isNamed(String code, int status) {
    boolean hasStatus = status >= 100;
    return codes.contains(code)
        || (hasStatus
            && (codes.contains(Integer.toString(status)) || codes.contains(status / 100 + "xx")));
  }
}
