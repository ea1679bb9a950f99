package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A whole reply that a fault gives.
 *
 * @param status HTTP status, 200 to 599
 * @param headers headers beside the usual ones
 * @param contentType media type of the body
 * @param body the body; may be empty
 */
record FaultAnswer(int status, Map<String, String> headers, String contentType, String body) {

  /** Returns the answer with one more header. */
  FaultAnswer with(String header, String value) {
    Map<String, String> more = new java.util.TreeMap<>(headers);
    more.putIfAbsent(header, value);
    return new FaultAnswer(status, more, contentType, body);
  }

  /** Sends the answer. */
  void send(Call call, ReplyPath path) throws IOException {
    headers.forEach(call::setHeader);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = path.start(status, contentType, bytes.length)) {
      out.write(bytes);
    }
  }
}
