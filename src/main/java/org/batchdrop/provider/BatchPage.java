package org.batchdrop.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A page of the list of batches, in whatever shape the provider sends it: {@code {data, has_more}},
 * {@code {value}} or a bare array.
 *
 * @param batches in the provider's order; entries without an id are left out
 * @param next after which batch the next page begins; empty: this was the last page
 */
public record BatchPage(List<BatchView> batches, Optional<String> next) {

  public BatchPage {
    batches = List.copyOf(batches);
  }

  /** Reads a page. */
  public static BatchPage of(JsonNode json) {
    JsonNode list = json.isArray() ? json : json.path(json.has("data") ? "data" : "value");
    List<BatchView> batches = new ArrayList<>();
    list.forEach(item -> BatchView.of(item).ifPresent(batches::add));
    Optional<String> next =
        json.path("has_more").asBoolean(false) && !batches.isEmpty()
            ? BatchView.text(json.path("last_id"))
                .or(() -> Optional.of(batches.get(batches.size() - 1).id()))
            : Optional.empty();
    return new BatchPage(batches, next);
  }
}
