package org.batchdrop.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.batchdrop.provider.Call.Purpose;

/**
 * Reads replies. The rule for a create is the strict one: only what is known not to have happened
 * may be sent again.
 */
public final class Replies {

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int SNIPPET = 200;
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);
  private static final Duration FILE_PATIENCE = Duration.ofMinutes(10);

  private Replies() {}

  /**
   * Reads a reply that arrived.
   *
   * @param call what was sent
   * @param status the HTTP status
   * @param headers by name in lower case
   * @param text the body
   * @param now to turn dates into pauses
   */
  public static Reply of(
      Call call, int status, Map<String, String> headers, String text, Instant now) {
    Optional<JsonNode> json = json(text);
    if (status >= 200 && status < 300) {
      return accepted(call, status, text, json);
    }
    String code = json.map(Replies::code).orElse("");
    String message =
        call.secret()
            .scrub("HTTP " + status + ": " + json.map(Replies::message).orElse(snippet(text)));
    Optional<Duration> retryAfter = retryAfter(headers, now);
    if (status == 429) {
      return new Reply.Later(message, retryAfter, Optional.empty());
    }
    if (status == 401 || status == 403) {
      return new Reply.Later(
          message + " (the provider refuses the key)", retryAfter, Optional.empty());
    }
    if (call.purpose() != Purpose.BATCH && (status == 501 || status == 405)) {
      return notAnApi(call, status, text);
    }
    if (status >= 500 || status == 408 || status == 409) {
      return call.purpose() == Purpose.BATCH
          ? new Reply.Unclear(message)
          : new Reply.Later(message, retryAfter, Optional.empty());
    }
    if (call.purpose() == Purpose.BATCH && json.isPresent() && isFileNotReady(status, message)) {
      return new Reply.Later(message, retryAfter, Optional.of(FILE_PATIENCE));
    }
    if (call.purpose() == Purpose.BATCH_RESULTS && status == 404) {
      return new Reply.Later(message, retryAfter, Optional.of(FILE_PATIENCE));
    }
    if (json.isEmpty()) {
      return notAnApi(call, status, text);
    }
    return new Reply.Never(code.isEmpty() ? "http_" + status : code, message, status);
  }

  /** Reads a call that ended without a reply. */
  public static Reply failed(Call call, Throwable cause) {
    String message = call.secret().scrub(call.uri().getHost() + ": " + describe(cause));
    boolean sent = !isBeforeSending(cause);
    if (sent && call.purpose() == Purpose.BATCH) {
      return new Reply.Unclear(message);
    }
    return new Reply.Later(message, Optional.empty(), Optional.empty());
  }

  private static Reply accepted(Call call, int status, String text, Optional<JsonNode> json) {
    if (json.isPresent() && json.get().isContainerNode()) {
      return new Reply.Done(json.get());
    }
    if (call.purpose() == Purpose.BATCH) {
      return new Reply.Unclear(
          call.secret()
              .scrub("HTTP " + status + " with a reply that is no JSON: " + snippet(text)));
    }
    return notAnApi(call, status, text);
  }

  private static Reply notAnApi(Call call, int status, String text) {
    boolean html = text.stripLeading().startsWith("<");
    return new Reply.Never(
        "not_a_batch_api",
        call.secret()
            .scrub(
                "HTTP "
                    + status
                    + " from "
                    + call.method()
                    + " "
                    + call.uri()
                    + " with "
                    + (html ? "an HTML page" : "a reply that is no JSON")
                    + "; expected a Batch API: check the profile's base-url: "
                    + snippet(text)),
        status);
  }

  /** A file that was just uploaded may stay unknown for a while. */
  private static boolean isFileNotReady(int status, String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return (status == 400 || status == 404)
        && text.contains("file")
        && (text.contains("find file")
            || text.contains("no such file")
            || text.contains("'pending' state")
            || text.contains("not found"));
  }

  private static boolean isBeforeSending(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof UnknownHostException
          || at instanceof ConnectTimeoutException
          || at instanceof ConnectException
          || at instanceof NoRouteToHostException
          || at instanceof javax.net.ssl.SSLHandshakeException) {
        return true;
      }
    }
    return false;
  }

  private static String describe(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    if (root instanceof UnknownHostException) {
      return "unknown host";
    }
    if (root instanceof SocketTimeoutException) {
      return "no reply in time (" + text + ")";
    }
    if (root instanceof SSLException) {
      return "no secure connection: " + text;
    }
    return snippet(text);
  }

  private static Optional<JsonNode> json(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(text);
      return node == null || !node.isContainerNode() ? Optional.empty() : Optional.of(node);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String code(JsonNode body) {
    JsonNode error = body.path("error");
    for (JsonNode at : new JsonNode[] {error.path("code"), error.path("type"), body.path("code")}) {
      if (at.isTextual() && !at.asText().isBlank() && !at.asText().equals("None")) {
        return at.asText();
      }
    }
    return "";
  }

  private static String message(JsonNode body) {
    JsonNode error = body.path("error");
    for (JsonNode at :
        new JsonNode[] {error.path("message"), error, body.path("message"), body.path("detail")}) {
      if (at.isTextual() && !at.asText().isBlank()) {
        return snippet(at.asText());
      }
    }
    return snippet(body.toString());
  }

  /** The beginning of a text, in one line, without control characters. */
  static String snippet(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= SNIPPET ? line : line.substring(0, SNIPPET) + "...";
  }

  /**
   * How long the provider asks to wait, never longer than an hour.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, Retry-After</a>
   */
  private static Optional<Duration> retryAfter(Map<String, String> headers, Instant now) {
    String millis = headers.get("retry-after-ms");
    if (millis != null && millis.matches("[0-9]{1,12}")) {
      return Optional.of(capped(Duration.ofMillis(Long.parseLong(millis))));
    }
    String text = headers.get("retry-after");
    if (text == null) {
      return Optional.empty();
    }
    if (text.matches("[0-9]{1,9}(\\.[0-9]+)?")) {
      return Optional.of(capped(Duration.ofMillis((long) (Double.parseDouble(text) * 1000))));
    }
    try {
      Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(capped(Duration.between(now, at)));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Duration capped(Duration pause) {
    if (pause.isNegative()) {
      return Duration.ZERO;
    }
    return pause.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : pause;
  }
}
