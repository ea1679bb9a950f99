package org.batchdrop.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.batchdrop.config.YamlValue.Location;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one YAML file into values that know their place. Only plain data: a tag that would make an
 * object, an anchor bomb, a second document or a duplicate key is a problem, never an effect.
 */
final class YamlFile {

  private static final int MAX_CODE_POINTS = 1_000_000;
  private static final int MAX_VALUES = 50_000;
  private static final int MAX_DEPTH = 60;
  private static final Set<Tag> PLAIN =
      Set.of(Tag.STR, Tag.NULL, Tag.BOOL, Tag.INT, Tag.FLOAT, Tag.MAP, Tag.SEQ);
  private static final int MOST_DIGITS = 1000;
  private static final Pattern BOOLEAN = Pattern.compile("(?i)true|false");
  private static final Pattern OTHER_RADIX = Pattern.compile("0x[0-9a-fA-F]+|0o[0-7]+");
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final String file;
  private final Problems problems;
  private int values;

  private YamlFile(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * Reads a file whose top level is a mapping.
   *
   * @param file the file's name as people are shown it
   * @param text the content
   * @param problems receives everything that is wrong
   * @return the mapping; empty when there is none to go on with
   */
  static Optional<YamlValue.Mapping> read(String file, String text, Problems problems) {
    return new YamlFile(file, problems).document(text);
  }

  private Optional<YamlValue.Mapping> document(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(new CoreSchema())
            .setCodePointLimit(MAX_CODE_POINTS)
            .build();
    try {
      requireBoundedDepth(settings, text);
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isPresent() && root.get() instanceof MappingNode mapping) {
        return Optional.of(mapping(mapping, 0));
      }
      problems.add(new Location(file, 1), "the file holds no keys; expected a YAML mapping");
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      problems.add(new Location(file, line), "not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      problems.add(new Location(file, 1), "not valid YAML: " + e.getMessage());
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // The library trips over some broken escapes.
      problems.add(new Location(file, 1), "not valid YAML: a broken escape in a quoted text");
    } catch (TooLarge e) {
      problems.add(
          new Location(file, 1),
          "the file unfolds to more than " + MAX_VALUES + " values or " + MAX_DEPTH + " levels");
    }
    return Optional.empty();
  }

  /** The composer calls itself for each level, so that the events are counted before. */
  private static void requireBoundedDepth(LoadSettings settings, String text) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        throw new TooLarge();
      }
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
    }
  }

  private YamlValue value(Node node, int depth) {
    if (++values > MAX_VALUES || depth > MAX_DEPTH) {
      throw new TooLarge();
    }
    requirePlain(node);
    if (node instanceof MappingNode mapping) {
      return mapping(mapping, depth);
    }
    if (node instanceof SequenceNode sequence) {
      List<YamlValue> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(value(item, depth + 1));
      }
      return new YamlValue.Sequence(items, location(node));
    }
    return scalar((ScalarNode) node);
  }

  private YamlValue.Mapping mapping(MappingNode node, int depth) {
    Map<String, YamlValue.Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Location at = location(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(at, "a key must be a word");
        continue;
      }
      requirePlain(key);
      YamlValue value = value(tuple.getValueNode(), depth + 1);
      YamlValue.Entry earlier = entries.putIfAbsent(key.getValue(), new YamlValue.Entry(at, value));
      if (earlier != null) {
        problems.add(
            at,
            "duplicate key '"
                + key.getValue()
                + "'; it stands on line "
                + earlier.keyLocation().line()
                + " already");
      }
    }
    return new YamlValue.Mapping(java.util.Collections.unmodifiableMap(entries), location(node));
  }

  private YamlValue scalar(ScalarNode node) {
    Location at = location(node);
    String text = node.getValue();
    Tag tag = node.getTag();
    if (tag.equals(Tag.STR) || node.getScalarStyle() != ScalarStyle.PLAIN) {
      return new YamlValue.Text(text, at);
    }
    if (tag.equals(Tag.NULL)) {
      return new YamlValue.Literal("null", at);
    }
    if (tag.equals(Tag.BOOL) && BOOLEAN.matcher(text).matches()) {
      return new YamlValue.Literal(text.toLowerCase(java.util.Locale.ROOT), at);
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(text, at);
    }
    if (PLAIN.contains(tag)) {
      problems.add(at, "'" + text + "' is not what its tag " + tag + " says");
    }
    return new YamlValue.Text(text, at);
  }

  private void requirePlain(Node node) {
    if (!PLAIN.contains(node.getTag())) {
      problems.add(
          location(node), "the tag " + node.getTag() + " is not allowed; expected plain data");
    }
  }

  private YamlValue number(String text, Location at) {
    if (text.length() > MOST_DIGITS) {
      problems.add(at, "a number of " + text.length() + " digits; expected at most " + MOST_DIGITS);
      return new YamlValue.Text("", at);
    }
    if (JSON_NUMBER.matcher(text).matches()) {
      return new YamlValue.Literal(text, at);
    }
    if (text.matches("[+-]?[0-9]+")) {
      return new YamlValue.Literal(new BigInteger(text).toString(), at);
    }
    if (OTHER_RADIX.matcher(text).matches()) {
      int radix = text.charAt(1) == 'x' ? 16 : 8;
      return new YamlValue.Literal(new BigInteger(text.substring(2), radix).toString(), at);
    }
    problems.add(
        at, "'" + text + "' has no form in JSON; expected a number such as 0.5, or quotes");
    return new YamlValue.Text(text, at);
  }

  private Location location(Node node) {
    return new Location(file, node.getStartMark().map(Mark::getLine).orElse(0) + 1);
  }

  /** Ends the reading of a file that unfolds without bound. */
  private static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLarge() {
      super(null, null, false, false);
    }
  }
}
