package org.batchdrop.sandbox;

/**
 * Tokens that a provider bills.
 *
 * @param prompt tokens read
 * @param completion tokens written
 */
public record Tokens(long prompt, long completion) {
  /** Nothing is billed. */
  static final Tokens NONE = new Tokens(0, 0);

  /** Returns what one reply costs; an error costs nothing. */
  static Tokens of(Reply reply) {
    if (reply instanceof ChatReply chat) {
      return new Tokens(chat.promptTokens(), chat.completionTokens());
    }
    return reply instanceof EmbeddingReply embedding
        ? new Tokens(embedding.promptTokens(), 0)
        : NONE;
  }

  /** Returns both together. */
  Tokens plus(Tokens other) {
    return new Tokens(prompt + other.prompt, completion + other.completion);
  }
}
