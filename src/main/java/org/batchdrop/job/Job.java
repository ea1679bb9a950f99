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
    long version) {

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
    return copy(next, provider, totals, times, outbox, problem);
  }

  /** The same job with its rows counted. */
  public Job with(Totals changed) {
    return copy(state, provider, changed, times, outbox, problem);
  }

  /** The same job with its times. */
  public Job with(Times changed) {
    return copy(state, provider, totals, changed, outbox, problem);
  }

  /** The same job, bought from a provider. */
  public Job boughtFrom(String name) {
    return copy(state, name, totals, times, outbox, problem);
  }

  /** The same job with what is wrong with it. */
  public Job withProblem(String text) {
    return copy(state, provider, totals, times, outbox, Optional.of(text));
  }

  /** The same job, published. */
  public Job publishedIn(String folder) {
    return copy(state, provider, totals, times, Optional.of(folder), problem);
  }

  private Job copy(
      JobState state,
      String provider,
      Totals totals,
      Times times,
      Optional<String> outbox,
      Optional<String> problem) {
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
        version);
  }
}
