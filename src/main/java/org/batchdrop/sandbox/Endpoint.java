package org.batchdrop.sandbox;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The endpoints that answer requests, one by one or in batches. */
enum Endpoint {
  /** Chat completions. */
  CHAT("/v1/chat/completions"),
  /** Embeddings. */
  EMBEDDINGS("/v1/embeddings"),
  /** The free test path of DashScope, with one model of its own and small limits. */
  CHAT_TEST("/v1/chat/ds-test");

  /** The only model that {@link #CHAT_TEST} knows. */
  static final String TEST_MODEL = "batch-test-model";

  private final String path;

  Endpoint(String path) {
    this.path = path;
  }

  /** Returns the path as requests and batches name it. */
  String path() {
    return path;
  }

  /** Returns the endpoint with a path, or empty when there is none. */
  static Optional<Endpoint> ofPath(String path) {
    return Arrays.stream(values()).filter(endpoint -> endpoint.path.equals(path)).findFirst();
  }

  /** Returns every path in quotes, for messages. */
  static String supported() {
    return Arrays.stream(values())
        .map(endpoint -> "'" + endpoint.path + "'")
        .collect(Collectors.joining(", "));
  }
}
