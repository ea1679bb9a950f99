package org.batchdrop.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.input.FetchedInput;
import org.batchdrop.job.InputRejected.Problem;
import org.batchdrop.job.Money;
import org.batchdrop.result.DeliveryOrder.Part;

/** Writes {@code report.json}, always with the same keys in the same order, and reads it again. */
final class ReportFile {

  static final String NAME = "report.json";

  private ReportFile() {}

  /**
   * Writes a report; not durable yet.
   *
   * @param files what stands beside it
   * @param folder where {@code report.json} is made, new
   */
  static void write(Report report, List<Manifest> files, Path folder) throws IOException {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    try (OutputStream out =
            Files.newOutputStream(folder.resolve(NAME), StandardOpenOption.CREATE_NEW);
        JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.setPrettyPrinter(printer);
      json.writeStartObject();
      writeHead(json, report);
      writeFigures(json, report);
      writeBatches(json, report.batches(), report.answeredByBatch());
      writeLines(json, report.lines());
      writeProblems(json, report.problems(), report.problemCount());
      writeFiles(json, files);
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void writeHead(JsonGenerator json, Report report) throws IOException {
    json.writeStringField("job", report.job());
    json.writeStringField("pipeline", report.pipeline());
    json.writeStringField("provider", report.provider());
    json.writeArrayFieldStart("models");
    for (String model : report.models()) {
      json.writeString(model);
    }
    json.writeEndArray();
    json.writeStringField("endpoint", report.endpoint());
    json.writeStringField("state", report.state().label());
    json.writeStringField("lane", report.lane());
    json.writeObjectFieldStart("input");
    json.writeStringField("name", report.input().name());
    json.writeNumberField("bytes", report.input().bytes());
    writeOptional(json, "chosen_rows", report.input().chosen());
    if (report.input().fetched().isPresent()) {
      writeFetched(json, report.input().fetched().get());
    }
    json.writeEndObject();
  }

  private static void writeFetched(JsonGenerator json, FetchedInput fetched) throws IOException {
    json.writeObjectFieldStart("fetched");
    json.writeStringField("name", fetched.name());
    json.writeStringField("address", fetched.address());
    json.writeNumberField("bytes", fetched.bytes());
    json.writeStringField("sha256", fetched.sha256());
    json.writeStringField("at", fetched.at().toString());
    json.writeEndObject();
  }

  private static void writeFigures(JsonGenerator json, Report report) throws IOException {
    json.writeObjectFieldStart("balance");
    json.writeNumberField("rows", report.rows());
    json.writeNumberField("answered", report.answered());
    json.writeNumberField("failed", report.failed());
    json.writeBooleanField("balanced", report.answered() + report.failed() == report.rows());
    json.writeEndObject();
    json.writeObjectFieldStart("failed_by_code");
    for (Map.Entry<String, Long> entry : report.failedByCode().entrySet()) {
      json.writeNumberField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("tokens");
    json.writeNumberField("input", report.tokens().input());
    json.writeNumberField("output", report.tokens().output());
    json.writeNumberField("total", report.tokens().total());
    json.writeNumberField("cached", report.tokens().cached());
    json.writeEndObject();
    writeCost(json, report.cost());
    json.writeObjectFieldStart("times");
    DeliveryOrder.Times times = report.times();
    json.writeStringField("received", times.received().toString());
    writeOptional(json, "prepared", times.prepared().map(Instant::toString));
    writeOptional(json, "first_submitted", times.firstSubmitted().map(Instant::toString));
    writeOptional(json, "ended", times.ended().map(Instant::toString));
    json.writeStringField("delivered", times.delivered().toString());
    json.writeEndObject();
  }

  /** Exact decimals as texts, because a JSON number may lose some. */
  private static void writeCost(JsonGenerator json, DeliveryOrder.Cost cost) throws IOException {
    json.writeObjectFieldStart("cost");
    writeOptional(json, "estimated", cost.estimated().map(Money::toString));
    writeOptional(json, "spent", cost.spent().map(Money::toString));
    writeOptional(json, "unknown", Optional.of(cost.unknown()).filter(text -> !text.isEmpty()));
    json.writeNumberField("reused_rows", cost.reused());
    writeOptional(json, "saved", cost.saved().map(Money::toString));
    json.writeEndObject();
  }

  private static void writeOptional(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    } else {
      json.writeNullField(name);
    }
  }

  private static void writeBatches(JsonGenerator json, List<Part> parts, List<Long> answered)
      throws IOException {
    json.writeArrayFieldStart("batches");
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      json.writeStartObject();
      json.writeNumberField("part", part.id().number());
      json.writeNumberField("generation", part.id().generation());
      writeOptional(json, "batch_id", part.batchId());
      writeOptional(json, "file_id", part.fileId());
      json.writeStringField("status", part.status());
      json.writeNumberField("rows", part.rows());
      json.writeNumberField("answered", answered.get(i));
      json.writeNumberField("failed", part.rows() - answered.get(i));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeLines(JsonGenerator json, Report.Lines lines) throws IOException {
    json.writeObjectFieldStart("lines_left_out");
    json.writeNumberField("duplicate", lines.duplicate());
    json.writeNumberField("conflicting", lines.conflicting());
    json.writeNumberField("foreign", lines.foreign());
    json.writeNumberField("without_custom_id", lines.nameless());
    json.writeNumberField("malformed", lines.malformed());
    json.writeEndObject();
  }

  private static void writeProblems(JsonGenerator json, List<Problem> problems, long count)
      throws IOException {
    json.writeNumberField("problem_count", count);
    json.writeArrayFieldStart("problems");
    for (Problem problem : problems) {
      json.writeStartObject();
      json.writeStringField("code", problem.code());
      json.writeStringField("location", problem.location());
      json.writeStringField("message", problem.message());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeFiles(JsonGenerator json, List<Manifest> files) throws IOException {
    json.writeArrayFieldStart("files");
    for (Manifest file : files) {
      json.writeStartObject();
      json.writeStringField("name", file.name());
      json.writeNumberField("files", file.files());
      json.writeNumberField("bytes", file.bytes());
      json.writeStringField("crc32c", file.crc32c());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * Reads what a published folder says.
   *
   * @throws IOException when there is no report, or none of ours
   */
  static Delivery read(Path folder) throws IOException {
    JsonNode report;
    try (InputStream in = Files.newInputStream(folder.resolve(NAME))) {
      report = new ObjectMapper().readTree(in);
    }
    JsonNode balance = report.path("balance");
    JsonNode tokens = report.path("tokens");
    try {
      return new Delivery(
          folder,
          Delivery.State.of(report.path("state").asText()),
          balance.path("rows").asLong(),
          balance.path("answered").asLong(),
          balance.path("failed").asLong(),
          new Tokens(
              tokens.path("input").asLong(),
              tokens.path("output").asLong(),
              tokens.path("total").asLong(),
              tokens.path("cached").asLong()));
    } catch (IllegalArgumentException e) {
      throw new IOException(folder.resolve(NAME) + ": not a report of this program", e);
    }
  }
}
