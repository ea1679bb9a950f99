package org.batchdrop.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a provider shows of a batch beside its {@link BatchView}; for people, nothing is decided by
 * it. Null, absent and empty are the same.
 *
 * @param endpoint the request url of its rows
 * @param model the model of its rows
 * @param window the completion window
 * @param total rows in its input
 * @param times when it got where, by the provider's name of the time, in the order of its life
 */
public record BatchDetails(
    Optional<String> endpoint,
    Optional<String> model,
    Optional<String> window,
    Optional<Long> total,
    Map<String, Instant> times) {

  /** Nothing is shown. */
  public static final BatchDetails NONE =
      new BatchDetails(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

  private static final List<String> TIMES =
      List.of(
          "created_at",
          "in_progress_at",
          "finalizing_at",
          "completed_at",
          "failed_at",
          "cancelling_at",
          "cancelled_at",
          "expired_at",
          "expires_at");

  /** Reads what there is. */
  public static BatchDetails of(JsonNode json) {
    JsonNode batch = BatchView.unwrapped(json);
    JsonNode counts = batch.path("request_counts");
    JsonNode total = (counts.isObject() ? counts : batch).path("total");
    Map<String, Instant> times = new LinkedHashMap<>();
    for (String name : TIMES) {
      BatchView.time(batch.path(name)).ifPresent(at -> times.put(name, at));
    }
    return new BatchDetails(
        BatchView.text(batch.path("endpoint")),
        BatchView.text(batch.path("model")),
        BatchView.text(batch.path("completion_window")),
        total.isNumber() ? Optional.of(total.asLong()) : Optional.empty(),
        times);
  }
}
