package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a list.
 *
 * @param items what is on the page
 * @param more whether there is another page behind it
 */
record Page<T>(List<T> items, boolean more) {

  /**
   * Cuts a page out of a list.
   *
   * @param after id of the item before the page, or "" for the first page
   * @param id tells the id of an item
   * @throws ApiException when {@code after} names no item; 404
   */
  static <T> Page<T> of(List<T> all, String after, int limit, Function<T, String> id) {
    int from = 0;
    if (!after.isEmpty()) {
      while (from < all.size() && !id.apply(all.get(from)).equals(after)) {
        from++;
      }
      if (from == all.size()) {
        throw ApiException.notFound("No item found with id '" + after + "'.", "after");
      }
      from++;
    }
    int to = Math.min(all.size(), from + limit);
    return new Page<>(all.subList(from, to), to < all.size());
  }

  /** Writes the list object of the API. */
  void write(JsonGenerator json, Function<T, String> id, Item<T> writer) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (T item : items) {
      writer.write(json, item);
    }
    json.writeEndArray();
    boolean none = items.isEmpty();
    json.writeStringField("first_id", none ? null : id.apply(items.get(0)));
    json.writeStringField("last_id", none ? null : id.apply(items.get(items.size() - 1)));
    json.writeBooleanField("has_more", more);
    json.writeEndObject();
  }

  /** Writes one item. */
  @FunctionalInterface
  interface Item<T> {
    void write(JsonGenerator json, T item) throws IOException;
  }
}
