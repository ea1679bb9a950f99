package org.batchdrop.result;

import java.util.List;
import java.util.Optional;
import org.batchdrop.config.YamlValue;
import org.jspecify.annotations.Nullable;

/**
 * Holds an answer's text against a JSON schema; a code fence around the whole text is looked
 * through. Confined to one thread.
 */
final class SchemaCheck implements AnswerCheck {

  private static final String REFUSAL = "/choices/0/message/refusal";
  private static final String FINISH = "/choices/0/finish_reason";

  private final AnswerSchema schema;
  private final List<String> pointers;

  SchemaCheck(YamlValue.Mapping schema, String text) {
    this.schema = AnswerSchema.of(schema);
    this.pointers = List.of(text, REFUSAL, FINISH);
  }

  @Override
  public List<String> pointers() {
    return pointers;
  }

  @Override
  public Optional<String> problem(List<@Nullable String> values) {
    String text = values.get(0);
    String refusal = values.get(1);
    if (text == null) {
      return Optional.of(
          refusal == null
              ? "the answer has no text at " + pointers.get(0)
              : "the model refused: " + refusal);
    }
    boolean isCut = "length".equals(values.get(2));
    return schema
        .problem(unfenced(text))
        .map(problem -> isCut ? problem + " (it was cut off: finish_reason length)" : problem);
  }

  private static String unfenced(String text) {
    String bare = text.strip();
    int first = bare.indexOf('\n');
    boolean isFenced = bare.startsWith("```") && bare.endsWith("```") && first > 0;
    return isFenced && bare.length() > first + 3
        ? bare.substring(first + 1, bare.length() - 3)
        : text;
  }
}
