package org.batchdrop.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Damages the lines of a finished result file, as a stream. */
final class LineSurgery {
  private static final byte[] FEED = {'\n'};

  private LineSurgery() {}

  /** Writes a damaged copy of a file. The same file is damaged in the same way each time. */
  static void damage(Path whole, Path damaged, LineDamage damage) throws IOException {
    int lines =
        damage.at().stream().anyMatch(line -> line < 0) || damage.kind() == cut()
            ? count(whole)
            : 0;
    try (InputStream in = Files.newInputStream(whole);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(damaged), 64 * 1024)) {
      if (damage.kind() == LineDamage.Kind.BOM) {
        out.write(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
      }
      LineScanner scanner = new LineScanner(in, Integer.MAX_VALUE / 4);
      for (int number = 1; scanner.next(); number++) {
        byte[] line =
            Arrays.copyOfRange(scanner.buffer(), scanner.from(), scanner.from() + scanner.length());
        if (damage.hits(number, lines)) {
          operate(damage.kind(), line, number, out);
        } else if (damage.kind() == cut() && number == lines) {
          out.write(line, 0, line.length / 2);
        } else {
          out.write(line);
          out.write(damage.kind() == LineDamage.Kind.CRLF ? new byte[] {'\r', '\n'} : FEED);
        }
      }
    }
  }

  private static LineDamage.Kind cut() {
    return LineDamage.Kind.CUT_LAST;
  }

  private static int count(Path file) throws IOException {
    int lines = 0;
    try (InputStream in = Files.newInputStream(file)) {
      LineScanner scanner = new LineScanner(in, Integer.MAX_VALUE / 4);
      while (scanner.next()) {
        lines++;
      }
    }
    return lines;
  }

  private static void operate(LineDamage.Kind kind, byte[] line, int number, OutputStream out)
      throws IOException {
    switch (kind) {
      case LEAVE_OUT -> {}
      case REPEAT -> write(out, line, line);
      case CONFLICT -> write(out, line, json(conflicting(tree(line))));
      case ALIEN -> write(out, json(tree(line).put("custom_id", "alien-" + number)), line);
      case NO_ID -> write(out, json(tree(line).without("custom_id")));
      case INVALID_JSON -> write(out, ("{not json " + number).getBytes(StandardCharsets.UTF_8));
      case NUL -> write(out, joined(new byte[] {0}, line));
      case BAD_UTF8 -> write(out, joined(line, new byte[] {(byte) 0xc3, (byte) 0x28}));
      case BLANK -> write(out, new byte[0], line);
      default -> write(out, json(reshaped(kind, tree(line))));
    }
  }

  private static ObjectNode reshaped(LineDamage.Kind kind, ObjectNode line) {
    switch (kind) {
      case BODY_TEXT -> response(line).put("body", response(line).path("body").toString());
      case STATUS_ZERO -> response(line).put("status_code", 0);
      case NO_STATUS -> response(line).remove("status_code");
      case ERROR_BODY -> {
        response(line).put("status_code", 200).putObject("body").set("error", error());
        line.putNull("error");
      }
      case ERROR_TEXT -> line.put("error", "The sandbox has lost this answer.").remove("response");
      case NO_RESPONSE -> line.remove("response");
      default -> throw new IllegalArgumentException(kind.name());
    }
    return line;
  }

  private static ObjectNode error() {
    return Json.MAPPER
        .createObjectNode()
        .put("message", "The sandbox says that this is an error.")
        .put("type", "server_error");
  }

  private static ObjectNode response(ObjectNode line) {
    return line.get("response") instanceof ObjectNode response
        ? response
        : line.putObject("response");
  }

  private static ObjectNode conflicting(ObjectNode line) {
    response(line)
        .putObject("body")
        .put("object", "chat.completion")
        .putArray("choices")
        .addObject()
        .putObject("message")
        .put("role", "assistant")
        .put("content", "[conflict]");
    return line;
  }

  private static ObjectNode tree(byte[] line) throws IOException {
    JsonNode tree = Json.MAPPER.readTree(line);
    return tree instanceof ObjectNode object ? object : Json.MAPPER.createObjectNode();
  }

  private static byte[] json(JsonNode line) throws IOException {
    return Json.MAPPER.writeValueAsBytes(line);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static void write(OutputStream out, byte[]... lines) throws IOException {
    for (byte[] line : lines) {
      out.write(line);
      out.write(FEED);
    }
  }
}
