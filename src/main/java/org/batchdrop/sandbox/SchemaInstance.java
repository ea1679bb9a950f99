package org.batchdrop.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds one instance of a JSON schema, deterministically: every declared and required property,
 * the first alternative that works, the least number allowed from zero upwards. The first string
 * that may hold any text holds the echo of the request.
 *
 * <p>For one instance; not thread-safe.
 *
 * @see <a href="https://platform.openai.com/docs/guides/structured-outputs">Structured outputs</a>
 */
final class SchemaInstance {
  private static final int MAX_REFERENCES = 5;
  private static final int MAX_ITEMS = 1000;
  private static final String FILLER = "sandbox";
  private static final Set<String> NOT_UNDERSTOOD =
      Set.of("pattern", "not", "if", "allOf", "patternProperties", "contains", "prefixItems");
  private static final Map<String, String> FORMATS =
      Map.of(
          "date-time", "2026-01-01T00:00:00Z",
          "date", "2026-01-01",
          "time", "00:00:00Z",
          "duration", "PT1S",
          "email", "sandbox@example.com",
          "hostname", "example.com",
          "ipv4", "127.0.0.1",
          "ipv6", "::1",
          "uuid", "00000000-0000-4000-8000-000000000000",
          "uri", "https://example.com/");

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final JsonNode root;
  private final String echo;
  private boolean echoed;

  private SchemaInstance(JsonNode root, String echo) {
    this.root = root;
    this.echo = echo;
  }

  /**
   * Returns an instance of a schema.
   *
   * @param echo text for the first string that may hold it
   * @throws Unsupported when no instance can be built; says why
   */
  static JsonNode of(JsonNode schema, String echo) throws Unsupported {
    return new SchemaInstance(schema, echo).build(schema, 0);
  }

  private JsonNode build(JsonNode schema, int references) throws Unsupported {
    if (!schema.isObject()) {
      throw new Unsupported("a schema must be an object");
    }
    for (String keyword : NOT_UNDERSTOOD) {
      if (schema.has(keyword)) {
        throw new Unsupported("'" + keyword + "' is not supported by the sandbox");
      }
    }
    if (schema.has("$ref")) {
      return build(resolve(schema.get("$ref").asText()), deeper(references));
    }
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.path("enum").isArray()) {
      return first(schema.get("enum"));
    }
    JsonNode alternatives = schema.has("anyOf") ? schema.get("anyOf") : schema.path("oneOf");
    return alternatives.isArray()
        ? firstThatWorks(alternatives, references)
        : ofType(schema, type(schema), references);
  }

  private static int deeper(int references) throws Unsupported {
    if (references >= MAX_REFERENCES) {
      throw new Unsupported("'$ref' does not end");
    }
    return references + 1;
  }

  private JsonNode resolve(String reference) throws Unsupported {
    JsonNode target = null;
    if (reference.equals("#")) {
      target = root;
    } else if (reference.startsWith("#/")) {
      target = root.at(reference.substring(1));
    }
    if (target == null || target.isMissingNode()) {
      throw new Unsupported("'$ref' " + reference + " names nothing in the schema");
    }
    return target;
  }

  private JsonNode firstThatWorks(JsonNode alternatives, int references) throws Unsupported {
    Unsupported last = new Unsupported("'anyOf' is empty");
    for (JsonNode alternative : alternatives) {
      boolean echoedBefore = echoed;
      try {
        return build(alternative, references);
      } catch (Unsupported e) {
        // A recursive schema ends in a later alternative, such as null.
        echoed = echoedBefore;
        last = e;
      }
    }
    throw last;
  }

  private static JsonNode first(JsonNode values) throws Unsupported {
    if (values.isEmpty()) {
      throw new Unsupported("'enum' is empty");
    }
    return values.get(0);
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isArray() && !type.isEmpty()) {
      return type.get(0).asText();
    }
    if (type.isTextual()) {
      return type.asText();
    }
    if (schema.has("properties")) {
      return "object";
    }
    return schema.has("items") ? "array" : "string";
  }

  private JsonNode ofType(JsonNode schema, String type, int references) throws Unsupported {
    return switch (type) {
      case "object" -> object(schema, references);
      case "array" -> array(schema, references);
      case "string" -> nodes.textNode(text(schema));
      case "integer" -> number(schema, true);
      case "number" -> number(schema, false);
      case "boolean" -> nodes.booleanNode(true);
      case "null" -> nodes.nullNode();
      default -> throw new Unsupported("unknown type '" + type + "'");
    };
  }

  private ObjectNode object(JsonNode schema, int references) throws Unsupported {
    ObjectNode object = nodes.objectNode();
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      object.set(property.getKey(), build(property.getValue(), references));
    }
    for (JsonNode name : schema.path("required")) {
      if (!object.has(name.asText())) {
        object.put(name.asText(), FILLER);
      }
    }
    if (object.size() < schema.path("minProperties").asInt(0)) {
      throw new Unsupported("'minProperties' asks for more than is declared");
    }
    return object;
  }

  private ArrayNode array(JsonNode schema, int references) throws Unsupported {
    // An optional item of a recursive schema would make it endless, so only plain items are added.
    int least = schema.path("minItems").asInt(references == 0 ? 1 : 0);
    int count = Math.min(least, schema.path("maxItems").asInt(Integer.MAX_VALUE));
    if (count > MAX_ITEMS || (count > 1 && schema.path("uniqueItems").asBoolean())) {
      throw new Unsupported("the sandbox cannot make " + count + " such items");
    }
    ArrayNode array = nodes.arrayNode();
    JsonNode items = schema.has("items") ? schema.get("items") : nodes.objectNode();
    for (int i = 0; i < count; i++) {
      array.add(build(items, references));
    }
    return array;
  }

  private String text(JsonNode schema) throws Unsupported {
    int least = schema.path("minLength").asInt(0);
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    String format = schema.path("format").asText("");
    String fixed = FORMATS.get(format);
    if (fixed != null) {
      return fixed;
    }
    if (!format.isEmpty() || least > most || least > 1_000_000) {
      throw new Unsupported("the sandbox cannot make such a string");
    }
    boolean useEcho = !echoed && echo.codePointCount(0, echo.length()) <= most;
    echoed |= useEcho;
    String text = useEcho ? echo : FILLER.substring(0, Math.min(most, FILLER.length()));
    int length = text.codePointCount(0, text.length());
    return length >= least ? text : text + ".".repeat(least - length);
  }

  private JsonNode number(JsonNode schema, boolean whole) throws Unsupported {
    BigDecimal step = bound(schema, "multipleOf");
    if (step == null || (whole && step.stripTrailingZeros().scale() > 0)) {
      step = BigDecimal.ONE;
    }
    if (step.signum() <= 0) {
      throw new Unsupported("'multipleOf' must be positive");
    }
    BigDecimal least = bound(schema, "minimum");
    BigDecimal above = bound(schema, "exclusiveMinimum");
    BigDecimal value = BigDecimal.ZERO;
    if (least != null && least.signum() > 0) {
      value = least.divide(step, 0, RoundingMode.CEILING).multiply(step);
    }
    if (above != null && above.compareTo(value) >= 0) {
      value = above.divide(step, 0, RoundingMode.FLOOR).add(BigDecimal.ONE).multiply(step);
    }
    return nodes.numberNode(atMost(schema, value, step, least, above));
  }

  /** Zero may lie above the range, and a narrow range of fractions between two steps. */
  private static BigDecimal atMost(
      JsonNode schema,
      BigDecimal value,
      BigDecimal step,
      @Nullable BigDecimal least,
      @Nullable BigDecimal above)
      throws Unsupported {
    BigDecimal most = bound(schema, "maximum");
    BigDecimal below = bound(schema, "exclusiveMaximum");
    BigDecimal result = value;
    if (most != null && most.compareTo(result) < 0) {
      result = most.divide(step, 0, RoundingMode.FLOOR).multiply(step);
    }
    if (below != null && below.compareTo(result) <= 0) {
      result = below.divide(step, 0, RoundingMode.CEILING).subtract(BigDecimal.ONE).multiply(step);
    }
    boolean tooSmall =
        (least != null && result.compareTo(least) < 0)
            || (above != null && result.compareTo(above) <= 0);
    if (!tooSmall) {
      return result;
    }
    if (least != null && most != null && !schema.has("multipleOf") && !isInteger(schema)) {
      return least;
    }
    throw new Unsupported("no number fits its bounds");
  }

  private static boolean isInteger(JsonNode schema) {
    return type(schema).equals("integer");
  }

  private static @Nullable BigDecimal bound(JsonNode schema, String keyword) {
    JsonNode value = schema.path(keyword);
    return value.isNumber() ? value.decimalValue() : null;
  }

  /** Says why no instance of a schema can be built. */
  static final class Unsupported extends Exception {
    private static final long serialVersionUID = 1L;

    Unsupported(String message) {
      super(message, null, false, false);
    }
  }
}
