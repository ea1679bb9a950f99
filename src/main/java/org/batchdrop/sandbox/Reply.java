package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** What one request is answered with: an answer, or a refusal. */
sealed interface Reply permits Refusal, ChatReply, EmbeddingReply {

  /** Returns the HTTP status of the reply. */
  int status();

  /** Writes the body of the reply as one JSON object. */
  void writeBody(JsonGenerator json) throws IOException;
}
