package org.batchdrop.flow;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.provider.BatchDetails;
import org.batchdrop.provider.BatchView;

/**
 * A batch as a provider shows it, for people. Texts are the provider's.
 *
 * @param id opaque
 * @param status in lower case, synonyms made one
 * @param endpoint the request url; may be empty
 * @param model the model; may be empty
 * @param window the completion window; may be empty
 * @param inputFile the uploaded file
 * @param outputFile the file of answers
 * @param errorFile the file of failures
 * @param createdAt when it was created
 * @param times when it got where, by the provider's names
 * @param total rows in its input
 * @param completed rows answered so far; a hint
 * @param failed rows failed so far; a hint
 * @param metadata the texts in it
 * @param problems why its input was not accepted
 * @param belonging whose it is
 */
public record RemoteBatch(
    String id,
    String status,
    Optional<String> endpoint,
    Optional<String> model,
    Optional<String> window,
    Optional<String> inputFile,
    Optional<String> outputFile,
    Optional<String> errorFile,
    Optional<Instant> createdAt,
    Map<String, Instant> times,
    Optional<Long> total,
    long completed,
    long failed,
    Map<String, String> metadata,
    List<Fault> problems,
    Belonging belonging) {

  /**
   * Why a batch failed.
   *
   * @param code the provider's
   * @param message the provider's
   * @param line of the uploaded file, from 1; 0 when it names none
   */
  public record Fault(String code, String message, long line) {}

  static RemoteBatch of(BatchView view, BatchDetails details, Belonging belonging) {
    return new RemoteBatch(
        view.id(),
        view.status(),
        details.endpoint(),
        details.model(),
        details.window(),
        view.inputFile(),
        view.outputFile(),
        view.errorFile(),
        view.createdAt(),
        details.times(),
        details.total(),
        view.completed(),
        view.failed(),
        view.metadata(),
        view.problems().stream()
            .map(one -> new Fault(one.code(), one.message(), one.line()))
            .toList(),
        belonging);
  }

  /** Tells whether it will never change again. */
  public boolean hasEnded() {
    return List.of("completed", "failed", "expired", "cancelled").contains(status);
  }
}
