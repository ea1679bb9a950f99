package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One error reply in OpenAI's shape.
 *
 * @param status HTTP status, 400 to 599
 * @param message what is wrong, for a person
 * @param type class of error, such as {@code invalid_request_error}
 * @param param the offending parameter, or null
 * @param code machine-readable reason, or null
 * @see <a href="https://platform.openai.com/docs/guides/error-codes">Error codes</a>
 */
record Refusal(
    int status, String message, String type, @Nullable String param, @Nullable String code)
    implements Reply {

  /** Returns a 400 for a wrong value. */
  static Refusal badRequest(String message, @Nullable String param, @Nullable String code) {
    return new Refusal(400, message, "invalid_request_error", param, code);
  }

  /** Returns a 400 for a parameter that is not there. */
  static Refusal missing(String param) {
    return badRequest(
        "Missing required parameter: '" + param + "'.", param, "missing_required_parameter");
  }

  @Override
  public void writeBody(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("error");
    json.writeStringField("message", message);
    json.writeStringField("type", type);
    json.writeStringField("param", param);
    json.writeStringField("code", code);
    json.writeEndObject();
    json.writeEndObject();
  }
}
