package org.batchdrop.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.RowSelection;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file with one JSON object a line, {@code {"name":"Ada","age":36}}. Only the wanted
 * members are kept; blank lines are no rows.
 */
public final class JsonLinesReader implements RowReader {

  private final LineReader lines;
  private final List<String> names;
  private final byte[][] wanted;
  private final int mostLineBytes;
  private final RowSelection chosen;
  private final JsonScan scan = new JsonScan();
  private final Fields fields;
  private @Nullable RowProblem problem;

  /**
   * Opens a file.
   *
   * @param file in UTF-8
   * @param names the members that are wanted of each object; a row that lacks one has a problem
   * @param mostLineBytes a longer line is a row with a problem
   * @param chosen other rows are passed over; behind the last one nothing is read
   * @throws InputRejected with the code {@code empty_input} or {@code binary_input}
   * @throws IOException when the file can't be read
   */
  public JsonLinesReader(
      Path file, List<String> names, int mostLineBytes, RowSelection chosen, StopCheck stop)
      throws IOException, InputRejected {
    this.chosen = chosen;
    this.lines = new LineReader(file, mostLineBytes, stop);
    this.names = List.copyOf(names);
    this.mostLineBytes = mostLineBytes;
    this.fields = new Fields(names.size());
    this.wanted =
        names.stream().map(n -> n.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  @Override
  public List<String> fieldNames() {
    return names;
  }

  @Override
  public boolean next() throws IOException {
    do {
      if (chosen.endsBefore(lines.row() + 1) || !lines.next()) {
        return false;
      }
    } while (!chosen.contains(lines.row()));
    problem = read();
    return true;
  }

  private @Nullable RowProblem read() {
    if (lines.tooLong()) {
      return RowProblem.recordTooLong(lines.length(), mostLineBytes);
    }
    byte[] b = lines.bytes();
    String wrong = scan.check(b, lines.start(), lines.end());
    if (wrong != null) {
      return Utf8.isValid(b, lines.start(), lines.end())
          ? new RowProblem("invalid_json_line", wrong)
          : RowProblem.invalidUtf8(b, lines.start(), lines.end());
    }
    if (!startsWithBrace(b)) {
      return new RowProblem("invalid_json_line", "is not a JSON object; expected {\"name\": ...}");
    }
    fields.reset(b);
    for (int i = 0; i < wanted.length; i++) {
      int member = scan.find(wanted[i]);
      if (member < 0) {
        return new RowProblem("missing_field", "has no field '" + names.get(i) + "'" + present());
      }
      int start = scan.valueStart(member);
      int end = scan.valueEnd(member);
      if (b[start] == '"') {
        fields.set(i, start + 1, end - 1, Fields.JSON_STRING);
      } else {
        fields.set(i, start, end, Fields.JSON_VALUE);
      }
    }
    return null;
  }

  private boolean startsWithBrace(byte[] b) {
    int p = lines.start();
    while (b[p] == ' ' || b[p] == '\t' || b[p] == '\r') {
      p++;
    }
    return b[p] == '{';
  }

  private String present() {
    List<String> there = new ArrayList<>();
    for (int i = 0; i < Math.min(scan.members(), 20); i++) {
      there.add(scan.name(i));
    }
    return there.isEmpty() ? "; it has none" : "; it has " + String.join(", ", there);
  }

  @Override
  public long row() {
    return lines.row();
  }

  @Override
  public @Nullable RowProblem problem() {
    return problem;
  }

  @Override
  public Fields fields() {
    return fields;
  }

  @Override
  public String location() {
    return "line " + lines.line();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
