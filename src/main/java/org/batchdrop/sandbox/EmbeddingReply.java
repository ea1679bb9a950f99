package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A list of embeddings, one for each text: vectors of length 1 that depend on the text only.
 *
 * @param model the model that was asked for
 * @param inputs the texts
 * @param dimensions length of each vector, at least 1
 * @param base64 whether vectors are written as base64 of little-endian floats
 * @param promptTokens estimated tokens of the request, at least 1
 * @see <a href="https://platform.openai.com/docs/api-reference/embeddings/create">Create
 *     embeddings</a>
 */
record EmbeddingReply(
    String model, List<String> inputs, int dimensions, boolean base64, int promptTokens)
    implements Reply {

  @Override
  public int status() {
    return 200;
  }

  @Override
  public void writeBody(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (int index = 0; index < inputs.size(); index++) {
      json.writeStartObject();
      json.writeStringField("object", "embedding");
      json.writeNumberField("index", index);
      json.writeFieldName("embedding");
      writeVector(json, vector(inputs.get(index), dimensions));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField("model", model);
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", promptTokens);
    json.writeNumberField("total_tokens", promptTokens);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void writeVector(JsonGenerator json, float[] vector) throws IOException {
    if (base64) {
      ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      json.writeString(Base64.getEncoder().encodeToString(bytes.array()));
      return;
    }
    json.writeStartArray();
    for (float value : vector) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }

  /** Returns the unit vector of a text. */
  static float[] vector(String text, int dimensions) {
    SplittableRandom random = new SplittableRandom(Fingerprint.of(text, dimensions));
    double[] direction = new double[dimensions];
    double squares = 0;
    for (int i = 0; i < dimensions; i++) {
      direction[i] = random.nextDouble(-1, 1);
      squares += direction[i] * direction[i];
    }
    double length = Math.sqrt(squares);
    float[] unit = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      unit[i] = (float) (direction[i] / length);
    }
    return unit;
  }
}
