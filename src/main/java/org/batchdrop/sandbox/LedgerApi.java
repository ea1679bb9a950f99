package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The paths under {@code /sandbox}: what the provider really did. */
final class LedgerApi {
  private final Ledger ledger;
  private final BatchStore batches;

  LedgerApi(Ledger ledger, BatchStore batches) {
    this.ledger = ledger;
    this.batches = batches;
  }

  void summary(Call call) throws IOException {
    call.reply(200, this::writeSummary);
  }

  private void writeSummary(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("uploads", ledger.uploads().size());
    json.writeNumberField("create_requests", ledger.createRequests());
    json.writeNumberField("batches_created", ledger.batches().size());
    json.writeNumberField("executions", ledger.totalExecutions());
    Tokens billed = ledger.tokensBilled();
    json.writeNumberField("prompt_tokens", billed.prompt());
    json.writeNumberField("completion_tokens", billed.completion());
    json.writeObjectFieldStart("calls");
    for (CallKind kind : CallKind.values()) {
      json.writeNumberField(kind.label(), ledger.calls(kind));
    }
    json.writeEndObject();
    json.writeFieldName("repeated_executions");
    Json.MAPPER.writeValue(json, ledger.repeatedExecutions());
    json.writeFieldName("overlaps");
    Json.MAPPER.writeValue(json, ledger.overlaps());
    json.writeFieldName("files");
    Json.MAPPER.writeValue(json, ledger.uploads());
    json.writeObjectFieldStart("max_executions_by_input_file");
    for (Map.Entry<String, Integer> most : ledger.maxExecutionsByInputFile().entrySet()) {
      json.writeNumberField(most.getKey(), most.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("batches");
    for (Ledger.BatchEntry entry : ledger.batches()) {
      writeBatch(json, entry);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeBatch(JsonGenerator json, Ledger.BatchEntry entry) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", entry.batchId());
    json.writeStringField("input_file_id", entry.inputFileId());
    Batch batch = batches.find(entry.batchId()).orElse(null);
    json.writeStringField("status", batch == null ? null : batch.status().label());
    json.writeNumberField("total", batch == null ? 0 : batch.total());
    json.writeNumberField("executed", batch == null ? 0 : batch.progress().run());
    json.writeObjectFieldStart("metadata");
    for (Map.Entry<String, String> pair : entry.metadata().entrySet()) {
      json.writeStringField(pair.getKey(), pair.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  void executions(Call call) throws IOException {
    try (OutputStream out =
            new BufferedOutputStream(call.start(200, "application/jsonl", -1), 32 * 1024);
        JsonGenerator json = Json.lines(out)) {
      ledger.forEachExecution(
          execution -> {
            try {
              Ledger.writeExecution(
                  json, execution.source(), execution.customId(), execution.status());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
