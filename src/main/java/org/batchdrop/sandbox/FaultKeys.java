package org.batchdrop.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one mapping of a fault script. Every key that is not read is unknown. Each method
 * throws {@link IllegalArgumentException} for a value that does not fit. Not thread-safe.
 */
final class FaultKeys {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private final String place;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Set<String> read = new TreeSet<>();

  /**
   * Takes a mapping.
   *
   * @param place where it stands, for messages
   */
  FaultKeys(String place, @Nullable Object mapping) {
    this.place = place;
    if (!(mapping instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(place + ": expected keys and values");
    }
    map.forEach((key, value) -> values.put(String.valueOf(key), value));
  }

  /** Returns everything as it was written. */
  Map<String, Object> all() {
    return values;
  }

  IllegalArgumentException problem(String key, String expected) {
    return new IllegalArgumentException(
        place + ": '" + key + "' is '" + values.get(key) + "'; expected " + expected);
  }

  private @Nullable Object value(String key) {
    read.add(key);
    return values.get(key);
  }

  boolean has(String key) {
    return value(key) != null;
  }

  @Nullable String text(String key) {
    Object value = value(key);
    if (value instanceof Map || value instanceof List) {
      throw problem(key, "a text");
    }
    return value == null ? null : value.toString();
  }

  String text(String key, String otherwise) {
    String text = text(key);
    return text == null ? otherwise : text;
  }

  boolean flag(String key) {
    Object value = value(key);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw problem(key, "true or false");
  }

  int number(String key, int least, int most, @Nullable Integer otherwise) {
    Object value = value(key);
    if (value == null && otherwise != null) {
      return otherwise;
    }
    if (value instanceof Integer number && number >= least && number <= most) {
      return number;
    }
    throw problem(key, "a whole number from " + least + " to " + most);
  }

  @Nullable Double share(String key) {
    Object value = value(key);
    if (value == null) {
      return null;
    }
    if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
      return number.doubleValue();
    }
    throw problem(key, "a share from 0 to 1");
  }

  /** Returns a duration such as 250ms, 2s, 5m, 1h or 1d in milliseconds. */
  @Nullable Long millis(String key) {
    String text = text(key);
    if (text == null) {
      return null;
    }
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      throw problem(key, "a duration such as 250ms, 2s, 5m or 1h");
    }
    long unit =
        switch (duration.group(2)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    return Long.parseLong(duration.group(1)) * unit;
  }

  long requiredMillis(String key) {
    Long millis = millis(key);
    if (millis == null) {
      throw new IllegalArgumentException(place + ": '" + key + "' is missing; expected a duration");
    }
    return millis;
  }

  /** Returns one of the constants of an enum, which are written in lower case with hyphens. */
  <E extends Enum<E>> @Nullable E word(String key, Class<E> type) {
    String text = text(key);
    if (text == null) {
      return null;
    }
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (word.equals(text)) {
        return constant;
      }
      known.add(word);
    }
    throw problem(key, "one of " + known);
  }

  /** Returns the label of a state of a batch. */
  @Nullable String status(String key) {
    String text = text(key);
    if (text != null && !statuses().contains(text)) {
      throw problem(key, "one of " + statuses());
    }
    return text;
  }

  static List<String> statuses() {
    return List.of(BatchStatus.values()).stream().map(BatchStatus::label).toList();
  }

  /** Returns a list; a single value is a list of one. */
  List<Object> list(String key) {
    Object value = value(key);
    if (value == null) {
      return List.of();
    }
    return value instanceof List<?> list ? new ArrayList<>(list) : List.of(value);
  }

  List<String> texts(String key) {
    return list(key).stream().map(String::valueOf).toList();
  }

  Map<String, String> map(String key) {
    Object value = value(key);
    if (value == null) {
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    new FaultKeys(place + ": '" + key + "'", value)
        .all()
        .forEach((name, item) -> texts.put(name, String.valueOf(item)));
    return texts;
  }

  /** Ends the reading. */
  void done() {
    for (String key : values.keySet()) {
      if (!read.contains(key)) {
        throw new IllegalArgumentException(
            place + ": unknown key '" + key + "'; known here: " + String.join(", ", read));
      }
    }
  }
}
