package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * A chat completion.
 *
 * @param id id of the completion
 * @param created when it was made, in Unix seconds
 * @param model the model that was asked for
 * @param content the answer's text
 * @param choices number of equal choices, at least 1
 * @param promptTokens estimated tokens of the request, at least 1
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/object">The object</a>
 */
record ChatReply(
    String id, long created, String model, String content, int choices, int promptTokens)
    implements Reply {

  @Override
  public int status() {
    return 200;
  }

  /** Returns the estimated tokens of all choices: a quarter of their bytes, at least 1. */
  int completionTokens() {
    return Math.max(1, utf8Length(content) / 4) * choices;
  }

  /** Counts without a copy: an answer may have megabytes. */
  private static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      // Both halves of a surrogate pair stand for two of its four bytes.
      length += unit < 0x80 ? 0 : unit < 0x800 || Character.isSurrogate(unit) ? 1 : 2;
    }
    return length;
  }

  @Override
  public void writeBody(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", id);
    json.writeStringField("object", "chat.completion");
    json.writeNumberField("created", created);
    json.writeStringField("model", model);
    json.writeArrayFieldStart("choices");
    for (int index = 0; index < choices; index++) {
      writeChoice(json, index);
    }
    json.writeEndArray();
    int completionTokens = completionTokens();
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", promptTokens);
    json.writeNumberField("completion_tokens", completionTokens);
    json.writeNumberField("total_tokens", promptTokens + completionTokens);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void writeChoice(JsonGenerator json, int index) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", index);
    json.writeObjectFieldStart("message");
    json.writeStringField("role", "assistant");
    json.writeStringField("content", content);
    json.writeNullField("refusal");
    json.writeEndObject();
    json.writeNullField("logprobs");
    json.writeStringField("finish_reason", "stop");
    json.writeEndObject();
  }
}
