package org.batchdrop.input;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks one ready-made request line. Used again for the next line; confined to one thread.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/batch/request-input">OpenAI: batch
 *     request input</a>
 */
final class RequestLine {

  /** OpenAI documents no bound; some providers take 64. In characters. */
  private static final int MOST_ID = 512;

  private static final byte[] CUSTOM_ID = ascii("custom_id");
  private static final byte[] METHOD = ascii("method");
  private static final byte[] URL = ascii("url");
  private static final byte[] BODY = ascii("body");
  private static final byte[] MODEL = ascii("model");
  private static final byte[] STREAM = ascii("stream");
  private static final byte[] STREAM_OPTIONS = ascii("stream_options");
  private static final byte[] THINKING = ascii("enable_thinking");

  private final List<String> endpoints;
  private final JsonScan line = new JsonScan();
  private final JsonScan body = new JsonScan();
  private byte[] b = new byte[0];
  private @Nullable String customId;
  private String url = "";
  private String model = "";
  private String thinking = "";

  /** Begins and ends, in pairs, ascending. */
  private final int[] cuts = new int[4];

  private int cutCount;

  RequestLine(List<String> endpoints) {
    this.endpoints = List.copyOf(endpoints);
  }

  /** What is wrong with a line; null when it can be sent. */
  @Nullable RowProblem check(byte[] bytes, int start, int end) {
    b = bytes;
    customId = null;
    cutCount = 0;
    String wrong = line.check(bytes, start, end);
    if (wrong != null) {
      return Utf8.isValid(bytes, start, end)
          ? new RowProblem("invalid_json_line", wrong)
          : RowProblem.invalidUtf8(bytes, start, end);
    }
    String id = text(line, CUSTOM_ID);
    if (id == null || id.isEmpty()) {
      return missing("custom_id", "a text");
    }
    if (id.length() > MOST_ID) {
      return new RowProblem(
          "invalid_custom_id",
          "has a 'custom_id' of %d characters; expected at most %d"
              .formatted(id.length(), MOST_ID));
    }
    customId = id;
    String method = text(line, METHOD);
    if (method == null) {
      return missing("method", "\"POST\"");
    }
    if (!method.equals("POST")) {
      return new RowProblem(
          "invalid_method", "has the method '" + shorten(method) + "'; expected POST");
    }
    String address = text(line, URL);
    if (address == null) {
      return missing("url", "one of " + endpoints);
    }
    if (!endpoints.contains(address)) {
      return new RowProblem(
          "invalid_url", "has the url '" + shorten(address) + "'; expected one of " + endpoints);
    }
    url = address;
    return checkBody();
  }

  private @Nullable RowProblem checkBody() {
    int at = line.find(BODY);
    if (at < 0 || b[line.valueStart(at)] != '{') {
      return missing("body", "an object");
    }
    String wrong = body.check(b, line.valueStart(at), line.valueEnd(at));
    if (wrong != null) {
      return new RowProblem("invalid_json_line", "has a 'body' that " + wrong);
    }
    String name = text(body, MODEL);
    if (name == null || name.isEmpty()) {
      return missing("body.model", "a text");
    }
    model = name;
    int toggle = body.find(THINKING);
    thinking =
        toggle < 0
            ? ""
            : new String(
                b,
                body.valueStart(toggle),
                body.valueEnd(toggle) - body.valueStart(toggle),
                StandardCharsets.UTF_8);
    int stream = body.find(STREAM);
    int options = body.find(STREAM_OPTIONS);
    if (stream >= 0 || options >= 0) {
      cutOut(stream, options);
    }
    return null;
  }

  /** Each member goes with one comma: the one before it, or behind it where all before it go. */
  private void cutOut(int stream, int options) {
    boolean isHead = true;
    for (int i = 0; i < body.members(); i++) {
      if (i != stream && i != options) {
        isHead = false;
        continue;
      }
      boolean isLast = i + 1 == body.members();
      int begin = isHead ? body.nameStart(i) - 1 : body.valueEnd(i - 1);
      int end = isHead && !isLast ? body.nameStart(i + 1) - 1 : body.valueEnd(i);
      cuts[2 * cutCount] = begin;
      cuts[2 * cutCount + 1] = end;
      cutCount++;
    }
  }

  /** How many stretches of the line are not sent; only of a line without a problem. */
  int cuts() {
    return cutCount;
  }

  /** Where a stretch that is not sent begins. */
  int cutStart(int cut) {
    return cuts[2 * cut];
  }

  /** Where a stretch that is not sent ends, exclusive. */
  int cutEnd(int cut) {
    return cuts[2 * cut + 1];
  }

  /** The line's own id; null when it has none that is usable. */
  @Nullable String customId() {
    return customId;
  }

  String url() {
    return url;
  }

  String model() {
    return model;
  }

  /** {@code enable_thinking} as JSON, empty when absent. */
  String thinking() {
    return thinking;
  }

  private @Nullable String text(JsonScan scan, byte[] name) {
    int member = scan.find(name);
    if (member < 0 || b[scan.valueStart(member)] != '"') {
      return null;
    }
    return JsonScan.unescape(b, scan.valueStart(member) + 1, scan.valueEnd(member) - 1);
  }

  private static RowProblem missing(String name, String expected) {
    return new RowProblem(
        "missing_required_parameter", "has no '" + name + "'; expected " + expected);
  }

  private static String shorten(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
