package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One HTTP request and the reply to it. For one thread. */
final class Call {
  private final HttpExchange exchange;
  private final String requestId;
  private final List<String> path;
  private final Map<String, String> query;
  private InputStream body;
  private ReplyPath replyPath;
  private Disturbance disturbance = Disturbance.NONE;
  private boolean replied;

  Call(HttpExchange exchange, String requestId) {
    this.exchange = exchange;
    this.requestId = requestId;
    this.path =
        List.of(exchange.getRequestURI().getRawPath().replaceFirst("^/", "").split("/", -1))
            .stream()
            .map(Call::decode)
            .toList();
    this.query = parse(exchange.getRequestURI().getRawQuery());
    exchange.getResponseHeaders().set("x-request-id", requestId);
    this.body = exchange.getRequestBody();
    this.replyPath = this::send;
  }

  private static Map<String, String> parse(@Nullable String rawQuery) {
    Map<String, String> values = new HashMap<>();
    for (String pair : (rawQuery == null ? "" : rawQuery).split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        values.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return values;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // Not an escape after all; nothing has that name, so it ends in a 404.
    }
  }

  String method() {
    return exchange.getRequestMethod();
  }

  /** Returns the path as it was sent. */
  String rawPath() {
    return exchange.getRequestURI().getRawPath();
  }

  /** Returns the decoded segments of the path. */
  List<String> path() {
    return path;
  }

  /** Returns the id that the reply carries. */
  String requestId() {
    return requestId;
  }

  Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /**
   * Returns a number from the query.
   *
   * @throws ApiException when it is none, or out of its bounds
   */
  int query(String name, int least, int most, int otherwise) {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    int value = text.matches("-?[0-9]{1,9}") ? Integer.parseInt(text) : Integer.MIN_VALUE;
    if (value < least || value > most) {
      throw ApiException.badRequest(
          "Invalid '%s': '%s'. Expected an integer from %d to %d."
              .formatted(name, text, least, most),
          name,
          "invalid_value");
    }
    return value;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  /** Lowers a number of the query, or sets it when it is not there. */
  void capQuery(String name, int most) {
    query.merge(
        name,
        Integer.toString(most),
        (asked, cap) ->
            asked.matches("[0-9]{1,9}") && Integer.parseInt(asked) < most ? asked : cap);
  }

  InputStream body() {
    return body;
  }

  /** Replaces the body. */
  void body(InputStream other) {
    body = other;
  }

  /** Reads the rest of the body, so that the client sees a reply and no broken connection. */
  void drain() throws IOException {
    body.transferTo(OutputStream.nullOutputStream());
  }

  /** Returns what faults change inside the API. */
  Disturbance disturbance() {
    return disturbance;
  }

  /** Sets what faults change inside the API. */
  void disturb(Disturbance other) {
    disturbance = other;
  }

  /** Returns the way of the reply. */
  ReplyPath replyPath() {
    return replyPath;
  }

  /**
   * Returns the body, which must not be longer than a limit.
   *
   * @throws ApiException with status 413 when it is
   */
  byte[] body(int limit) throws IOException {
    byte[] bytes = body().readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new ApiException(
          new Refusal(
              413,
              "The request body is larger than the maximum of " + limit + " bytes.",
              "invalid_request_error",
              null,
              "request_too_large"));
    }
    return bytes;
  }

  /**
   * Returns the body as a JSON object.
   *
   * @throws ApiException when it is none
   */
  JsonNode jsonBody(int limit) throws IOException {
    byte[] bytes = body(limit);
    try {
      StrictJson.requireObject(bytes, 0, bytes.length);
      return Json.DOCUMENT.readTree(bytes);
    } catch (JacksonException | CharConversionException | CharacterCodingException e) {
      throw notJson();
    }
  }

  /** Returns the error for a body that is not a JSON object. */
  static ApiException notJson() {
    return ApiException.badRequest(
        "We could not parse the JSON body of your request. Expected a JSON object.", null, null);
  }

  /** Answers with a JSON document. */
  void reply(int status, JsonBody content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
      content.write(json);
    }
    try (OutputStream out = start(status, "application/json", bytes.size())) {
      bytes.writeTo(out);
    }
  }

  /** Answers with the bytes of a file. */
  void reply(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      long length = Files.size(file);
      try (OutputStream out = start(200, "application/octet-stream", length)) {
        in.transferTo(out);
      }
    }
  }

  /**
   * Starts an answer.
   *
   * @param length number of bytes, or -1 when it is not known yet
   */
  OutputStream start(int status, String contentType, long length) throws IOException {
    replied = true;
    return replyPath.start(status, contentType, length);
  }

  private OutputStream send(int status, String contentType, long length) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", contentType);
    // In this server, 0 stands for an unknown length, and -1 for no body.
    exchange.sendResponseHeaders(status, length == 0 ? -1 : Math.max(0, length));
    return exchange.getResponseBody();
  }

  /** Sends the reply on another way. */
  void through(ReplyPath other) {
    replyPath = other;
  }

  /** Sets a header of the reply. */
  void setHeader(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
  }

  /** Closes the connection, whatever has been sent. */
  void drop() {
    replied = true;
    exchange.close();
  }

  /** Tells whether the answer has started, so that no other can be given. */
  boolean replied() {
    return replied;
  }

  /** Writes one JSON document. */
  @FunctionalInterface
  interface JsonBody {
    void write(JsonGenerator json) throws IOException;
  }
}
