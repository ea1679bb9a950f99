package org.batchdrop.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The path {@code /sandbox/faults}: reads, adds and removes rules while the provider runs. */
final class FaultsApi {
  private static final int MAX_BODY = 1024 * 1024;

  private final Faults faults;

  FaultsApi(Faults faults) {
    this.faults = faults;
  }

  void report(Call call) throws IOException {
    call.reply(200, faults::write);
  }

  void add(Call call) throws IOException {
    String text = new String(call.body(MAX_BODY), StandardCharsets.UTF_8);
    List<String> ids;
    try {
      ids = faults.add(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(String.valueOf(e.getMessage()), null, "invalid_fault_rule");
    }
    call.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("added");
          for (String id : ids) {
            json.writeString(id);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  void clear(Call call) throws IOException {
    faults.clear();
    report(call);
  }
}
