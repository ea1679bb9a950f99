package org.batchdrop.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Random;

/** Replies that tell of no success, in the many shapes that providers and gateways give them. */
final class SimReplies {

  /**
   * What comes over the wire.
   *
   * @param headers by name in lower case
   */
  record Wired(int status, Map<String, String> headers, String text) {
    static Wired of(int status, String text) {
      return new Wired(status, Map.of("content-type", "application/json"), text);
    }

    static Wired ok(JsonNode json) {
      return of(200, json.toString());
    }

    boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  private final Random random;

  SimReplies(Random random) {
    this.random = random;
  }

  static Wired error(int status, String code, String message) {
    return Wired.of(
        status,
        "{\"error\":{\"message\":\""
            + message
            + "\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":"
            + (code.isEmpty() ? "null" : "\"" + code + "\"")
            + "}}");
  }

  /** A failure of the server or of a gateway before it. */
  Wired serverError() {
    int[] statuses = {500, 502, 503, 504, 408};
    int status = statuses[random.nextInt(statuses.length)];
    return switch (random.nextInt(4)) {
      case 0 -> Wired.of(status, "<html><h1>" + status + " Bad Gateway</h1></html>");
      case 1 -> Wired.of(status, "");
      case 2 -> Wired.of(status, "{\"detail\":\"upstream failed\"}");
      default -> error(status, "server_error", "The server had an error.");
    };
  }

  /** A row was asked for, and there is no answer to it; that is paid all the same. */
  Wired rowFailed() {
    return random.nextBoolean()
        ? error(500, "server_error", "simulated failure")
        : error(422, "sim_failure", "simulated failure");
  }

  Wired throttled(Instant now) {
    Wired plain = error(429, "rate_limit_exceeded", "Rate limit reached.");
    Instant later = now.plusSeconds(30);
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(later.atOffset(ZoneOffset.UTC));
    return switch (random.nextInt(7)) {
      case 0 -> new Wired(429, Map.of("retry-after", "7"), plain.text());
      case 1 -> new Wired(429, Map.of("retry-after", "0.5"), plain.text());
      case 2 -> new Wired(429, Map.of("retry-after-ms", "1500"), plain.text());
      case 3 -> new Wired(429, Map.of("retry-after", date), plain.text());
      case 4 -> new Wired(429, Map.of("retry-after", "86400000"), plain.text());
      case 5 -> new Wired(429, Map.of("retry-after", "soon"), plain.text());
      default -> plain;
    };
  }

  static Wired keyRefused() {
    return error(401, "invalid_api_key", "Incorrect API key provided.");
  }

  static Wired quota() {
    return error(429, "insufficient_quota", "You exceeded your current quota.");
  }

  /** A file that a create names and that is not there. */
  Wired fileMissing(String id) {
    return random.nextBoolean()
        ? error(400, "", "Cannot find file " + id + ", or the project has no access to it.")
        : error(404, "", "No such File object: " + id);
  }

  /** The reply of something that was done, made unreadable. */
  Wired garbled(Wired good) {
    return garbled(good, 5);
  }

  /** The same for an answer; there {@code {}} would be one. */
  Wired garbledAnswer(Wired good) {
    return garbled(good, 3);
  }

  private Wired garbled(Wired good, int shapes) {
    return switch (random.nextInt(shapes)) {
      case 0 -> Wired.of(200, good.text().substring(0, good.text().length() / 2));
      case 1 -> Wired.of(200, "");
      case 2 -> Wired.of(200, "<html>welcome</html>");
      case 3 -> Wired.of(200, "{}");
      default -> Wired.of(200, "null");
    };
  }
}
