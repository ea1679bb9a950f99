package org.batchdrop.provider;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * One HTTP request to a provider, to be sent exactly once.
 *
 * @param purpose what it is for; decides how its reply is read
 * @param method GET, POST or DELETE
 * @param uri the whole address
 * @param headers everything that is sent beside what the body implies; holds the key
 * @param body what is sent
 * @param deadline for the whole exchange
 * @param secret the key, to be kept out of whatever the reply says
 */
public record Call(
    Purpose purpose,
    String method,
    URI uri,
    Map<String, String> headers,
    Body body,
    Duration deadline,
    Secret secret) {

  public Call {
    headers = Map.copyOf(headers);
  }

  /** What a call is for. The names follow camel-openai's operations. */
  public enum Purpose {
    /** Uploads a part's file. Repeating it costs nothing. */
    UPLOAD,
    /** Creates a batch. It costs money, so it is never repeated blindly. */
    BATCH,
    /** Reads a batch. */
    BATCH_RETRIEVE,
    /** Reads a page of the batches. */
    BATCH_LIST,
    /** Cancels a batch. */
    BATCH_CANCEL,
    /** Downloads an output or error file. */
    BATCH_RESULTS,
    /** Reads what is known of a file. */
    FILE_RETRIEVE,
    /** Reads a page of the files. */
    FILE_LIST,
    /** Reads which models there are. */
    MODELS,
    /** Deletes a file. */
    FILE_DELETE,
    /** Asks for the answer of one row, at once. It costs money. */
    REQUEST
  }

  /** What a call sends. */
  public sealed interface Body {
    /** Nothing. */
    record None() implements Body {}

    /** A JSON text. */
    record Json(String text) implements Body {}

    /** A multipart form with a purpose and a file, streamed from the disk. */
    record Upload(Path file, String name, String purpose) implements Body {}
  }

  /** Without the headers, which hold the key. */
  @Override
  public String toString() {
    return purpose + " " + method + " " + uri;
  }
}
