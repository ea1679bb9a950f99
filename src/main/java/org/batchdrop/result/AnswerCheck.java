package org.batchdrop.result;

import java.util.List;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.YamlValue;
import org.jspecify.annotations.Nullable;

/**
 * Says what an answer must be, beyond being one. What does not pass is a failure with the code
 * {@code invalid_answer}, although it was paid: it is in {@code errors.jsonl} as it came, and may
 * be tried again. A pure function of the answer, so that each walk through the same lines comes to
 * the same end.
 */
public interface AnswerCheck {

  /** Any answer is good. */
  AnswerCheck NONE =
      new AnswerCheck() {
        @Override
        public List<String> pointers() {
          return List.of();
        }

        @Override
        public Optional<String> problem(List<@Nullable String> values) {
          return Optional.empty();
        }
      };

  /** The check of a pipeline whose schema is known to be one. */
  static AnswerCheck of(Pipeline pipeline) {
    Optional<YamlValue.Mapping> schema = pipeline.answer().schema();
    if (schema.isPresent()) {
      return new SchemaCheck(schema.get(), pipeline.answer().text());
    }
    // Of joined sources each is judged by itself, when the answer is split.
    boolean isCode =
        pipeline.input() instanceof InputFormat.Source source
            && source.split() != InputFormat.Split.AGGREGATE
            && pipeline.result().files().extract() == Pipeline.Extract.CODE_BLOCK;
    return isCode ? CodeBlockCheck.at(pipeline.result().files().text()) : NONE;
  }

  /** JSON pointers into {@code response.body} to the values that the check looks at. */
  List<String> pointers();

  /**
   * Looks at an answer.
   *
   * @param values for each pointer: a text, or another value as its JSON; null: nothing is there
   * @return what is wrong, for people; empty when the answer is good
   */
  Optional<String> problem(List<@Nullable String> values);
}
