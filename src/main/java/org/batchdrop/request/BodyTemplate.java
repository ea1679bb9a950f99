package org.batchdrop.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.YamlValue;
import org.batchdrop.input.CsvHeader;

/**
 * A pipeline's request body, compiled once into constant JSON and holes.
 *
 * <p>{@code {{name}}} in any text stands for the field's text, {@code {{name:json}}} alone in a
 * text for the field as a JSON value, {@code {{name:data-url}}} alone in a text for the image that
 * the field names; two braces with a backslash before them are text. A field's text is never read
 * as a template again. The JSON is compact, members in file order, literals as they are spelled,
 * and text outside ASCII is kept as UTF-8. Immutable.
 */
public final class BodyTemplate {

  private final List<String> constants;
  private final List<Hole> holes;
  private final String model;
  private final String thinking;

  private BodyTemplate(List<String> constants, List<Hole> holes, String model, String thinking) {
    this.constants = List.copyOf(constants);
    this.holes = List.copyOf(holes);
    this.model = model;
    this.thinking = thinking;
  }

  /** What compiling a body leads to. */
  public sealed interface Compilation {}

  /**
   * The body is good.
   *
   * @param template for any number of rows and threads
   */
  public record Compiled(BodyTemplate template) implements Compilation {}

  /**
   * The body is not good.
   *
   * @param problems all that was found, at least one, in file order
   */
  public record Refused(List<TemplateProblem> problems) implements Compilation {
    /** Keeps its own copy. */
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Compiles a body. Refused are: malformed holes, holes in names of members, a model that is
   * missing or not constant, and an {@code enable_thinking} that is not constant (one batch holds
   * one of each). {@code stream} and {@code stream_options} are left out, whatever they hold: no
   * answer can be streamed into a file.
   */
  public static Compilation compile(YamlValue.Mapping body) {
    Compiler compiler = new Compiler();
    compiler.mapping(withoutStream(body));
    String model = compiler.model(body);
    String thinking = compiler.thinking(body);
    if (!compiler.problems.isEmpty()) {
      return new Refused(compiler.problems);
    }
    compiler.endConstant();
    return new Compiled(new BodyTemplate(compiler.constants, compiler.holes, model, thinking));
  }

  private static YamlValue.Mapping withoutStream(YamlValue.Mapping body) {
    Map<String, YamlValue.Entry> entries = new LinkedHashMap<>(body.entries());
    entries.keySet().removeAll(List.of("stream", "stream_options"));
    return new YamlValue.Mapping(Collections.unmodifiableMap(entries), body.location());
  }

  /** The model that every row asks. */
  public String model() {
    return model;
  }

  /** {@code enable_thinking} as JSON; empty when the body does not have it. */
  public Optional<String> enableThinking() {
    return thinking.isEmpty() ? Optional.empty() : Optional.of(thinking);
  }

  /** The names in the holes, each once, in order of their first hole. */
  public List<String> fieldNames() {
    return holes.stream().map(Hole::name).distinct().toList();
  }

  /**
   * Finds holes that no field fills.
   *
   * @param known the fields there are; a hole also fits one with white space around it
   * @return a problem for each such hole, naming the nearest field and all there are
   */
  public List<TemplateProblem> unknownFields(List<String> known) {
    List<TemplateProblem> problems = new ArrayList<>();
    for (Hole hole : holes) {
      if (CsvHeader.indexOf(known, hole.name()) < 0) {
        String nearest =
            nearest(known, hole.name()).map(name -> "; did you mean '" + name + "'").orElse("");
        problems.add(
            new TemplateProblem(
                hole.location(),
                "there is no field '%s'%s; the input has: %s"
                    .formatted(hole.name(), nearest, String.join(", ", known))));
      }
    }
    return problems;
  }

  /** What is wrong with a body whose input can't have images. */
  public List<TemplateProblem> images() {
    return holes.stream()
        .filter(hole -> hole.kind() == Hole.Kind.IMAGE)
        .map(
            hole ->
                new TemplateProblem(
                    hole.location(),
                    "'{{"
                        + hole.name()
                        + ":data-url}}' names images; expected 'input.type: csv' or jsonl"))
        .toList();
  }

  /** The constant texts; one more than there are holes. */
  List<String> constants() {
    return constants;
  }

  List<Hole> holes() {
    return holes;
  }

  private static Optional<String> nearest(List<String> known, String name) {
    int best = Math.max(2, name.length() / 3) + 1;
    String nearest = null;
    for (String candidate : known) {
      int distance =
          distance(candidate.strip().toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  /** Walks a body once. */
  private static final class Compiler {

    private final List<String> constants = new ArrayList<>();
    private final List<Hole> holes = new ArrayList<>();
    private final List<TemplateProblem> problems = new ArrayList<>();
    private final StringBuilder constant = new StringBuilder();

    void endConstant() {
      constants.add(constant.toString());
      constant.setLength(0);
    }

    void mapping(YamlValue.Mapping mapping) {
      String separator = "{";
      for (Map.Entry<String, YamlValue.Entry> entry : mapping.entries().entrySet()) {
        if (entry.getKey().contains("{{")) {
          problems.add(
              new TemplateProblem(
                  entry.getValue().keyLocation(),
                  "the name '" + entry.getKey() + "' has a hole; expected holes in values only"));
        }
        constant.append(separator).append(quote(entry.getKey())).append(':');
        value(entry.getValue().value());
        separator = ",";
      }
      constant.append(mapping.entries().isEmpty() ? "{}" : "}");
    }

    private void value(YamlValue value) {
      if (value instanceof YamlValue.Mapping mapping) {
        mapping(mapping);
      } else if (value instanceof YamlValue.Sequence sequence) {
        String separator = "[";
        for (YamlValue item : sequence.items()) {
          constant.append(separator);
          value(item);
          separator = ",";
        }
        constant.append(sequence.items().isEmpty() ? "[]" : "]");
      } else if (value instanceof YamlValue.Literal literal) {
        constant.append(literal.json());
      } else if (value instanceof YamlValue.Text text) {
        text(text);
      }
    }

    private void text(YamlValue.Text text) {
      TextWithHoles parsed;
      try {
        parsed = TextWithHoles.parse(text.text());
      } catch (TextWithHoles.Malformed e) {
        problems.add(new TemplateProblem(text.location(), String.valueOf(e.getMessage())));
        return;
      }
      boolean json = parsed.jsonField().isPresent();
      constant.append(json ? "" : "\"");
      for (TextWithHoles.Piece piece : parsed.pieces()) {
        if (piece instanceof TextWithHoles.Field field) {
          endConstant();
          holes.add(new Hole(field.name(), field.kind(), text.location()));
        } else if (piece instanceof TextWithHoles.Text part) {
          constant.append(escape(part.text()));
        }
      }
      constant.append(json ? "" : "\"");
    }

    String model(YamlValue.Mapping body) {
      YamlValue.Entry entry = body.entries().get("model");
      if (entry == null) {
        problems.add(new TemplateProblem(body.location(), "the body has no 'model'"));
        return "";
      }
      if (!(entry.value() instanceof YamlValue.Text text) || text.text().isBlank()) {
        problems.add(
            new TemplateProblem(entry.value().location(), "'model' is no text; expected a name"));
        return "";
      }
      if (text.text().contains("{{")) {
        problems.add(
            new TemplateProblem(
                text.location(), "'model' has a hole; expected a constant: a batch has one model"));
      }
      return text.text();
    }

    String thinking(YamlValue.Mapping body) {
      YamlValue.Entry entry = body.entries().get("enable_thinking");
      if (entry == null) {
        return "";
      }
      if (entry.value() instanceof YamlValue.Literal literal) {
        return literal.json();
      }
      problems.add(
          new TemplateProblem(
              entry.value().location(),
              "'enable_thinking' is not constant; expected true or false: a batch has one"));
      return "";
    }
  }

  /** A text as a JSON string, with its quotes. */
  static String quote(String text) {
    return "\"" + escape(text) + "\"";
  }

  private static String escape(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[utf8.length * JsonEscape.MOST_GROWTH + LineBuffer.SLACK];
    int length = JsonEscape.write(utf8, 0, utf8.length, false, out, 0);
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}
