package org.batchdrop.config;

import java.util.Map;
import java.util.Optional;
import org.batchdrop.job.RetryPolicy;

/**
 * How inputs become requests and answers become results: the validated content of {@code
 * pipelines/NAME.yaml}.
 *
 * @param name the file's name without extension, and the name of the inbox folder
 * @param description one line for people; may be empty
 * @param provider the name of a provider profile
 * @param mode the lane
 * @param input how a dropped file is read
 * @param request what is sent for a row; empty exactly when the input is ready-made request lines
 * @param batch what the provider is told about the batch
 * @param result what is published beside the provider's own lines
 * @param retry which rows without an answer are bought again
 * @param onDuplicate what to do with a file that was dropped before
 * @param budget what its jobs may cost
 */
public record Pipeline(
    String name,
    String description,
    String provider,
    Mode mode,
    InputFormat input,
    Optional<Request> request,
    Batch batch,
    Result result,
    RetryPolicy retry,
    OnDuplicate onDuplicate,
    Budget budget) {

  /** What becomes of a file whose contents were dropped into the same pipeline before. */
  public enum OnDuplicate {
    /** It is rejected, with the name of the earlier job; nothing is bought twice. */
    SKIP,
    /** It is a job like any other. */
    RUN
  }

  /** The way requests take: {@code auto} picks a lane by the number of rows. */
  public enum Mode {
    AUTO,
    BATCH
  }

  /**
   * The request of a row.
   *
   * @param url the endpoint, as {@code /v1/chat/completions}
   * @param body the API's own body, with holes {@code {{field}}} in its texts
   */
  public record Request(String url, YamlValue.Mapping body) {}

  /**
   * What the provider is told about each batch.
   *
   * @param completionWindow as the provider spells it, {@code 24h}; empty: the profile's default
   * @param metadata sent with each batch beside the submission key
   */
  public record Batch(Optional<String> completionWindow, Map<String, String> metadata) {
    public Batch {
      metadata = Map.copyOf(metadata);
    }
  }

  /**
   * What is published beside {@code output.jsonl} and {@code errors.jsonl}.
   *
   * @param columns result column to JSON pointer into {@code response.body}, in file order; used
   *     for tables
   * @param files how answers become files; used for sources
   * @param csvSafe whether a spreadsheet is kept from taking a text in a result column for a
   *     formula
   */
  public record Result(Map<String, String> columns, Files files, boolean csvSafe) {}

  /**
   * How answers become files.
   *
   * @param extension replaces the source's extension, with its dot; empty: the path is kept
   * @param text JSON pointer to the answer's text in {@code response.body}
   */
  public record Files(Optional<String> extension, String text) {}
}
