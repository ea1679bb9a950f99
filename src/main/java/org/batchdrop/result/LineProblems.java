package org.batchdrop.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchdrop.input.Tree;
import org.batchdrop.request.NewFile;
import org.batchdrop.result.DeliveryOrder.Reason;

/**
 * Keeps on disk what a provider found wrong with single lines of an uploaded file, so that the
 * others can be bought without them.
 */
public final class LineProblems {

  private static final JsonFactory JSON = new JsonFactory();

  private LineProblems() {}

  /**
   * What is wrong with a line.
   *
   * @param line of the uploaded file, from 1
   * @param reason the provider's
   */
  public record LineProblem(long line, Reason reason) {}

  /**
   * Writes the problems durably, in place of what was there.
   *
   * @throws IOException when the disk fails; the file is whole or absent
   */
  public static void write(Path file, List<LineProblem> problems) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.setRootValueSeparator(null);
      for (LineProblem problem : problems) {
        json.writeStartObject();
        json.writeNumberField("line", problem.line());
        json.writeStringField("code", problem.reason().code());
        json.writeStringField("message", problem.reason().message());
        json.writeEndObject();
        json.writeRaw('\n');
      }
    }
    try (NewFile out = new NewFile(file)) {
      out.write(bytes.toByteArray(), 0, bytes.size());
      out.publish();
    }
  }

  /**
   * Reads the problems.
   *
   * @param file absent: there are none
   * @return the reason of each line; the first one counts
   * @throws IOException when the file can't be read
   */
  static Map<Long, Reason> read(Path file) throws IOException {
    Map<Long, Reason> reasons = new HashMap<>();
    if (Tree.look(file).isEmpty()) {
      return reasons;
    }
    try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
      while (json.nextToken() != null) {
        long line = 0;
        String code = "";
        String message = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          switch (name) {
            case "line" -> line = json.getLongValue();
            case "code" -> code = json.getText();
            case "message" -> message = json.getText();
            default -> json.skipChildren();
          }
        }
        reasons.putIfAbsent(line, new Reason(code, message));
      }
    }
    return reasons;
  }
}
