package org.batchdrop.request;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.batchdrop.input.CsvHeader;
import org.batchdrop.input.Fields;
import org.batchdrop.input.ImageFiles;
import org.batchdrop.input.JsonScan;
import org.batchdrop.input.RowProblem;
import org.batchdrop.input.Utf8;
import org.batchdrop.job.JobId;
import org.batchdrop.job.RowId;
import org.jspecify.annotations.Nullable;

/**
 * Writes the request line of a row: {@code
 * {"custom_id":"3fa9c1-000000042","method":"POST","url":"/v1/chat/completions","body":{...}}} and a
 * line feed. The row's number is left as zeros, to be filled in when it is known. Confined to one
 * thread.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/batch/request-input">OpenAI: batch
 *     request input</a>
 */
final class LineTemplate {

  /** Above this bound a line is measured before room is made for it. */
  private static final long MEASURED_FROM = 256 * 1024;

  /** No line is longer than an array can safely be. */
  private static final long MOST_BYTES = 1 << 30;

  private final byte[][] constants;
  private final List<String> names;
  private final int[] columns;
  private final boolean[] json;
  private final boolean[] image;
  private final @Nullable ImageHole images;
  private final int[] unused;
  private final int numberAt;
  private final int constantBytes;
  private final long longest;
  private final JsonScan scan = new JsonScan();
  private final LineBuffer scratch = new LineBuffer(256);

  /**
   * Binds a body to an input.
   *
   * @param names the input's fields, in the order of the readers' slices
   * @param longest the most bytes a line may have, its line feed included
   * @throws IllegalArgumentException when a hole has no field
   */
  LineTemplate(JobId job, String url, BodyTemplate body, List<String> names, long longest) {
    this(job, url, body, names, longest, ImageFiles.NONE);
  }

  /**
   * Binds a body to an input whose rows may name images.
   *
   * @param files where these are
   */
  LineTemplate(
      JobId job,
      String url,
      BodyTemplate body,
      List<String> names,
      long longest,
      ImageFiles files) {
    this.longest = Math.min(longest, MOST_BYTES);
    this.names = List.copyOf(names);
    this.columns =
        body.holes().stream().mapToInt(hole -> CsvHeader.indexOf(names, hole.name())).toArray();
    if (IntStream.of(columns).anyMatch(column -> column < 0)) {
      throw new IllegalArgumentException("body has a hole without a field: " + names);
    }
    this.json = new boolean[columns.length];
    this.image = new boolean[columns.length];
    boolean hasImages = false;
    for (int i = 0; i < json.length; i++) {
      json[i] = body.holes().get(i).kind() == Hole.Kind.JSON;
      image[i] = body.holes().get(i).kind() == Hole.Kind.IMAGE;
      hasImages |= image[i];
    }
    this.images = hasImages ? new ImageHole(files) : null;
    this.unused =
        IntStream.range(0, names.size())
            .filter(c -> IntStream.of(columns).noneMatch(used -> used == c))
            .toArray();
    String start = "{\"custom_id\":\"" + job.suffix() + "-";
    this.numberAt = start.length();
    List<String> texts = body.constants();
    this.constants = new byte[texts.size()][];
    int sum = 0;
    for (int i = 0; i < constants.length; i++) {
      String text = texts.get(i);
      if (i == 0) {
        text =
            start
                + "0".repeat(RowId.DIGITS)
                + "\",\"method\":\"POST\",\"url\":"
                + BodyTemplate.quote(url)
                + ",\"body\":"
                + text;
      }
      constants[i] =
          (i == constants.length - 1 ? text + "}\n" : text).getBytes(StandardCharsets.UTF_8);
      sum += constants[i].length;
    }
    this.constantBytes = sum;
  }

  /** Where the digits of the row's number stand in a line. */
  int numberAt() {
    return numberAt;
  }

  /**
   * Appends a row's line.
   *
   * @return null, or why there is no line; nothing is appended then
   * @throws UncheckedIOException when the disk fails while an image is read
   */
  @Nullable RowProblem append(Fields fields, LineBuffer out) {
    long bound = constantBytes;
    for (int column : columns) {
      bound += (long) JsonEscape.MOST_GROWTH * (fields.end(column) - fields.start(column));
    }
    if (bound > MEASURED_FROM || bound > longest) {
      bound = measure(fields);
      if (bound > longest) {
        return new RowProblem(
            "line_too_long",
            "makes a request line of " + bound + " bytes; expected at most " + longest);
      }
    }
    out.room((int) bound);
    for (int column : unused) {
      if (isText(fields, column)
          && !Utf8.isValid(fields.bytes(), fields.start(column), fields.end(column))) {
        return invalid(fields, column);
      }
    }
    int start = out.length;
    RowProblem problem =
        images == null ? fill(fields, out) : fillWithImages(images, fields, out, (int) bound);
    if (problem != null) {
      out.length = start;
    }
    return problem;
  }

  private @Nullable RowProblem fill(Fields fields, LineBuffer out) {
    byte[] in = fields.bytes();
    byte[] target = out.bytes;
    int at = out.length;
    for (int i = 0; i < columns.length; i++) {
      byte[] constant = constants[i];
      System.arraycopy(constant, 0, target, at, constant.length);
      at += constant.length;
      int column = columns[i];
      if (json[i]) {
        out.length = at;
        RowProblem problem = value(fields, column, out);
        if (problem != null) {
          return problem;
        }
        at = out.length;
      } else if (fields.kind(column) == Fields.JSON_STRING) {
        int length = fields.end(column) - fields.start(column);
        System.arraycopy(in, fields.start(column), target, at, length);
        at += length;
      } else {
        boolean doubled = fields.kind(column) == Fields.QUOTED;
        int end =
            JsonEscape.write(in, fields.start(column), fields.end(column), doubled, target, at);
        if (end == JsonEscape.INVALID) {
          return invalid(fields, column);
        }
        at = end;
      }
    }
    byte[] constant = constants[columns.length];
    System.arraycopy(constant, 0, target, at, constant.length);
    out.length = at + constant.length;
    return null;
  }

  /** As {@link #fill}; more slowly, because room is made again behind each image. */
  private @Nullable RowProblem fillWithImages(
      ImageHole hole, Fields fields, LineBuffer out, int bound) {
    int start = out.length;
    for (int i = 0; i < columns.length; i++) {
      out.append(constants[i], 0, constants[i].length);
      out.room(bound);
      RowProblem problem;
      if (json[i]) {
        problem = value(fields, columns[i], out);
      } else if (image[i]) {
        problem = image(hole, fields, columns[i], out, longest - (out.length - start));
      } else {
        problem = text(fields, columns[i], out);
      }
      if (problem != null) {
        return problem;
      }
    }
    byte[] constant = constants[columns.length];
    out.append(constant, 0, constant.length);
    int length = out.length - start;
    return length <= longest
        ? null
        : new RowProblem(
            "line_too_long",
            "makes a request line of " + length + " bytes; expected at most " + longest);
  }

  private @Nullable RowProblem text(Fields fields, int column, LineBuffer out) {
    int from = fields.start(column);
    int to = fields.end(column);
    if (fields.kind(column) == Fields.JSON_STRING) {
      out.append(fields.bytes(), from, to);
      return null;
    }
    boolean doubled = fields.kind(column) == Fields.QUOTED;
    int end = JsonEscape.write(fields.bytes(), from, to, doubled, out.bytes, out.length);
    if (end == JsonEscape.INVALID) {
      return invalid(fields, column);
    }
    out.length = end;
    return null;
  }

  private @Nullable RowProblem image(
      ImageHole hole, Fields fields, int column, LineBuffer out, long most) {
    int from = fields.start(column);
    int to = fields.end(column);
    if (fields.kind(column) == Fields.JSON_VALUE) {
      return new RowProblem(
          "missing_image",
          "has no text in field '" + names.get(column) + "'; expected the path of an image");
    }
    boolean isJson = fields.kind(column) == Fields.JSON_STRING;
    if (!isJson && !Utf8.isValid(fields.bytes(), from, to)) {
      return invalid(fields, column);
    }
    String reference = isJson ? JsonScan.unescape(fields.bytes(), from, to) : fields.text(column);
    if (ImageFiles.isLink(reference)) {
      return text(fields, column, out);
    }
    try {
      return hole.append(reference, names.get(column), out, most);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a field as a JSON value; room was made for it. */
  private @Nullable RowProblem value(Fields fields, int column, LineBuffer out) {
    byte[] in = fields.bytes();
    int from = fields.start(column);
    int to = fields.end(column);
    if (fields.kind(column) == Fields.JSON_STRING) {
      out.bytes[out.length++] = '"';
      System.arraycopy(in, from, out.bytes, out.length, to - from);
      out.length += to - from;
      out.bytes[out.length++] = '"';
      return null;
    }
    if (fields.kind(column) != Fields.JSON_VALUE) {
      if (fields.kind(column) == Fields.QUOTED) {
        in = undouble(in, from, to);
        from = 0;
        to = scratch.length;
      }
      if (!Utf8.isValid(in, from, to)) {
        return invalid(fields, column);
      }
      String wrong = scan.check(in, from, to);
      if (wrong != null) {
        return new RowProblem(
            "invalid_json_field",
            "has a field '" + names.get(column) + "' that " + wrong + "; expected one JSON value");
      }
    }
    compact(in, from, to, out);
    return null;
  }

  private byte[] undouble(byte[] in, int from, int to) {
    scratch.length = 0;
    scratch.room(to - from);
    int p = from;
    while (p < to) {
      scratch.bytes[scratch.length++] = in[p];
      p += in[p] == '"' ? 2 : 1;
    }
    return scratch.bytes;
  }

  /** Copies checked JSON without the white space between its tokens, so that it is one line. */
  private static void compact(byte[] in, int from, int to, LineBuffer out) {
    boolean string = false;
    int p = from;
    while (p < to) {
      byte c = in[p++];
      if (string || c > ' ' || c < 0) {
        out.bytes[out.length++] = c;
      }
      if (string && c == '\\') {
        out.bytes[out.length++] = in[p++];
      } else if (c == '"') {
        string = !string;
      }
    }
  }

  private long measure(Fields fields) {
    long length = constantBytes;
    for (int i = 0; i < columns.length; i++) {
      int column = columns[i];
      int from = fields.start(column);
      int to = fields.end(column);
      boolean asItIs = json[i] || fields.kind(column) == Fields.JSON_STRING;
      length +=
          asItIs
              ? to - from + 2L
              : JsonEscape.length(fields.bytes(), from, to, fields.kind(column) == Fields.QUOTED);
    }
    return length;
  }

  private static boolean isText(Fields fields, int column) {
    return fields.kind(column) == Fields.PLAIN || fields.kind(column) == Fields.QUOTED;
  }

  private static RowProblem invalid(Fields fields, int column) {
    return RowProblem.invalidUtf8(fields.bytes(), fields.start(column), fields.end(column));
  }
}
