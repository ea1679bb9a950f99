package org.batchdrop.result;

import java.nio.charset.StandardCharsets;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.ResultLine.Place;

/**
 * Writes the lines of {@code errors.jsonl}: always the provider's envelope, always with {@code
 * error.code} and {@code error.message} as texts. Of a line that the provider wrote, only these two
 * are changed, and only when they are not there already.
 */
final class ErrorLine {

  private static final int LONGEST_MESSAGE = 2000;

  private ErrorLine() {}

  /** Appends the line of a row that no line of the provider speaks of; without terminator. */
  static void made(Scratch id, Reason reason, Scratch out) {
    out.put("{\"id\":null,\"custom_id\":");
    out.put(id.array(), 0, id.size());
    out.put(",\"response\":null,\"error\":");
    putError(reason, out);
    out.put('}');
  }

  private static void putError(Reason reason, Scratch out) {
    out.put("{\"code\":");
    out.putJsonString(reason.code());
    out.put(",\"message\":");
    out.putJsonString(reason.message());
    out.put('}');
  }

  /** Finds the reason in a failure line that {@code line} has just read. */
  static Reason reason(ResultLine line) {
    if (line.fault().isPresent()) {
      return new Reason(RetryPolicy.INVALID_ANSWER, cut(line.fault().get()));
    }
    String code = text(line, Place.ERROR_CODE);
    code = code.isEmpty() ? text(line, Place.ERROR_TYPE) : code;
    code = code.isEmpty() ? text(line, Place.BODY_ERROR_CODE) : code;
    code = code.isEmpty() ? text(line, Place.BODY_ERROR_TYPE) : code;
    return new Reason(code.isEmpty() ? codeOfShape(line) : code, message(line));
  }

  private static String codeOfShape(ResultLine line) {
    int status = line.status();
    if (status > 0 && (status < 200 || status > 299)) {
      return "http_" + status;
    }
    if (!line.isEmpty(Place.ERROR) || !line.isEmpty(Place.BODY_ERROR)) {
      return "provider_error";
    }
    return status <= 0 ? "missing_status" : "missing_body";
  }

  private static String message(ResultLine line) {
    Place[] places = {
      Place.ERROR_MESSAGE,
      Place.ERROR,
      Place.BODY_ERROR_MESSAGE,
      Place.BODY_ERROR,
      Place.BODY_MESSAGE,
      Place.BODY_DETAIL
    };
    for (Place place : places) {
      String text = text(line, place);
      if (!text.isEmpty()) {
        return text;
      }
    }
    int status = line.status();
    return status < 0
        ? "the provider's line has neither an answer nor a reason"
        : "the provider answered with status " + status + " and gave no reason";
  }

  /**
   * The text of a scalar; empty for what is absent, null, an object or an array, and for the words
   * that some gateways write in place of null.
   */
  private static String text(ResultLine line, Place place) {
    if (line.isNothing(place)) {
      return "";
    }
    byte[] bytes = line.source(place);
    int from = line.start(place);
    int to = line.end(place);
    String text =
        switch (bytes[from]) {
          case '"' -> JsonBytes.text(bytes, from, to);
          case '{', '[' -> "";
          default -> new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        };
    boolean none = text.equals("None") || text.equals("null");
    return none ? "" : cut(text);
  }

  private static String cut(String text) {
    if (text.length() <= LONGEST_MESSAGE) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST_MESSAGE - 1)) ? -1 : 0;
    return text.substring(0, LONGEST_MESSAGE + end);
  }

  /**
   * Appends a failure line that {@code line} has just read, changed so that {@code error.code} and
   * {@code error.message} are texts; without terminator.
   */
  static void rewritten(
      ResultLine line, byte[] bytes, int from, int to, Reason reason, Scratch out) {
    boolean object = line.has(Place.ERROR) && bytes[line.start(Place.ERROR)] == '{';
    if (!object) {
      replaceError(line, bytes, from, to, reason, out);
      return;
    }
    int copied = line.start(Place.ERROR) + 1;
    out.put(bytes, from, copied);
    boolean empty = line.isEmpty(Place.ERROR);
    if (!line.has(Place.ERROR_CODE)) {
      putMember("code", reason.code(), ",", out);
    }
    if (!line.has(Place.ERROR_MESSAGE)) {
      putMember("message", reason.message(), empty ? "" : ",", out);
    }
    boolean codeFirst = line.start(Place.ERROR_CODE) < line.start(Place.ERROR_MESSAGE);
    Place one = codeFirst ? Place.ERROR_CODE : Place.ERROR_MESSAGE;
    Place two = codeFirst ? Place.ERROR_MESSAGE : Place.ERROR_CODE;
    copied = replaceText(line, one, bytes, copied, reason, out);
    copied = replaceText(line, two, bytes, copied, reason, out);
    out.put(bytes, copied, to);
  }

  private static void putMember(String name, String value, String after, Scratch out) {
    out.putJsonString(name);
    out.put(':');
    out.putJsonString(value);
    out.put(after);
  }

  /** Copies up to a member and sets it, when it is present and not the wanted text already. */
  private static int replaceText(
      ResultLine line, Place place, byte[] bytes, int copied, Reason reason, Scratch out) {
    int start = line.start(place);
    if (start < 0 || (bytes[start] == '"' && !text(line, place).isEmpty())) {
      return copied;
    }
    out.put(bytes, copied, start);
    out.putJsonString(place == Place.ERROR_CODE ? reason.code() : reason.message());
    return line.end(place);
  }

  private static void replaceError(
      ResultLine line, byte[] bytes, int from, int to, Reason reason, Scratch out) {
    if (line.has(Place.ERROR)) {
      out.put(bytes, from, line.start(Place.ERROR));
      putError(reason, out);
      out.put(bytes, line.end(Place.ERROR), to);
      return;
    }
    // A line that names its row is an object with at least one member.
    int last = JsonBytes.beforeSpace(bytes, from, to) - 1;
    out.put(bytes, from, last);
    out.put(",\"error\":");
    putError(reason, out);
    out.put(bytes, last, to);
  }
}
