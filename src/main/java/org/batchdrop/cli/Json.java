package org.batchdrop.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * JSON documents for programs: one line each, members in a fixed order, times in ISO form, {@code
 * null} for what is not known.
 */
final class Json {

  /** Harmless within a JSON text only as escapes; they occur in strings only. */
  private static final Pattern UNFIT =
      Pattern.compile(
          "[\\x7F-\\x9F\\u2028\\u2029\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069\\uFEFF\\uFFF9-\\uFFFB]");

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  static <T> ArrayNode array(Collection<T> items, Function<T, JsonNode> writer) {
    ArrayNode array = array();
    items.forEach(item -> array.add(writer.apply(item)));
    return array;
  }

  static ArrayNode texts(List<String> texts) {
    ArrayNode array = array();
    texts.forEach(array::add);
    return array;
  }

  static ObjectNode texts(Map<String, String> texts) {
    ObjectNode object = object();
    texts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> object.put(entry.getKey(), entry.getValue()));
    return object;
  }

  /** Puts a time, or null. */
  static void time(ObjectNode object, String name, Optional<Instant> at) {
    object.put(name, at.map(Instant::toString).orElse(null));
  }

  /** The text of a document, in one line. */
  static String text(JsonNode document) {
    return UNFIT
        .matcher(document.toString())
        .replaceAll(
            found -> "\\\\u" + String.format(Locale.ROOT, "%04x", (int) found.group().charAt(0)));
  }
}
