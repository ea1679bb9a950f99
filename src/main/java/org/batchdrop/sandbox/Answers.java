package org.batchdrop.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests: deterministic in the request, and recognisable as the sandbox's.
 *
 * <p>A chat answer is {@code [sandbox] } and the whole text of the last user message, or an
 * instance of the JSON schema that was asked for. Thread-safe.
 */
final class Answers {
  /** A model that no batch and no request may use, so that clients can meet the error. */
  static final String UNSUPPORTED_MODEL = "unsupported-model";

  private static final String MARK = "[sandbox] ";
  private static final int MAX_CHOICES = 128;
  private static final int MAX_INPUTS = 2048;
  private static final int DEFAULT_DIMENSIONS = 64;
  private static final int MAX_DIMENSIONS = 4096;

  /**
   * Returns the reply to one request.
   *
   * @param created time that the answer carries, in Unix seconds
   */
  Reply reply(Endpoint endpoint, RequestBody body, long created) {
    String model = body.model();
    if (body.mistyped() != null) {
      return Refusal.badRequest(
          "Invalid type for '" + body.mistyped() + "'.", body.mistyped(), "invalid_type");
    }
    if (model == null) {
      return Refusal.badRequest("you must provide a model parameter", "model", null);
    }
    if (model.equals(UNSUPPORTED_MODEL)) {
      String message = "The model '" + model + "' does not exist or you do not have access to it.";
      return new Refusal(404, message, "invalid_request_error", null, "model_not_found");
    }
    if (endpoint == Endpoint.CHAT_TEST && !model.equals(Endpoint.TEST_MODEL)) {
      return Refusal.badRequest(
          "The test endpoint only knows the model '" + Endpoint.TEST_MODEL + "'.",
          "model",
          "model_not_found");
    }
    return endpoint == Endpoint.EMBEDDINGS ? embed(model, body) : chat(model, body, created);
  }

  private static Reply chat(String model, RequestBody body, long created) {
    if (body.stream()) {
      return Refusal.badRequest(
          "The sandbox does not stream; leave 'stream' out.", "stream", "unsupported_value");
    }
    if (body.messages() < 0) {
      return Refusal.missing("messages");
    }
    if (body.messages() == 0) {
      return Refusal.badRequest(
          "Invalid 'messages': empty array. Expected an array with minimum length 1.",
          "messages",
          "empty_array");
    }
    if (body.choices() < 1 || body.choices() > MAX_CHOICES) {
      return outOfRange("n", 1, MAX_CHOICES);
    }
    try {
      return new ChatReply(
          "chatcmpl-" + Fingerprint.hex(body.fingerprint()),
          created,
          model,
          content(body),
          body.choices(),
          body.promptTokens());
    } catch (SchemaInstance.Unsupported e) {
      return Refusal.badRequest(
          "Invalid schema for response_format: " + e.getMessage(),
          "response_format",
          "invalid_value");
    }
  }

  private static String content(RequestBody body) throws SchemaInstance.Unsupported {
    String echo = MARK + body.prompt();
    JsonNode format = body.responseFormat();
    String type = format == null ? "text" : format.path("type").asText("text");
    return switch (type) {
      case "text" -> echo;
      case "json_object" -> JsonNodeFactory.instance.objectNode().put("answer", echo).toString();
      case "json_schema" -> SchemaInstance.of(schema(format), echo).toString();
      default -> throw new SchemaInstance.Unsupported("unknown type '" + type + "'");
    };
  }

  private static JsonNode schema(@Nullable JsonNode format) throws SchemaInstance.Unsupported {
    JsonNode schema = format == null ? null : format.at("/json_schema/schema");
    if (schema == null || schema.isMissingNode()) {
      throw new SchemaInstance.Unsupported("'json_schema.schema' is missing");
    }
    return schema;
  }

  private static Reply embed(String model, RequestBody body) {
    List<String> inputs = body.inputs();
    if (inputs == null) {
      return Refusal.missing("input");
    }
    if (inputs.isEmpty() || inputs.size() > MAX_INPUTS || inputs.contains("")) {
      return Refusal.badRequest(
          "Invalid 'input': expected 1 to " + MAX_INPUTS + " texts, none of them empty.",
          "input",
          "invalid_value");
    }
    int dimensions = body.dimensions() == 0 ? DEFAULT_DIMENSIONS : body.dimensions();
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      return outOfRange("dimensions", 1, MAX_DIMENSIONS);
    }
    String encoding = body.encodingFormat() == null ? "float" : body.encodingFormat();
    return switch (encoding) {
      case "float", "base64" ->
          new EmbeddingReply(
              model, inputs, dimensions, encoding.equals("base64"), body.promptTokens());
      default ->
          Refusal.badRequest(
              "Invalid value: '" + encoding + "'. Supported values are: 'float' and 'base64'.",
              "encoding_format",
              "invalid_value");
    };
  }

  private static Refusal outOfRange(String param, int least, int most) {
    return Refusal.badRequest(
        "Invalid '%s': expected an integer from %d to %d.".formatted(param, least, most),
        param,
        "invalid_value");
  }
}
