package org.batchdrop.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file as a provider shows it. Null, absent and empty are the same.
 *
 * @param id opaque
 * @param name under which it was uploaded; empty when the provider does not say
 * @param purpose the provider's word; empty when it does not say
 * @param bytes its length; empty when the provider does not say
 * @param createdAt when it was made; empty when the provider does not say
 */
public record FileView(
    String id,
    Optional<String> name,
    Optional<String> purpose,
    Optional<Long> bytes,
    Optional<Instant> createdAt) {

  /**
   * A page of the list of files: {@code {data, has_more}}, {@code {value}} or a bare array.
   *
   * @param files in the provider's order; entries without an id are left out
   * @param next after which file the next page begins; empty: this is the last one
   */
  public record Page(List<FileView> files, Optional<String> next) {
    public Page {
      files = List.copyOf(files);
    }
  }

  /**
   * Reads a file.
   *
   * @return empty when the JSON holds no id
   */
  public static Optional<FileView> of(JsonNode json) {
    JsonNode file = !json.has("id") && json.path("data").isObject() ? json.path("data") : json;
    JsonNode bytes = file.path("bytes");
    return BatchView.text(file.path("id"))
        .map(
            id ->
                new FileView(
                    id,
                    BatchView.text(file.path("filename")),
                    BatchView.text(file.path("purpose")),
                    bytes.isNumber() ? Optional.of(bytes.asLong()) : Optional.empty(),
                    BatchView.time(file.path("created_at"))));
  }

  /**
   * Reads a page of the list.
   *
   * @return empty when the JSON holds no list
   */
  public static Optional<Page> page(JsonNode json) {
    JsonNode list = json.isArray() ? json : json.path(json.has("data") ? "data" : "value");
    if (!list.isArray()) {
      return Optional.empty();
    }
    List<FileView> files = new ArrayList<>();
    list.forEach(item -> of(item).ifPresent(files::add));
    boolean isMore = json.path("has_more").asBoolean(false) && !files.isEmpty();
    Optional<String> next =
        isMore
            ? BatchView.text(json.path("last_id"))
                .or(() -> Optional.of(files.get(files.size() - 1).id()))
            : Optional.empty();
    return Optional.of(new Page(files, next));
  }
}
