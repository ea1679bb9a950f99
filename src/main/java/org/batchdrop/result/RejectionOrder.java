package org.batchdrop.result;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.batchdrop.job.InputRejected.Problem;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;

/**
 * Everything that is needed to publish an input that could not become requests.
 *
 * @param job the job
 * @param folder its work folder, unchanged by publishing
 * @param pipeline the pipeline's name, which is the name of the inbox folder
 * @param provider the provider's name; empty when the pipeline file could not be read
 * @param outbox the folder that holds one folder for each pipeline
 * @param problems why; at least one
 * @param received when the input was claimed
 * @param delivered now, as it shall stand in the report
 */
public record RejectionOrder(
    JobId job,
    JobFolder folder,
    String pipeline,
    String provider,
    Path outbox,
    List<Problem> problems,
    Instant received,
    Instant delivered) {

  /**
   * @throws IllegalArgumentException when there is no problem
   */
  public RejectionOrder {
    problems = List.copyOf(problems);
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("problems: expected at least one");
    }
  }
}
