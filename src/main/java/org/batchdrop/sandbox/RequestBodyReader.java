package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one request body from a token stream, without a tree. For one body; not thread-safe. */
final class RequestBodyReader {
  private final JsonParser json;
  private @Nullable String model;
  private boolean stream;
  private int messages = -1;
  private String prompt = "";
  private boolean userSpoke;
  private int choices = 1;
  private @Nullable JsonNode responseFormat;
  private @Nullable List<String> inputs;
  private int dimensions;
  private @Nullable String encodingFormat;
  private @Nullable String mistyped;

  private RequestBodyReader(JsonParser json) {
    this.json = json;
  }

  /**
   * Reads the object that the parser stands on, and leaves the parser on its end.
   *
   * @param json a parser over {@code source} that stands on the start of an object
   * @param source the bytes that the parser reads
   * @param from index in {@code source} where the parser began
   * @throws IOException when the bytes are not JSON
   */
  static RequestBody read(JsonParser json, byte[] source, int from) throws IOException {
    int start = (int) json.currentTokenLocation().getByteOffset();
    RequestBodyReader reader = new RequestBodyReader(json);
    reader.readFields();
    int length = (int) json.currentLocation().getByteOffset() - start;
    return new RequestBody(
        reader.model,
        reader.stream,
        reader.messages,
        reader.prompt,
        reader.choices,
        reader.responseFormat,
        reader.inputs,
        reader.dimensions,
        reader.encodingFormat,
        reader.mistyped,
        length,
        Fingerprint.of(source, from + start, length, 0));
  }

  private void readFields() throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      switch (name) {
        case "model" -> model = text(name);
        case "stream" -> stream = flag(name);
        case "messages" -> readMessages();
        case "n" -> choices = number(name, choices);
        case "response_format" -> responseFormat = Json.MAPPER.readTree(json);
        case "input" -> inputs = readInputs();
        case "dimensions" -> dimensions = number(name, dimensions);
        case "encoding_format" -> encodingFormat = text(name);
        default -> json.skipChildren();
      }
    }
  }

  private @Nullable String text(String name) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    wrongType(name);
    return null;
  }

  private boolean flag(String name) throws IOException {
    if (!json.currentToken().isBoolean()) {
      wrongType(name);
    }
    return json.currentToken() == JsonToken.VALUE_TRUE;
  }

  private int number(String name, int otherwise) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      long value =
          json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : json.getLongValue();
      return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, value));
    }
    wrongType(name);
    return otherwise;
  }

  /** Notes the first wrong type; null stands for "not given" everywhere in this API. */
  private void wrongType(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NULL && mistyped == null) {
      mistyped = name;
    }
    json.skipChildren();
  }

  private void readMessages() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      wrongType("messages");
      return;
    }
    messages = 0;
    for (JsonToken t = json.nextToken(); t != JsonToken.END_ARRAY; t = json.nextToken()) {
      if (t == JsonToken.START_OBJECT) {
        readMessage();
      } else {
        wrongType("messages");
      }
      messages++;
    }
  }

  private void readMessage() throws IOException {
    String role = "";
    String content = "";
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      if (name.equals("role") && json.currentToken() == JsonToken.VALUE_STRING) {
        role = json.getText();
      } else if (name.equals("content")) {
        content = readContent();
      } else {
        json.skipChildren();
      }
    }
    boolean user = role.equals("user");
    if (user || !userSpoke) {
      prompt = content;
    }
    userSpoke |= user;
  }

  private String readContent() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      wrongType("messages");
      return "";
    }
    List<String> parts = new ArrayList<>();
    for (JsonToken t = json.nextToken(); t != JsonToken.END_ARRAY; t = json.nextToken()) {
      if (t == JsonToken.START_OBJECT) {
        parts.add(readPart());
      } else {
        wrongType("messages");
      }
    }
    return String.join("\n", parts);
  }

  private String readPart() throws IOException {
    String type = "";
    String text = "";
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      if (json.currentToken() == JsonToken.VALUE_STRING && name.equals("type")) {
        type = json.getText();
      } else if (json.currentToken() == JsonToken.VALUE_STRING && name.equals("text")) {
        text = json.getText();
      } else {
        json.skipChildren();
      }
    }
    return switch (type) {
      case "text" -> text;
      case "image_url" -> "[image]";
      default -> "[" + type + "]";
    };
  }

  private @Nullable List<String> readInputs() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return List.of(json.getText());
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      wrongType("input");
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonToken t = json.nextToken(); t != JsonToken.END_ARRAY; t = json.nextToken()) {
      if (t == JsonToken.VALUE_STRING) {
        texts.add(json.getText());
      } else {
        wrongType("input");
      }
    }
    return texts;
  }
}
