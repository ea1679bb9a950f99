package org.batchdrop.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the sandbox reads of one request body; everything else in it is accepted and ignored.
 *
 * @param model the model, or null when absent or not a string
 * @param stream whether {@code stream} is true
 * @param messages number of messages, or -1 when there is no array of them
 * @param prompt text of the last user message, or of the last message when no user spoke
 * @param choices number of choices asked for [1]
 * @param responseFormat the response format, or null
 * @param inputs texts to embed, or null when absent or of another type
 * @param dimensions length of an embedding, or 0 when not given
 * @param encodingFormat encoding of embeddings, or null
 * @param mistyped name of the first parameter with a value of a wrong type, or null
 * @param bytes length of the body as JSON, in bytes
 * @param fingerprint digest of the body's bytes
 */
record RequestBody(
    @Nullable String model,
    boolean stream,
    int messages,
    String prompt,
    int choices,
    @Nullable JsonNode responseFormat,
    @Nullable List<String> inputs,
    int dimensions,
    @Nullable String encodingFormat,
    @Nullable String mistyped,
    int bytes,
    long fingerprint) {

  /** Returns the estimated prompt tokens: a quarter of the body's bytes, at least 1. */
  int promptTokens() {
    return Math.max(1, bytes / 4);
  }
}
