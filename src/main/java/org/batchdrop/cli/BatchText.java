package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.batchdrop.flow.Belonging;
import org.batchdrop.flow.RemoteBatch;
import org.batchdrop.flow.RemoteFile;
import org.batchdrop.job.PartId;

/** How batches and files of a provider are shown, to people and to programs. */
final class BatchText {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private BatchText() {}

  static String time(Optional<Instant> at) {
    return at.map(TIME::format).orElse("-                  ");
  }

  /** Whose something is, in a few words. */
  static String whose(Belonging belonging) {
    String part = belonging.part().map(PartId::toString).orElse("");
    return switch (belonging.kind()) {
      case HOME -> part;
      case ELSEWHERE -> "another home's " + part;
      case FOREIGN -> "foreign";
    };
  }

  private static ObjectNode json(Belonging belonging) {
    ObjectNode object = Json.object();
    object.put("kind", belonging.kind().label());
    object.put("job", belonging.part().map(part -> part.job().value()).orElse(null));
    object.put("part", belonging.part().map(PartId::label).orElse(null));
    object.put("use", belonging.use().isEmpty() ? null : belonging.use());
    object.put("batch", belonging.batch().orElse(null));
    return object;
  }

  static ObjectNode json(RemoteBatch batch) {
    ObjectNode object = Json.object();
    object.put("id", batch.id());
    object.put("status", batch.status());
    object.put("endpoint", batch.endpoint().orElse(null));
    object.put("model", batch.model().orElse(null));
    object.put("completion_window", batch.window().orElse(null));
    object.put("input_file_id", batch.inputFile().orElse(null));
    object.put("output_file_id", batch.outputFile().orElse(null));
    object.put("error_file_id", batch.errorFile().orElse(null));
    Json.time(object, "created_at", batch.createdAt());
    ObjectNode times = object.putObject("times");
    batch.times().forEach((name, at) -> times.put(name, at.toString()));
    ObjectNode counts = object.putObject("request_counts");
    counts.put("total", batch.total().orElse(null));
    counts.put("completed", batch.completed());
    counts.put("failed", batch.failed());
    object.set("metadata", Json.texts(batch.metadata()));
    object.set("errors", Json.array(batch.problems(), BatchText::json));
    object.set("belongs", json(batch.belonging()));
    return object;
  }

  private static ObjectNode json(RemoteBatch.Fault fault) {
    return Json.object()
        .put("code", fault.code())
        .put("message", fault.message())
        .put("line", fault.line() == 0 ? null : Long.valueOf(fault.line()));
  }

  static ObjectNode json(RemoteFile file) {
    ObjectNode object = Json.object();
    object.put("id", file.id());
    object.put("filename", file.name().orElse(null));
    object.put("purpose", file.purpose().orElse(null));
    object.put("bytes", file.bytes().orElse(null));
    Json.time(object, "created_at", file.createdAt());
    object.set("belongs", json(file.belonging()));
    return object;
  }
}
