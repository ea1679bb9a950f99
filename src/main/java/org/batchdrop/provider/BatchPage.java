package org.batchdrop.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A page of the list of batches, in whatever shape the provider sends it: {@code {data, has_more}},
 * {@code {data, paging}}, {@code {value}} or a bare array, also inside of another {@code data}.
 *
 * @param batches in the provider's order; entries without an id are left out
 * @param next after which batch the next page begins; empty: the provider names no next page
 * @param cursor the provider's own word for the next page, where it has one
 * @param isEndTold whether the provider says that there is a next page, or that there is none
 */
public record BatchPage(
    List<BatchView> batches, Optional<String> next, Optional<String> cursor, boolean isEndTold) {

  public BatchPage {
    batches = List.copyOf(batches);
  }

  /**
   * Tells whether a reply is a page of the list. Whatever else was sent says nothing of what is
   * listed; neither does a page that is not the last and holds no batch.
   */
  public static boolean isPage(JsonNode reply) {
    JsonNode json = unwrapped(reply);
    JsonNode list = list(json);
    boolean isMoreBehindNothing =
        json.path("has_more").asBoolean(false) && BatchPage.of(json).batches().isEmpty();
    return (list.isArray() || list.isNull()) && !isMoreBehindNothing;
  }

  private static JsonNode unwrapped(JsonNode reply) {
    JsonNode inner = reply.path("data");
    return inner.isObject() && (inner.has("data") || inner.has("value")) ? inner : reply;
  }

  private static JsonNode list(JsonNode json) {
    return json.isArray() ? json : json.path(json.has("data") ? "data" : "value");
  }

  /** Reads a page; what is none has no batches. */
  public static BatchPage of(JsonNode reply) {
    JsonNode json = unwrapped(reply);
    List<BatchView> batches = new ArrayList<>();
    list(json).forEach(item -> BatchView.of(item).ifPresent(batches::add));
    Optional<String> next =
        json.path("has_more").asBoolean(false)
            ? BatchView.text(json.path("last_id")).or(() -> last(batches))
            : Optional.empty();
    return new BatchPage(
        batches,
        batches.isEmpty() ? Optional.empty() : next,
        BatchView.text(json.path("paging").path("next_cursor")),
        json.hasNonNull("has_more") || json.path("paging").isObject());
  }

  /** What a page shows of each batch beside its view, by the batch's id. */
  public static Map<String, BatchDetails> details(JsonNode reply) {
    Map<String, BatchDetails> details = new HashMap<>();
    list(unwrapped(reply))
        .forEach(
            item ->
                BatchView.of(item)
                    .ifPresent(batch -> details.put(batch.id(), BatchDetails.of(item))));
    return details;
  }

  /**
   * After which batch to ask for more, when the provider does not say whether there is more.
   *
   * @return empty when it says so, or shows none
   */
  public Optional<String> guess() {
    return isEndTold ? Optional.empty() : last(batches);
  }

  private static Optional<String> last(List<BatchView> batches) {
    return batches.isEmpty() ? Optional.empty() : Optional.of(batches.get(batches.size() - 1).id());
  }
}
