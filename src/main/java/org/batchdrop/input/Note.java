package org.batchdrop.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A small JSON object of texts and numbers, as it lies in a job's folder. */
final class Note {

  private static final JsonFactory JSON = new JsonFactory();

  private Note() {}

  /**
   * Reads the members of a note; what is no single value is left out.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException when the note is not whole
   */
  static Map<String, String> read(String text) throws IOException {
    Map<String, String> members = new HashMap<>();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (json.nextToken().isScalarValue()) {
          members.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
    }
    return members;
  }
}
