package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import org.batchdrop.config.PipelineFile;
import org.batchdrop.config.Problems;
import org.batchdrop.config.YamlValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckTest {

  private static final String LABEL =
      """
      type: object
      properties:
        label: {enum: [good, bad]}
        score: {type: number, minimum: 0}
      required: [label]
      additionalProperties: false
      """;

  /** A schema as a pipeline has it. */
  record Yaml(String text) {

    YamlValue.Mapping mapping() {
      String pipeline =
          "provider: sandbox\ninput: {type: requests}\nanswer:\n  schema:\n" + text.indent(4);
      return PipelineFile.read("p", "p.yaml", pipeline, new Problems())
          .flatMap(read -> read.answer().schema())
          .orElseThrow();
    }

    SchemaCheck check() {
      return new SchemaCheck(mapping(), "/choices/0/message/content");
    }
  }

  private static Optional<String> problem(String answer) {
    return new Yaml(LABEL).check().problem(Arrays.asList(answer, null, "stop"));
  }

  @Test
  void takesAnAnswerThatFits() {
    assertThat(problem("{\"label\":\"good\",\"score\":0.5}")).isEmpty();
  }

  @Test
  void looksThroughAFenceAroundTheAnswer() {
    assertThat(problem("```json\n{\"label\":\"bad\"}\n```\n")).isEmpty();
  }

  @Test
  void saysWhereAnAnswerDoesNotFit() {
    assertThat(problem("{\"label\":\"ugly\",\"score\":-1,\"more\":1}").orElseThrow())
        .startsWith("the answer does not fit the schema: ")
        .contains("/label: ")
        .contains("/score: ")
        .contains("/more: ");
  }

  @Test
  void saysThatAnAnswerIsNoJson() {
    assertThat(problem("Good!")).hasValueSatisfying(m -> assertThat(m).contains("is no JSON"));
    assertThat(problem("")).hasValueSatisfying(m -> assertThat(m).contains("it is empty"));
    assertThat(problem("{} {}")).hasValueSatisfying(m -> assertThat(m).contains("is no JSON"));
    assertThat(problem("{\"label\":\"good\",\"label\":\"bad\"}"))
        .hasValueSatisfying(m -> assertThat(m).contains("Duplicate field"));
  }

  @Test
  void saysThatAnAnswerWasCutOff() {
    assertThat(new Yaml(LABEL).check().problem(Arrays.asList("{\"label\":", null, "length")))
        .hasValueSatisfying(m -> assertThat(m).contains("it was cut off: finish_reason length"));
  }

  @Test
  void saysThatTheModelRefused() {
    assertThat(new Yaml(LABEL).check().problem(Arrays.asList(null, "I can't.", "stop")))
        .contains("the model refused: I can't.");
    assertThat(new Yaml(LABEL).check().problem(Arrays.asList(null, null, "stop")))
        .contains("the answer has no text at /choices/0/message/content");
  }

  @Test
  void refusesASchemaThatIsNone() {
    assertThatThrownBy(() -> AnswerSchema.of(new Yaml("type: objekt").mapping()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it is no JSON schema");
  }

  @Test
  void aReferenceLeadsToAPlaceInTheSchema() {
    String tree =
        """
        $ref: "#/$defs/tree"
        $defs:
          tree: {type: object, properties: {of: {$ref: "#/$defs/tree"}}, required: [name]}
        """;

    assertThat(new Yaml(tree).check().problem(Arrays.asList("{\"name\":1}", null, "stop")))
        .isEmpty();
    assertThat(new Yaml(tree).check().problem(Arrays.asList("{\"of\":{}}", null, "stop")))
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://example.com/schema.json", "other.json", "#/$defs/none", "#none"})
  void aReferenceIsNeverFetched(String reference) {
    assertThatThrownBy(() -> AnswerSchema.of(new Yaml("$ref: '" + reference + "'").mapping()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'$ref: " + reference + "' leads nowhere");
  }
}
