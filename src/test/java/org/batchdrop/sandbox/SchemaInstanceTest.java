package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer to a schema is an instance of it. */
class SchemaInstanceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"string\"} | \"echo\"",
        "{\"type\":\"string\",\"maxLength\":3} | \"san\"",
        "{\"type\":\"string\",\"minLength\":6} | \"echo..\"",
        "{\"type\":\"string\",\"format\":\"date\"} | \"2026-01-01\"",
        "{\"type\":[\"string\",\"null\"]} | \"echo\"",
        "{\"enum\":[\"red\",\"green\"]} | \"red\"",
        "{\"const\":5} | 5",
        "{\"type\":\"integer\"} | 0",
        "{\"type\":\"integer\",\"minimum\":3} | 3",
        "{\"type\":\"integer\",\"exclusiveMinimum\":3} | 4",
        "{\"type\":\"integer\",\"maximum\":-3} | -3",
        "{\"type\":\"integer\",\"minimum\":7,\"multipleOf\":5} | 10",
        "{\"type\":\"number\",\"minimum\":0.2,\"maximum\":0.4} | 0.2",
        "{\"type\":\"boolean\"} | true",
        "{\"type\":\"null\"} | null",
        "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"minItems\":2} | [true,true]",
        "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"maxItems\":0} | []",
        "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"string\"}]} | null",
        "{\"type\":\"object\",\"required\":[\"x\"]} | {\"x\":\"sandbox\"}"
      })
  void buildsInstance(String schema, String expected) throws SchemaInstance.Unsupported {
    assertThat(SchemaInstance.of(Wire.tree(schema), "echo").toString()).isEqualTo(expected);
  }

  @Test
  void firstFreeStringHoldsEcho() throws SchemaInstance.Unsupported {
    String schema =
        """
        {"type":"object","properties":{
          "kind":{"type":"string","enum":["a"]},
          "inner":{"type":"object","properties":{"text":{"type":"string"}}},
          "other":{"type":"string"}}}""";

    assertThat(SchemaInstance.of(Wire.tree(schema), "echo").toString())
        .isEqualTo("{\"kind\":\"a\",\"inner\":{\"text\":\"echo\"},\"other\":\"sandbox\"}");
  }

  @Test
  void recursionEndsInAlternative() throws SchemaInstance.Unsupported {
    String schema =
        """
        {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{
          "value":{"type":"integer"},
          "next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}}}}}""";

    assertThat(SchemaInstance.of(Wire.tree(schema), "echo").toString())
        .startsWith("{\"value\":0,\"next\":{\"value\":0,")
        .contains("\"next\":null");
  }

  @Test
  void recursionEndsInEmptyArray() throws SchemaInstance.Unsupported {
    String schema =
        """
        {"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}}}""";

    assertThat(SchemaInstance.of(Wire.tree(schema), "echo").toString())
        .isEqualTo("{\"children\":[{\"children\":[]}]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"string\",\"pattern\":\"^a$\"}",
        "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2}",
        "{\"type\":\"date\"}",
        "{\"enum\":[]}",
        "{\"$ref\":\"#/$defs/none\"}",
        "{\"$ref\":\"#\"}",
        "{\"type\":\"array\",\"minItems\":1000000,\"items\":{}}",
        "7"
      })
  void refusesWhatItCannotBuild(String schema) {
    assertThatThrownBy(() -> SchemaInstance.of(Wire.tree(schema), "echo"))
        .isInstanceOf(SchemaInstance.Unsupported.class);
  }
}
