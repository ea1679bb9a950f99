package org.batchdrop.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.job.Part.Seen;
import org.batchdrop.job.PartState.BatchEnd;

/**
 * A batch as a provider shows it. Null, absent and empty are the same; unknown members and unknown
 * statuses do no harm; counts are a hint.
 *
 * @param id opaque
 * @param status in lower case, synonyms made one
 * @param inputFile the uploaded file; empty when the provider does not say
 * @param outputFile the file of answers; empty when there is none
 * @param errorFile the file of failures; empty when there is none
 * @param createdAt when it was created; empty when the provider does not say
 * @param metadata the texts in it
 * @param completed rows answered so far
 * @param failed rows failed so far
 * @param problems why its input was not accepted; the first {@value #MOST_PROBLEMS}
 */
public record BatchView(
    String id,
    String status,
    Optional<String> inputFile,
    Optional<String> outputFile,
    Optional<String> errorFile,
    Optional<Instant> createdAt,
    Map<String, String> metadata,
    long completed,
    long failed,
    List<Problem> problems) {

  /** A provider may name a problem for each line of a large file. */
  public static final int MOST_PROBLEMS = 10_000;

  private static final String NO_REASON = "no reason given";

  /** The year 9999; what lies beyond is no time of a batch. */
  private static final double LATEST_SECOND = 253_402_300_800.0;

  /**
   * Why a batch failed.
   *
   * @param code the provider's
   * @param message the provider's
   * @param line of the uploaded file, from 1; 0 when it names none
   */
  public record Problem(String code, String message, long line) {}

  /**
   * Reads a batch.
   *
   * @return empty when the JSON holds no id, or only that of a refusal
   */
  public static Optional<BatchView> of(JsonNode json) {
    JsonNode batch = unwrapped(json);
    // The id of a refusal under a good status is no batch's.
    boolean isRefusal = batch.path("error").isObject() && !batch.has("status");
    Optional<String> id = isRefusal ? Optional.empty() : text(batch.path("id"));
    return id.map(
        value ->
            new BatchView(
                value,
                status(batch.path("status").asText("")),
                text(batch.path("input_file_id")),
                text(batch.path("output_file_id")),
                text(batch.path("error_file_id")),
                time(batch.path("created_at")),
                metadata(batch.path("metadata")),
                count(batch, "completed"),
                count(batch, "failed"),
                problems(batch.path("errors"))));
  }

  /** Tells whether the batch will never change again. */
  public boolean hasEnded() {
    return switch (status) {
      case "completed", "failed", "expired", "cancelled" -> true;
      default -> false;
    };
  }

  /** What to remember while it runs. */
  public Seen seen() {
    return new Seen(status, completed, failed);
  }

  /** How it ended; only of a batch that has. */
  public BatchEnd end() {
    String code = problems.isEmpty() ? defaultCode() : problems.get(0).code();
    return new BatchEnd(status, outputFile, errorFile, code, message());
  }

  private String message() {
    if (problems.isEmpty()) {
      return defaultMessage();
    }
    Problem first = problems.get(0);
    return first.message()
        + (first.line() > 0 ? " (request line " + first.line() + ")" : "")
        + (problems.size() > 1 ? ", and " + (problems.size() - 1) + " more" : "");
  }

  private String defaultCode() {
    return status.equals("completed") ? "missing_answer" : "batch_" + status;
  }

  private String defaultMessage() {
    return switch (status) {
      case "completed" -> "the provider's files hold no line for this row";
      case "expired" -> "the batch expired before this row was executed";
      case "cancelled" -> "the batch was cancelled before this row was executed";
      default -> "the batch failed and the provider gave no reason";
    };
  }

  /** The batch itself, where a provider puts it into something else. */
  static JsonNode unwrapped(JsonNode json) {
    // A wrapper's own id is that of the call.
    boolean isItself = json.has("id") && (json.has("status") || json.has("object"));
    for (String wrapper : new String[] {"data", "job"}) {
      JsonNode inner = json.path(wrapper);
      if (!isItself && inner.isObject() && (!json.has("id") || inner.has("id"))) {
        return inner;
      }
    }
    return json;
  }

  /** Some providers show a plain number in place of the counts, and the counts beside it. */
  private static long count(JsonNode batch, String name) {
    JsonNode counts = batch.path("request_counts");
    return (counts.isObject() ? counts : batch).path(name).asLong(0);
  }

  private static String status(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "canceled" -> "cancelled";
      case "canceling", "cancellation_requested" -> "cancelling";
      case "in_queue", "queued" -> "validating";
      case "progress", "running" -> "in_progress";
      case "success", "succeeded", "ended" -> "completed";
      case "timeout_exceeded" -> "expired";
      default -> lower.length() > 60 ? lower.substring(0, 60) : lower;
    };
  }

  /** The text of a node; empty for null, absent and the empty text. */
  static Optional<String> text(JsonNode node) {
    return node.isValueNode() && !node.isNull() && !node.asText().isEmpty()
        ? Optional.of(node.asText())
        : Optional.empty();
  }

  /** A time in seconds since 1970 or in ISO form; empty for anything else. */
  static Optional<Instant> time(JsonNode node) {
    if (node.isNumber()) {
      return Math.abs(node.asDouble()) < LATEST_SECOND
          ? Optional.of(Instant.ofEpochSecond(node.asLong()))
          : Optional.empty();
    }
    return text(node)
        .flatMap(
            value -> {
              try {
                return Optional.of(
                    value.matches("[0-9]{1,12}")
                        ? Instant.ofEpochSecond(Long.parseLong(value))
                        : Instant.parse(value));
              } catch (DateTimeParseException e) {
                return Optional.empty();
              }
            });
  }

  private static Map<String, String> metadata(JsonNode node) {
    Map<String, String> pairs = new HashMap<>();
    node.properties()
        .forEach(pair -> text(pair.getValue()).ifPresent(v -> pairs.put(pair.getKey(), v)));
    return Map.copyOf(pairs);
  }

  /** {@code {object, data[]}}, a bare array, or a text. */
  private static List<Problem> problems(JsonNode errors) {
    JsonNode list = errors.isArray() ? errors : errors.path("data");
    if (errors.isTextual() && !errors.asText().isBlank()) {
      return List.of(new Problem("batch_failed", Replies.snippet(errors.asText()), 0));
    }
    List<Problem> problems = new ArrayList<>();
    for (JsonNode item : list) {
      if (problems.size() < MOST_PROBLEMS) {
        problems.add(
            new Problem(
                text(item.path("code")).orElse("batch_failed"),
                Replies.snippet(text(item).or(() -> text(item.path("message"))).orElse(NO_REASON)),
                Math.max(0, item.path("line").asLong(0))));
      }
    }
    return List.copyOf(problems);
  }
}
