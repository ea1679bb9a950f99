package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of a batch input file, as far as it could be read.
 *
 * @param customId the row's own id, or null when absent or not a string
 * @param method HTTP method, or null
 * @param url path that the request is for, or null
 * @param body the request, or null when absent or not an object
 * @param present names of the envelope's fields that are there and not null
 */
record RequestLine(
    @Nullable String customId,
    @Nullable String method,
    @Nullable String url,
    @Nullable RequestBody body,
    Set<String> present) {

  /**
   * Reads a line.
   *
   * @param bytes a buffer with the line, without its line feed
   * @param from index of the line's first byte
   * @param length number of bytes
   * @throws IOException when the line is not exactly one JSON object in valid Unicode
   */
  static RequestLine parse(byte[] bytes, int from, int length) throws IOException {
    StrictJson.requireObject(bytes, from, length);
    String customId = null;
    String method = null;
    String url = null;
    RequestBody body = null;
    Set<String> present = new HashSet<>(8);
    try (JsonParser json = Json.FACTORY.createParser(bytes, from, length)) {
      json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken token = json.nextToken();
        if (token != JsonToken.VALUE_NULL) {
          present.add(name);
        }
        switch (name) {
          case "custom_id" -> customId = textOrSkip(json);
          case "method" -> method = textOrSkip(json);
          case "url" -> url = textOrSkip(json);
          case "body" -> body = bodyOrSkip(json, bytes, from);
          default -> json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw new CharConversionException("more than one value on the line");
      }
    }
    return new RequestLine(customId, method, url, body, present);
  }

  private static @Nullable RequestBody bodyOrSkip(JsonParser json, byte[] bytes, int from)
      throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      return RequestBodyReader.read(json, bytes, from);
    }
    json.skipChildren();
    return null;
  }

  private static @Nullable String textOrSkip(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    json.skipChildren();
    return null;
  }
}
