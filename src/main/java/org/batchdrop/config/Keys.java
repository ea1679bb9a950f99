package org.batchdrop.config;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.config.YamlValue.Location;
import org.batchdrop.job.Money;

/**
 * Takes the known keys out of a mapping, one typed call each, and at the end reports what is left
 * over. A wrong value is reported and read as absent, so that one pass finds every problem.
 */
final class Keys {

  private final String path;
  private final YamlValue.Mapping mapping;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  Keys(String path, YamlValue.Mapping mapping, Problems problems) {
    this.path = path;
    this.mapping = mapping;
    this.problems = problems;
  }

  /** Any value under a key. */
  Optional<YamlValue> value(String key) {
    known.add(key);
    YamlValue.Entry entry = mapping.entries().get(key);
    return entry == null ? Optional.empty() : Optional.of(entry.value());
  }

  /** A text; a number or boolean is taken by its spelling. */
  Optional<String> text(String key) {
    return value(key).flatMap(value -> asText(key, value));
  }

  /** A text that must be there; {@code ""} after a report that it isn't. */
  String requiredText(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty() && !mapping.entries().containsKey(key)) {
      problems.add(mapping.location(), "missing key '" + path + key + "'");
    }
    return text.orElse("");
  }

  /** One word of a fixed set. */
  Optional<String> word(String key, List<String> words) {
    Optional<String> text = text(key);
    if (text.isPresent() && !words.contains(text.get())) {
      problems.add(
          at(key),
          "'"
              + path
              + key
              + ": "
              + text.get()
              + "' is unknown"
              + Suggestion.hint(text.get(), words));
      return Optional.empty();
    }
    return text;
  }

  /** A size such as {@code 200MB} or {@code 1048576}, in bytes. */
  Optional<Long> size(String key) {
    return text(key)
        .flatMap(text -> reported(key, text, Units.parseSize(text), "a size such as 200MB"));
  }

  /** A duration such as {@code 60s} or {@code 24h}. */
  Optional<Duration> duration(String key) {
    return text(key)
        .flatMap(
            text ->
                reported(key, text, Units.parseDuration(text), "a duration such as 60s or 24h"));
  }

  /** A whole number from 1. */
  Optional<Integer> count(String key) {
    return text(key)
        .flatMap(text -> reported(key, text, Units.parseCount(text), "a whole number from 1"));
  }

  /** A whole number from 1 that may be large. */
  Optional<Long> largeCount(String key) {
    return text(key)
        .flatMap(
            text ->
                reported(
                    key,
                    text,
                    text.matches("[1-9][0-9]{0,17}")
                        ? Optional.of(Long.valueOf(text))
                        : Optional.empty(),
                    "a whole number from 1"));
  }

  /** An amount from zero, as {@code 20 USD}. */
  Optional<Money> money(String key) {
    return text(key)
        .flatMap(
            text ->
                reported(
                    key,
                    text,
                    Money.parse(text),
                    "an amount such as 20 USD: up to 9 decimals, and an ISO code such as USD or"
                        + " CNY"));
  }

  /** True or false. */
  Optional<Boolean> flag(String key) {
    return word(key, List.of("true", "false")).map(Boolean::valueOf);
  }

  /** The name of a charset that this Java knows. */
  Optional<String> charset(String key) {
    return text(key)
        .flatMap(
            name -> reported(key, name, knownCharset(name), "a charset such as utf-8 or gb18030"));
  }

  /** A list of texts; a single text counts as a list of one. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    value(key)
        .ifPresent(
            value -> {
              if (value instanceof YamlValue.Sequence sequence) {
                sequence.items().forEach(item -> asText(key, item).ifPresent(texts::add));
              } else {
                asText(key, value).ifPresent(texts::add);
              }
            });
    return texts;
  }

  /** A mapping of texts, in file order. */
  Map<String, String> textMap(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    mapping(key)
        .ifPresent(
            map ->
                map.entries()
                    .forEach(
                        (name, entry) ->
                            asText(key + "." + name, entry.value())
                                .ifPresent(text -> texts.put(name, text))));
    return texts;
  }

  /** A mapping of whole numbers from 1, in file order. */
  Map<String, Integer> counts(String key) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    textMap(key)
        .forEach(
            (name, text) ->
                reported(
                        key,
                        name + ": " + text,
                        Units.parseCount(text),
                        "a whole number from 1 behind each name")
                    .ifPresent(count -> counts.put(name, count)));
    return counts;
  }

  /** A mapping. */
  Optional<YamlValue.Mapping> mapping(String key) {
    return value(key)
        .flatMap(
            value -> {
              if (value instanceof YamlValue.Mapping map) {
                return Optional.of(map);
              }
              problems.add(value.location(), "'" + path + key + "' must hold keys of its own");
              return Optional.empty();
            });
  }

  /** The keys of a nested mapping; of an empty one when it is absent. */
  Keys nested(String key) {
    YamlValue.Mapping inner =
        mapping(key).orElseGet(() -> new YamlValue.Mapping(Map.of(), mapping.location()));
    return new Keys(path + key + ".", inner, problems);
  }

  /** The keys of each element of a list of mappings; another element is reported and left out. */
  List<Keys> elements(String key) {
    List<Keys> elements = new ArrayList<>();
    Optional<YamlValue> value = value(key);
    if (value.isPresent() && !(value.get() instanceof YamlValue.Sequence)) {
      problems.add(value.get().location(), "'" + path + key + "' must be a list");
    }
    if (value.isPresent() && value.get() instanceof YamlValue.Sequence sequence) {
      for (YamlValue item : sequence.items()) {
        if (item instanceof YamlValue.Mapping inner) {
          elements.add(new Keys(path + key + ".", inner, problems));
        } else {
          problems.add(item.location(), "'" + path + key + "' must be a list of keys and values");
        }
      }
    }
    return elements;
  }

  /** A key as people are shown it, with those around it. */
  String full(String key) {
    return path + key;
  }

  /** Where a key stands, or the mapping when it is absent. */
  Location at(String key) {
    YamlValue.Entry entry = mapping.entries().get(key);
    return entry == null ? mapping.location() : entry.keyLocation();
  }

  /** Reports a problem of a key. */
  void problem(String key, String message) {
    problems.add(at(key), message);
  }

  /** Reports a problem of a whole file. */
  void problem(Location location, String message) {
    problems.add(location, message);
  }

  /** Reports every key that nobody asked for. */
  void finish() {
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                problems.add(
                    entry.keyLocation(),
                    "unknown key '" + path + key + "'" + Suggestion.hint(key, known));
              }
            });
  }

  private Optional<String> asText(String key, YamlValue value) {
    if (value instanceof YamlValue.Text text) {
      return Optional.of(text.text());
    }
    if (value instanceof YamlValue.Literal literal && !literal.json().equals("null")) {
      return Optional.of(literal.json());
    }
    problems.add(value.location(), "'" + path + key + "' must be a text");
    return Optional.empty();
  }

  private <T> Optional<T> reported(String key, String text, Optional<T> parsed, String expected) {
    if (parsed.isEmpty()) {
      problem(key, "'" + path + key + ": " + text + "'; expected " + expected);
    }
    return parsed;
  }

  private static Optional<String> knownCharset(String name) {
    try {
      return Optional.of(Charset.forName(name).name());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Optional.empty();
    }
  }
}
