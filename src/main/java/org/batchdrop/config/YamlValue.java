package org.batchdrop.config;

import java.util.List;
import java.util.Map;

/** A value of a YAML file that remembers where it stands. */
public sealed interface YamlValue {

  /** Where the value begins. */
  Location location();

  /**
   * A place in a file.
   *
   * @param file the file as it is shown to people, relative to the home
   * @param line from 1
   */
  record Location(String file, int line) {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /**
   * A text.
   *
   * @param text the unquoted, unescaped text
   */
  record Text(String text, Location location) implements YamlValue {}

  /**
   * A number, true, false or null.
   *
   * @param json the value as JSON spells it
   */
  record Literal(String json, Location location) implements YamlValue {}

  /**
   * A list.
   *
   * @param items in order, unmodifiable
   */
  record Sequence(List<YamlValue> items, Location location) implements YamlValue {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /**
   * A mapping with distinct text keys.
   *
   * @param entries in file order, unmodifiable
   */
  record Mapping(Map<String, Entry> entries, Location location) implements YamlValue {}

  /**
   * One key of a mapping and its value.
   *
   * @param keyLocation where the key stands
   */
  record Entry(Location keyLocation, YamlValue value) {}
}
