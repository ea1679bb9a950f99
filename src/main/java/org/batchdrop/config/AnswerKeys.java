package org.batchdrop.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.batchdrop.config.YamlValue.Location;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code answer:} of a pipeline, and asks for it in the request's body.
 *
 * @see <a href="https://platform.openai.com/docs/guides/structured-outputs">Structured outputs</a>
 */
final class AnswerKeys {

  private static final String FORMAT = "response_format";
  private static final String CHAT = "/chat/completions";

  private AnswerKeys() {}

  static Pipeline.Answer read(Keys keys) {
    Optional<YamlValue.Mapping> schema = keys.mapping("schema");
    String text = keys.text("text").orElse(Pipeline.Answer.CHAT_TEXT);
    if (!text.startsWith("/")) {
      keys.problem(
          "text",
          "'answer.text: "
              + text
              + "'; expected a JSON pointer such as "
              + Pipeline.Answer.CHAT_TEXT);
    }
    keys.finish();
    return new Pipeline.Answer(schema, text);
  }

  /**
   * The request with the schema as its {@code response_format}, unless its body has one already or
   * it is no chat completion.
   *
   * @param name of the schema at the provider
   */
  static Pipeline.Request withFormat(
      Pipeline.Request request, Pipeline.Answer answer, String name) {
    boolean isWanted =
        answer.schema().isPresent()
            && request.url().endsWith(CHAT)
            && !request.body().entries().containsKey(FORMAT);
    if (!isWanted) {
      return request;
    }
    YamlValue.Mapping schema = answer.schema().get();
    Location at = schema.location();
    YamlValue.Mapping named =
        mapping(
            at,
            Map.entry("name", new YamlValue.Text(name, at)),
            Map.entry("strict", new YamlValue.Literal(Boolean.toString(isStrict(schema)), at)),
            Map.entry("schema", literal(schema)));
    YamlValue.Mapping format =
        mapping(
            at,
            Map.entry("type", new YamlValue.Text("json_schema", at)),
            Map.entry("json_schema", named));
    Map<String, YamlValue.Entry> entries = new LinkedHashMap<>(request.body().entries());
    entries.put(FORMAT, new YamlValue.Entry(at, format));
    return new Pipeline.Request(
        request.url(),
        new YamlValue.Mapping(Collections.unmodifiableMap(entries), request.body().location()));
  }

  @SafeVarargs
  private static YamlValue.Mapping mapping(Location at, Map.Entry<String, YamlValue>... members) {
    Map<String, YamlValue.Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, YamlValue> member : members) {
      entries.put(member.getKey(), new YamlValue.Entry(at, member.getValue()));
    }
    return new YamlValue.Mapping(Collections.unmodifiableMap(entries), at);
  }

  /** Two braces in a schema, as in a pattern, are no hole. */
  private static YamlValue literal(YamlValue value) {
    if (value instanceof YamlValue.Text text) {
      return new YamlValue.Text(text.text().replace("{{", "\\{{"), text.location());
    }
    if (value instanceof YamlValue.Sequence list) {
      return new YamlValue.Sequence(
          list.items().stream().map(AnswerKeys::literal).toList(), list.location());
    }
    if (value instanceof YamlValue.Mapping mapping) {
      Map<String, YamlValue.Entry> entries = new LinkedHashMap<>();
      mapping
          .entries()
          .forEach(
              (key, entry) ->
                  entries.put(
                      key, new YamlValue.Entry(entry.keyLocation(), literal(entry.value()))));
      return new YamlValue.Mapping(Collections.unmodifiableMap(entries), mapping.location());
    }
    return value;
  }

  /**
   * Tells whether a provider takes the schema as a strict one: each object in it names all its
   * members as required and allows no other.
   */
  private static boolean isStrict(YamlValue value) {
    if (value instanceof YamlValue.Sequence list) {
      return list.items().stream().allMatch(AnswerKeys::isStrict);
    }
    if (!(value instanceof YamlValue.Mapping mapping)) {
      return true;
    }
    boolean isClosed = true;
    if (member(mapping, "properties") instanceof YamlValue.Mapping properties) {
      isClosed =
          texts(member(mapping, "required")).containsAll(properties.entries().keySet())
              && member(mapping, "additionalProperties") instanceof YamlValue.Literal others
              && others.json().equals("false");
    }
    return isClosed
        && mapping.entries().values().stream().allMatch(entry -> isStrict(entry.value()));
  }

  private static @Nullable YamlValue member(YamlValue.Mapping mapping, String key) {
    YamlValue.Entry entry = mapping.entries().get(key);
    return entry == null ? null : entry.value();
  }

  private static Set<String> texts(@Nullable YamlValue value) {
    List<YamlValue> items = value instanceof YamlValue.Sequence list ? list.items() : List.of();
    return items.stream()
        .filter(YamlValue.Text.class::isInstance)
        .map(item -> ((YamlValue.Text) item).text())
        .collect(Collectors.toSet());
  }
}
