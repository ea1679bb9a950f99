package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * A file that the provider keeps.
 *
 * @param id id of the file
 * @param sequence number of the file; later files have greater ones
 * @param filename the name it was uploaded with
 * @param purpose what it is for, such as {@code batch} or {@code batch_output}
 * @param bytes its length
 * @param lines its number of lines
 * @param createdAt when it was stored, in milliseconds of Unix time
 * @see <a href="https://platform.openai.com/docs/api-reference/files/object">The object</a>
 */
record StoredFile(
    String id,
    long sequence,
    String filename,
    String purpose,
    long bytes,
    long lines,
    long createdAt) {
  /** The purpose of the files that batches make. */
  static final String OUTPUT = "batch_output";

  /** Writes the file object of the API. */
  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", id);
    json.writeStringField("object", "file");
    json.writeNumberField("bytes", bytes);
    json.writeNumberField("created_at", createdAt / 1000);
    json.writeNullField("expires_at");
    json.writeStringField("filename", filename);
    json.writeStringField("purpose", purpose);
    json.writeStringField("status", "processed");
    json.writeNullField("status_details");
    json.writeEndObject();
  }
}
