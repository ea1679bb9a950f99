package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;

/**
 * Appends the lines of rows to the result files and the ledger of one batch, and keeps count. Not
 * thread-safe.
 *
 * @see <a href="https://platform.openai.com/docs/guides/batch">The output file</a>
 */
final class RowWriter implements Closeable {
  private final String batchId;
  private final AppendFile output;
  private final AppendFile errors;
  private final AppendFile executions;
  private final JsonGenerator outputJson;
  private final JsonGenerator errorJson;
  private final JsonGenerator executionJson;
  private int answered;
  private int refused;
  private int unrun;
  private long promptTokens;
  private long completionTokens;

  /** Opens the files of a batch at the lengths that its progress says. */
  RowWriter(Batch batch, BatchStore store, Ledger ledger) throws IOException {
    Progress from = batch.progress();
    batchId = batch.id();
    answered = from.answered();
    refused = from.refused();
    unrun = from.unrun();
    promptTokens = from.promptTokens();
    completionTokens = from.completionTokens();
    output = AppendFile.open(store.output(batchId), from.outputBytes());
    errors = AppendFile.open(store.errors(batchId), from.errorBytes());
    executions = AppendFile.open(ledger.executionFile(batchId), from.executionBytes());
    outputJson = Json.lines(output);
    errorJson = Json.lines(errors);
    executionJson = Json.lines(executions);
  }

  /** Writes a row that ran. */
  void ran(String customId, Reply reply) throws IOException {
    boolean refusal = reply instanceof Refusal;
    JsonGenerator json = refusal ? errorJson : outputJson;
    startLine(json, customId);
    json.writeObjectFieldStart("response");
    json.writeNumberField("status_code", reply.status());
    json.writeStringField("request_id", "req_" + Fingerprint.hex(rowId(customId) + 1));
    json.writeFieldName("body");
    reply.writeBody(json);
    json.writeEndObject();
    json.writeNullField("error");
    endLine(json);
    Ledger.writeExecution(executionJson, batchId, customId, reply.status());
    count(reply);
  }

  private void count(Reply reply) {
    if (reply instanceof Refusal) {
      refused++;
      return;
    }
    answered++;
    if (reply instanceof ChatReply chat) {
      promptTokens += chat.promptTokens();
      completionTokens += chat.completionTokens();
    } else if (reply instanceof EmbeddingReply embedding) {
      promptTokens += embedding.promptTokens();
    }
  }

  /** Writes a row that did not run. */
  void leftOut(String customId, String code, String message) throws IOException {
    startLine(errorJson, customId);
    errorJson.writeNullField("response");
    errorJson.writeObjectFieldStart("error");
    errorJson.writeStringField("code", code);
    errorJson.writeStringField("message", message);
    errorJson.writeEndObject();
    endLine(errorJson);
    unrun++;
  }

  private void startLine(JsonGenerator json, String customId) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", "batch_req_" + Fingerprint.hex(rowId(customId)));
    json.writeStringField("custom_id", customId);
  }

  private static void endLine(JsonGenerator json) throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private long rowId(String customId) {
    return Fingerprint.of(customId, batchId.hashCode());
  }

  /** Hands everything to the operating system, and returns how far the batch is now. */
  Progress flush() throws IOException {
    outputJson.flush();
    errorJson.flush();
    executionJson.flush();
    output.flush();
    errors.flush();
    executions.flush();
    return new Progress(
        answered,
        refused,
        unrun,
        output.length(),
        errors.length(),
        executions.length(),
        promptTokens,
        completionTokens);
  }

  /** Makes everything flushed durable. */
  void force() throws IOException {
    output.force();
    errors.force();
    executions.force();
  }

  @Override
  public void close() throws IOException {
    try (output;
        errors;
        executions;
        outputJson;
        errorJson;
        executionJson) {
      flush();
    }
  }
}
