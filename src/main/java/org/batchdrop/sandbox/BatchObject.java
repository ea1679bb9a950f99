package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch as the API shows it: every field, null where there is nothing to say.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/batch/object">The object</a>
 */
final class BatchObject {
  private static final List<BatchStatus> STAMPS_BEFORE_EXPIRY = List.of(BatchStatus.IN_PROGRESS);
  private static final List<BatchStatus> STAMPS_AFTER_EXPIRY =
      List.of(
          BatchStatus.FINALIZING,
          BatchStatus.COMPLETED,
          BatchStatus.FAILED,
          BatchStatus.EXPIRED,
          BatchStatus.CANCELLING,
          BatchStatus.CANCELLED);

  private BatchObject() {}

  static void write(JsonGenerator json, Batch batch) throws IOException {
    BatchScript script = batch.script();
    if (script == null) {
      writeHonestly(json, batch);
      return;
    }
    TokenBuffer honest = new TokenBuffer(Json.MAPPER, false);
    writeHonestly(honest, batch);
    ObjectNode object = Json.MAPPER.readTree(honest.asParser());
    BatchDisguise.change(object, batch, script);
    Json.MAPPER.writeTree(json, object);
  }

  private static void writeHonestly(JsonGenerator json, Batch batch) throws IOException {
    // A batch chooses its files a moment before they exist.
    boolean ended = batch.status().isFinal();
    json.writeStartObject();
    json.writeStringField("id", batch.id());
    json.writeStringField("object", "batch");
    json.writeStringField("endpoint", batch.endpoint().path());
    json.writeStringField("model", batch.model());
    writeErrors(json, batch.problems());
    json.writeStringField("input_file_id", batch.inputFileId());
    json.writeStringField("completion_window", batch.completionWindow());
    json.writeStringField("status", batch.status().label());
    json.writeStringField("output_file_id", ended ? batch.outputFileId() : null);
    json.writeStringField("error_file_id", ended ? batch.errorFileId() : null);
    json.writeNumberField("created_at", batch.createdAt() / 1000);
    writeStamps(json, batch, STAMPS_BEFORE_EXPIRY);
    json.writeNumberField("expires_at", batch.expiresAt() / 1000);
    writeStamps(json, batch, STAMPS_AFTER_EXPIRY);
    writeCounts(json, batch);
    writeUsage(json, batch.progress());
    writeMetadata(json, batch.metadata());
    json.writeEndObject();
  }

  private static void writeStamps(JsonGenerator json, Batch batch, List<BatchStatus> states)
      throws IOException {
    for (BatchStatus state : states) {
      Long millis = batch.entered(state);
      if (millis == null) {
        json.writeNullField(state.label() + "_at");
      } else {
        json.writeNumberField(state.label() + "_at", millis / 1000);
      }
    }
  }

  private static void writeErrors(JsonGenerator json, List<BatchProblem> problems)
      throws IOException {
    if (problems.isEmpty()) {
      json.writeNullField("errors");
      return;
    }
    json.writeObjectFieldStart("errors");
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (BatchProblem problem : problems) {
      json.writeStartObject();
      json.writeStringField("code", problem.code());
      json.writeStringField("message", problem.message());
      json.writeStringField("param", problem.param());
      json.writeFieldName("line");
      json.writeObject(problem.line());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeCounts(JsonGenerator json, Batch batch) throws IOException {
    json.writeObjectFieldStart("request_counts");
    json.writeNumberField("total", batch.total());
    json.writeNumberField("completed", batch.progress().answered());
    json.writeNumberField("failed", batch.progress().refused());
    json.writeEndObject();
  }

  private static void writeUsage(JsonGenerator json, Progress progress) throws IOException {
    json.writeObjectFieldStart("usage");
    json.writeNumberField("input_tokens", progress.promptTokens());
    json.writeObjectFieldStart("input_tokens_details");
    json.writeNumberField("cached_tokens", 0);
    json.writeEndObject();
    json.writeNumberField("output_tokens", progress.completionTokens());
    json.writeObjectFieldStart("output_tokens_details");
    json.writeNumberField("reasoning_tokens", 0);
    json.writeEndObject();
    json.writeNumberField("total_tokens", progress.promptTokens() + progress.completionTokens());
    json.writeEndObject();
  }

  private static void writeMetadata(JsonGenerator json, @Nullable Map<String, String> metadata)
      throws IOException {
    if (metadata == null) {
      json.writeNullField("metadata");
      return;
    }
    json.writeObjectFieldStart("metadata");
    for (Map.Entry<String, String> pair : metadata.entrySet()) {
      json.writeStringField(pair.getKey(), pair.getValue());
    }
    json.writeEndObject();
  }
}
