package org.batchdrop.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.InvalidSchemaException;
import dev.harrel.jsonschema.JsonSchemaException;
import dev.harrel.jsonschema.SchemaResolver;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchdrop.config.YamlValue;

/**
 * A JSON schema that answers are held against: draft 2020-12 unless {@code $schema} says another.
 * Nothing is fetched: a reference leads within the schema or to a draft's own. Confined to one
 * thread.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema 2020-12</a>
 */
public final class AnswerSchema {

  private static final int SHOWN = 3;
  private static final String DRAFTS = "https://json-schema.org/draft";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Validator validator;
  private final URI uri;

  private AnswerSchema(Validator validator, URI uri) {
    this.validator = validator;
    this.uri = uri;
  }

  /**
   * Compiles a schema.
   *
   * @throws IllegalArgumentException when it is none, with the reason
   */
  public static AnswerSchema of(YamlValue.Mapping schema) {
    Validator validator =
        new ValidatorFactory()
            .withJsonNodeFactory(new JacksonNode.Factory())
            .withSchemaResolver(address -> SchemaResolver.Result.empty())
            .createValidator();
    try {
      JsonNode root = json(schema);
      // To the validator a reference that leads nowhere is a fault of each answer.
      for (JsonNode reference : root.findValues("$ref")) {
        requireKnown(root, reference);
      }
      return new AnswerSchema(validator, validator.registerSchema(root));
    } catch (InvalidSchemaException e) {
      throw new IllegalArgumentException("it is no JSON schema: " + words(e.getErrors()), e);
    } catch (JsonSchemaException e) {
      throw new IllegalArgumentException("it is no JSON schema: " + e.getMessage(), e);
    }
  }

  private static void requireKnown(JsonNode root, JsonNode reference) {
    String text = reference.asText();
    boolean isPointer = text.equals("#") || text.startsWith("#/");
    boolean isKnown =
        isPointer
            ? !root.at(text.substring(1)).isMissingNode()
            : text.startsWith(DRAFTS) || (text.startsWith("#") && isAnchor(root, text));
    if (reference.isTextual() && !isKnown) {
      throw new IllegalArgumentException(
          "'$ref: " + text + "' leads nowhere; expected a place in this schema: #/$defs/NAME");
    }
  }

  private static boolean isAnchor(JsonNode root, String text) {
    String name = text.substring(1);
    return Stream.of("$anchor", "$dynamicAnchor")
            .flatMap(key -> root.findValuesAsText(key).stream())
            .anyMatch(name::equals)
        || root.findValuesAsText("$id").contains(text);
  }

  /**
   * Holds a text against the schema.
   *
   * @return what is wrong with it; empty when it is JSON that fits
   */
  Optional<String> problem(String text) {
    JsonNode answer;
    try {
      answer = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.of("the answer is no JSON: " + e.getOriginalMessage());
    }
    if (answer == null || answer.isMissingNode()) {
      return Optional.of("the answer is no JSON: it is empty");
    }
    Validator.Result result;
    try {
      result = validator.validate(uri, answer);
    } catch (StackOverflowError | JsonSchemaException e) {
      // A pattern with a group that repeats goes one call deeper with each character.
      return Optional.of("the answer can't be held against the schema: it is too long or too deep");
    }
    return result.isValid()
        ? Optional.empty()
        : Optional.of("the answer does not fit the schema: " + words(result.getErrors()));
  }

  private static String words(List<Error> errors) {
    String shown =
        errors.stream()
            .limit(SHOWN)
            .map(error -> place(error.getInstanceLocation()) + error.getError())
            .collect(Collectors.joining("; "));
    return errors.size() > SHOWN ? shown + "; and " + (errors.size() - SHOWN) + " more" : shown;
  }

  private static String place(String pointer) {
    return pointer.isEmpty() ? "" : pointer + ": ";
  }

  private static JsonNode json(YamlValue value) {
    if (value instanceof YamlValue.Mapping mapping) {
      ObjectNode object = JSON.createObjectNode();
      mapping.entries().forEach((name, entry) -> object.set(name, json(entry.value())));
      return object;
    }
    if (value instanceof YamlValue.Sequence list) {
      ArrayNode array = JSON.createArrayNode();
      list.items().forEach(item -> array.add(json(item)));
      return array;
    }
    if (value instanceof YamlValue.Text text) {
      return JSON.getNodeFactory().textNode(text.text());
    }
    YamlValue.Literal literal = (YamlValue.Literal) value;
    try {
      return JSON.readTree(literal.json());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          literal.location() + ": '" + literal.json() + "' is no JSON value", e);
    }
  }
}
