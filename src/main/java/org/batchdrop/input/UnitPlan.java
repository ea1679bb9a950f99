package org.batchdrop.input;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.input.SourceUnit.Span;
import org.jspecify.annotations.Nullable;

/**
 * How a source was cut into rows, on disk. It is written once, before any request, and everything
 * later goes by it: a row keeps its number even when the parser would cut otherwise next time.
 */
final class UnitPlan {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(1 << 24).maxNestingDepth(8).build())
          .build();

  private UnitPlan() {}

  /** Writes a plan; it appears whole and durable, or not at all. Confined to one thread. */
  static final class Writer implements Closeable {

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final JsonGenerator json;

    Writer(Path target) throws IOException {
      this.target = target;
      this.temporary = target.resolveSibling(target.getFileName() + ".tmp");
      Files.deleteIfExists(temporary);
      this.channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
      this.json = JSON.createGenerator(out, JsonEncoding.UTF8).setRootValueSeparator(null);
    }

    void add(PlannedRow row) throws IOException {
      json.writeStartObject();
      if (row.problem() != null) {
        json.writeStringField("code", row.problem().code());
        json.writeStringField("what", row.problem().what());
      }
      json.writeNumberField("marks", row.marks());
      json.writeArrayFieldStart("units");
      for (SourceUnit unit : row.units()) {
        json.writeStartObject();
        json.writeStringField("path", unit.piece().path());
        json.writeStringField("unit", unit.piece().unit());
        json.writeStringField("kind", unit.piece().kind());
        json.writeNumberField("line", unit.piece().line());
        spans("content", unit.content());
        spans("declarations", unit.declarations());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }

    private void spans(String name, List<Span> spans) throws IOException {
      json.writeArrayFieldStart(name);
      for (Span span : spans) {
        json.writeNumber(span.from());
        json.writeNumber(span.to());
      }
      json.writeEndArray();
    }

    void publish() throws IOException {
      json.flush();
      channel.force(true);
      json.close();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Tree.syncName(target);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Reads a plan from its beginning. Confined to one thread. */
  static final class Reader implements Closeable {

    private final Path file;
    private final JsonParser json;

    Reader(Path file) throws IOException {
      this.file = file;
      this.json = JSON.createParser(new BufferedInputStream(Files.newInputStream(file)));
    }

    /**
     * The next row; null when there is none.
     *
     * @throws IOException when the file can't be read, or is no plan
     */
    @Nullable PlannedRow next() throws IOException {
      if (json.nextToken() == null) {
        return null;
      }
      String code = "";
      String what = "";
      int marks = 0;
      List<SourceUnit> units = new ArrayList<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "code" -> code = json.getText();
          case "what" -> what = json.getText();
          case "marks" -> marks = json.getIntValue();
          default -> {
            while (json.nextToken() == JsonToken.START_OBJECT) {
              units.add(unit());
            }
          }
        }
      }
      if (units.isEmpty()) {
        throw new IOException(file + ": a row without units; expected a plan that batchdrop wrote");
      }
      return new PlannedRow(units, marks, code.isEmpty() ? null : new RowProblem(code, what));
    }

    private SourceUnit unit() throws IOException {
      String path = "";
      String unit = "";
      String kind = SourcePiece.FILE;
      int line = 1;
      List<Span> content = List.of();
      List<Span> declarations = List.of();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "path" -> path = json.getText();
          case "unit" -> unit = json.getText();
          case "kind" -> kind = json.getText();
          case "line" -> line = json.getIntValue();
          case "content" -> content = spans();
          default -> declarations = spans();
        }
      }
      return new SourceUnit(new SourcePiece(path, unit, kind, line), content, declarations);
    }

    private List<Span> spans() throws IOException {
      List<Span> spans = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        int from = json.getIntValue();
        json.nextToken();
        spans.add(new Span(from, json.getIntValue()));
      }
      return spans;
    }

    @Override
    public void close() throws IOException {
      json.close();
    }
  }
}
