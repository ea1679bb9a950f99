package org.batchdrop.sandbox;

/** Executes single rows, and makes the share of them fail that the settings ask for. */
final class RowExecutor {
  private final Answers answers;
  private final double failureRate;
  private final long seed;

  RowExecutor(Answers answers, SandboxSettings settings) {
    this.answers = answers;
    this.failureRate = settings.failureRate();
    this.seed = settings.seed();
  }

  /**
   * Returns the reply to a row. The same row fails every time, in whichever batch it is.
   *
   * @param created time that an answer carries, in Unix seconds
   * @param failing share of rows that fail in this batch, if it is more than that of all
   */
  Reply execute(
      Endpoint endpoint, String customId, RequestBody body, long created, double failing) {
    double rate = Math.max(failureRate, failing);
    if (rate > 0) {
      long lot = Fingerprint.of(customId, seed);
      if (Fingerprint.share(lot) < rate) {
        return failure(Fingerprint.spread(lot));
      }
    }
    return answers.reply(endpoint, body, created);
  }

  private static Refusal failure(long lot) {
    return switch ((int) Long.remainderUnsigned(lot, 3)) {
      case 0 -> Refusal.badRequest("The sandbox refuses this row.", null, "sandbox_refusal");
      case 1 ->
          new Refusal(
              429, "Rate limit reached in the sandbox.", "requests", null, "rate_limit_exceeded");
      default ->
          new Refusal(500, "The sandbox failed to process this row.", "server_error", null, null);
    };
  }
}
