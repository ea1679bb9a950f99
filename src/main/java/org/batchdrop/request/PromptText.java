package org.batchdrop.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a request's body says to the model, in its order: texts, and how many tokens stand between
 * them (OpenAI counts 3 for each message, 1 for its author's name, and 3 before the answer).
 */
final class PromptText {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int PER_MESSAGE = 3;
  private static final int BEFORE_ANSWER = 3;

  private final List<String> texts = new ArrayList<>();
  private long between;
  private boolean media;
  private boolean other;

  private PromptText() {}

  /**
   * Reads a body.
   *
   * @param body valid JSON
   * @throws IOException when it is no object
   */
  static PromptText read(String body) throws IOException {
    PromptText prompt = new PromptText();
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("a body that is no object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        prompt.member(name, json);
      }
    }
    return prompt;
  }

  /** In the order of the body. */
  List<String> texts() {
    return texts;
  }

  /** Tokens beside those of the texts. */
  long between() {
    return between;
  }

  /** Whether there are images, sounds or files, which are not counted. */
  boolean hasMedia() {
    return media;
  }

  /** Whether there are tools or schemas, which providers write down in a way of their own. */
  boolean hasOther() {
    return other;
  }

  private void member(String name, JsonParser json) throws IOException {
    switch (name) {
      case "messages", "input" -> conversation(json);
      case "prompt", "instructions" -> strings(json);
      case "tools", "functions", "response_format" -> {
        other = true;
        strings(json);
      }
      default -> json.skipChildren();
    }
  }

  private void conversation(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      strings(json);
      return;
    }
    boolean isChat = false;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        isChat = true;
        message(json);
      } else {
        strings(json);
      }
    }
    between += isChat ? BEFORE_ANSWER : 0;
  }

  private void message(JsonParser json) throws IOException {
    between += PER_MESSAGE;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "role" -> strings(json);
        case "name" -> {
          between++;
          strings(json);
        }
        case "content" -> content(json);
        case "type", "id", "status" -> json.skipChildren();
        default -> {
          other = true;
          strings(json);
        }
      }
    }
  }

  private void content(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      strings(json);
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        strings(json);
        continue;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("text") || name.equals("refusal")) {
          strings(json);
        } else {
          media |= !name.equals("type");
          json.skipChildren();
        }
      }
    }
  }

  /** Each text below a value; a number is a token that was counted before. */
  private void strings(JsonParser json) throws IOException {
    int depth = 0;
    do {
      JsonToken token = json.currentToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
        texts.add(json.getText());
      } else if (token.isNumeric()) {
        between++;
      }
    } while (depth > 0 && json.nextToken() != null);
  }
}
