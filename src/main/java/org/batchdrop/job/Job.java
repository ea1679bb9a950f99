package org.batchdrop.job;

import java.time.Instant;
import java.util.Optional;

/**
 * What the journal knows of a job.
 *
 * @param id its name
 * @param pipeline the pipeline's name
 * @param inputName the dropped entry's name
 * @param inputBytes its size; of a folder the sum of its files
 * @param inputKey the dropped file's identity on its file system, by which whoever dropped it can
 *     find the job; may be empty
 * @param state where it stands
 * @param provider the provider's name, known once prepared; else empty
 * @param totals the rows, zero until known
 * @param times when it got where
 * @param outbox the published folder relative to the home, once delivered or rejected
 * @param problem why it can't go on at the moment, or why it was rejected
 * @param contents SHA-256 of what was dropped and of the pipeline, in hexadecimal; empty until
 *     known
 * @param orders what a person said about it
 * @param version counts the changes
 */
public record Job(
    JobId id,
    String pipeline,
    String inputName,
    long inputBytes,
    String inputKey,
    JobState state,
    String provider,
    Totals totals,
    Times times,
    Optional<String> outbox,
    Optional<String> problem,
    String contents,
    Orders orders,
    long version) {

  /**
   * What a person said about a job; never taken back.
   *
   * @param approved it may cost more than its budget
   * @param cancelled nothing more is bought for it; answers that were paid are delivered
   */
  public record Orders(boolean approved, boolean cancelled) {
    /** Nothing was said. */
    public static final Orders NONE = new Orders(false, false);
  }

  /**
   * The balance of a job's rows.
   *
   * @param rows in the input
   * @param unsent rows that could not become a request
   * @param answered rows with an answer, known when delivered
   * @param failed rows without, known when delivered; {@code rows = answered + failed} then
   * @param parts slices of the first generation
   */
  public record Totals(long rows, long unsent, long answered, long failed, int parts) {
    /** Nothing is known yet. */
    public static final Totals NONE = new Totals(0, 0, 0, 0, 0);
  }

  /**
   * When a job got where; empty until it does.
   *
   * @param received when the input was claimed
   * @param prepared when its parts were written
   * @param collected when its last part ended
   * @param delivered when its results were published
   */
  public record Times(
      Instant received,
      Optional<Instant> prepared,
      Optional<Instant> collected,
      Optional<Instant> delivered) {
    /** A job that was just received. */
    public static Times received(Instant at) {
      return new Times(at, Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /** The same job in another state. */
  public Job to(JobState next) {
    return copy(next, provider, totals, times, outbox, problem, contents, orders);
  }

  /** The same job with its rows counted. */
  public Job with(Totals changed) {
    return copy(state, provider, changed, times, outbox, problem, contents, orders);
  }

  /** The same job with its times. */
  public Job with(Times changed) {
    return copy(state, provider, totals, changed, outbox, problem, contents, orders);
  }

  /** The same job with what a person said. */
  public Job with(Orders changed) {
    return copy(state, provider, totals, times, outbox, problem, contents, changed);
  }

  /** The same job, bought from a provider. */
  public Job boughtFrom(String name) {
    return copy(state, name, totals, times, outbox, problem, contents, orders);
  }

  /** The same job with what is wrong with it. */
  public Job withProblem(String text) {
    return copy(state, provider, totals, times, outbox, Optional.of(text), contents, orders);
  }

  /** The same job, with nothing wrong any more. */
  public Job withoutProblem() {
    return copy(state, provider, totals, times, outbox, Optional.empty(), contents, orders);
  }

  /** The same job, published. */
  public Job publishedIn(String folder) {
    return copy(state, provider, totals, times, Optional.of(folder), problem, contents, orders);
  }

  /** The same job, now that it is known what was dropped. */
  public Job of(String hash) {
    return copy(state, provider, totals, times, outbox, problem, hash, orders);
  }

  private Job copy(
      JobState state,
      String provider,
      Totals totals,
      Times times,
      Optional<String> outbox,
      Optional<String> problem,
      String contents,
      Orders orders) {
    return new Job(
        id,
        pipeline,
        inputName,
        inputBytes,
        inputKey,
        state,
        provider,
        totals,
        times,
        outbox,
        problem,
        contents,
        orders,
        version);
  }
}
