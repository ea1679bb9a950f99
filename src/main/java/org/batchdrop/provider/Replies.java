package org.batchdrop.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
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
import org.batchdrop.job.Printable;
import org.batchdrop.provider.Call.Purpose;
import org.batchdrop.provider.Reply.Cause;

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
    return ofScrubbed(call, status, headers, call.secret().scrubReply(text), now);
  }

  /** A server may repeat what it was sent, in any member: nothing is read before the key is out. */
  private static Reply ofScrubbed(
      Call call, int status, Map<String, String> headers, String text, Instant now) {
    Optional<JsonNode> json = json(text).flatMap(node -> scrubbed(call.secret(), node));
    if (status >= 200 && status < 300) {
      return accepted(call, status, headers, text, json);
    }
    String code = call.secret().scrub(json.map(Replies::code).orElse(""));
    String message =
        call.secret()
            .scrub("HTTP " + status + ": " + json.map(Replies::message).orElse(snippet(text)));
    Optional<Duration> retryAfter = retryAfter(headers, now);
    boolean refused = status == 400 || status == 402 || status == 403 || status == 429;
    Optional<Cause> named =
        refused ? Refusal.cause(code, json.map(JsonNode::toString).orElse(text)) : Optional.empty();
    if (named.isPresent() || status == 402) {
      return new Reply.Later(
          named.orElse(Cause.QUOTA_EXHAUSTED),
          message,
          retryAfter,
          Optional.empty(),
          Refusal.limit(json.map(Replies::message).orElse(text)));
    }
    if (status == 429) {
      return new Reply.Later(Cause.BUSY, message, retryAfter);
    }
    if (status == 401 || status == 403) {
      return new Reply.Later(
          Cause.KEY_REFUSED,
          message
              + " ("
              + call.uri().getHost()
              + " refuses the key: expected one of an account there; keys of other regions do not"
              + " count)",
          retryAfter);
    }
    if (call.purpose() == Purpose.REQUEST) {
      return answer(status, headers, text, json);
    }
    if (call.purpose() != Purpose.BATCH && (status == 501 || status == 405)) {
      return notAnApi(call, status, text);
    }
    if (call.purpose() == Purpose.BATCH_CANCEL && status == 409) {
      // It has ended already: what became of it is read, not guessed.
      return new Reply.Never("conflict", message, status);
    }
    if (status >= 500 || status == 408 || status == 409) {
      return call.purpose() == Purpose.BATCH
          ? new Reply.Unclear(message)
          : new Reply.Later(Cause.UNAVAILABLE, message, retryAfter);
    }
    if (call.purpose() == Purpose.BATCH && json.isPresent() && isFileNotReady(status, message)) {
      return notReady(message, retryAfter);
    }
    if (call.purpose() == Purpose.BATCH_RESULTS && (status == 404 || status == 410)) {
      return notReady(message, retryAfter);
    }
    if (json.isEmpty() && status == 400 && call.purpose() != Purpose.BATCH) {
      // A proxy's word about a request that was damaged on its way.
      return new Reply.Later(Cause.UNAVAILABLE, notAnApi(call, status, text).message(), retryAfter);
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
    if (sent && isPaid(call)) {
      return new Reply.Unclear(message);
    }
    return new Reply.Later(Cause.UNAVAILABLE, message, Optional.empty());
  }

  private static Reply notReady(String message, Optional<Duration> retryAfter) {
    return new Reply.Later(
        Cause.FILE_NOT_READY, message, retryAfter, Optional.of(FILE_PATIENCE), Optional.empty());
  }

  /** What was paid may be paid although its reply is lost. */
  private static boolean isPaid(Call call) {
    return call.purpose() == Purpose.BATCH || call.purpose() == Purpose.REQUEST;
  }

  /** A reply that speaks of one row. */
  private static Reply answer(
      int status, Map<String, String> headers, String text, Optional<JsonNode> json) {
    String body = json.isPresent() ? line(text, json.get()) : quoted(snippet(text));
    Optional<String> id = Optional.ofNullable(headers.get("x-request-id")).map(Replies::snippet);
    return new Reply.Answer(status, body, id);
  }

  /** The text as it came, so that no number changes its form. */
  private static String line(String text, JsonNode json) {
    boolean isClean = text.indexOf('\uFEFF') < 0;
    return isClean ? text.strip().replace('\n', ' ').replace('\r', ' ') : json.toString();
  }

  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  private static Reply accepted(
      Call call, int status, Map<String, String> headers, String text, Optional<JsonNode> json) {
    if (call.purpose() == Purpose.REQUEST && json.isPresent()) {
      return answer(status, headers, text, json);
    }
    if (json.isPresent() && json.get().isContainerNode()) {
      return new Reply.Done(json.get());
    }
    if (isPaid(call)) {
      return new Reply.Unclear(unreadable(call, status, text));
    }
    // Nothing is paid by it: a reply that was damaged on its way is worth another try.
    return new Reply.Later(
        Cause.UNAVAILABLE, notAnApi(call, status, text).message(), Optional.empty());
  }

  private static String unreadable(Call call, int status, String text) {
    return call.secret()
        .scrub("HTTP " + status + " with a reply that is no JSON: " + snippet(text));
  }

  private static Reply.Never notAnApi(Call call, int status, String text) {
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
    // A byte order mark is no part of a reply.
    String json = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (json.isBlank()) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(json);
      return node == null || !node.isContainerNode() ? Optional.empty() : Optional.of(node);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** A key that was escaped in part shows itself only in the tree. */
  private static Optional<JsonNode> scrubbed(Secret secret, JsonNode tree) {
    String text = tree.toString();
    String clean = secret.scrubReply(text);
    return clean.equals(text) ? Optional.of(tree) : json(clean);
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

  /** What a reply says to people, in one line: its error's message, else its beginning. */
  static String words(JsonNode body) {
    return body.isMissingNode() ? "empty" : message(body);
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
    // What is cut off anyway need not be cleaned; a reply may be long.
    String head = text.length() <= 10 * SNIPPET ? text : text.substring(0, 10 * SNIPPET);
    String line = Printable.line(head).replaceAll(" {2,}", " ").strip();
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
