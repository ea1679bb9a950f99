package org.batchdrop.sandbox;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One batch at one moment.
 *
 * @param id id of the batch
 * @param sequence number of the batch; later batches have greater ones
 * @param inputFileId the file it was created from
 * @param endpoint where its requests go
 * @param completionWindow the window as it was given
 * @param metadata what the client attached, or null
 * @param createdAt when it was created, in milliseconds of Unix time
 * @param expiresAt when it expires, in milliseconds of Unix time
 * @param status its state
 * @param enteredAt when it entered its states, by label, in milliseconds of Unix time
 * @param model the model of its rows, or null until it is validated
 * @param total number of its rows, 0 until it is validated
 * @param enqueuedTokens estimated prompt tokens of its rows, 0 until it is validated
 * @param progress how far it has come
 * @param outputFileId file with its answers, or null
 * @param errorFileId file with its errors, or null
 * @param problems why it failed validation; empty otherwise
 * @param script how it misbehaves, or null
 */
record Batch(
    String id,
    long sequence,
    String inputFileId,
    Endpoint endpoint,
    String completionWindow,
    @Nullable Map<String, String> metadata,
    long createdAt,
    long expiresAt,
    BatchStatus status,
    Map<String, Long> enteredAt,
    @Nullable String model,
    int total,
    long enqueuedTokens,
    Progress progress,
    @Nullable String outputFileId,
    @Nullable String errorFileId,
    List<BatchProblem> problems,
    @Nullable BatchScript script) {

  /** Returns a batch that has just been created. */
  static Batch create(
      String id,
      long sequence,
      String inputFileId,
      Endpoint endpoint,
      CompletionWindow window,
      @Nullable Map<String, String> metadata,
      long now,
      @Nullable BatchScript script) {
    return new Batch(
        id,
        sequence,
        inputFileId,
        endpoint,
        window.text(),
        metadata,
        now,
        now + window.length().toMillis(),
        BatchStatus.VALIDATING,
        Map.of(),
        null,
        0,
        0,
        Progress.NONE,
        null,
        null,
        List.of(),
        script);
  }

  /** Returns when the batch entered a state, or null when it never did. */
  @Nullable Long entered(BatchStatus state) {
    return enteredAt.get(state.label());
  }

  /** Returns the batch in another state. */
  Batch enter(BatchStatus next, long now) {
    Map<String, Long> times = new TreeMap<>(enteredAt);
    times.put(next.label(), now);
    return with(next, times, progress, outputFileId, errorFileId);
  }

  /** Returns the batch further on. */
  Batch advance(Progress next) {
    return with(status, enteredAt, next, outputFileId, errorFileId);
  }

  /** Returns the batch with its result files. */
  Batch withFiles(@Nullable String output, @Nullable String error) {
    return with(status, enteredAt, progress, output, error);
  }

  /** Returns the batch with what its validation found. */
  Batch validated(@Nullable String foundModel, int rows, long tokens, List<BatchProblem> found) {
    return new Batch(
        id,
        sequence,
        inputFileId,
        endpoint,
        completionWindow,
        metadata,
        createdAt,
        expiresAt,
        status,
        enteredAt,
        foundModel,
        rows,
        tokens,
        progress,
        outputFileId,
        errorFileId,
        found,
        script);
  }

  private Batch with(
      BatchStatus nextStatus,
      Map<String, Long> times,
      Progress nextProgress,
      @Nullable String output,
      @Nullable String error) {
    return new Batch(
        id,
        sequence,
        inputFileId,
        endpoint,
        completionWindow,
        metadata,
        createdAt,
        expiresAt,
        nextStatus,
        times,
        model,
        total,
        enqueuedTokens,
        nextProgress,
        output,
        error,
        problems,
        script);
  }
}
