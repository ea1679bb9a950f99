package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Answers depend on the request only, and belong to it. */
class AnswersTest {
  private final Answers answers = new Answers();

  @Test
  void echoesLastUserMessage() throws IOException {
    JsonNode answer =
        chat(
            """
            {"model":"m","messages":[{"role":"system","content":"s"},
             {"role":"user","content":"first"},{"role":"assistant","content":"a"},
             {"content":"second \\"quoted\\" \\u4f60\\n","role":"user"}]}""");

    assertThat(content(answer)).isEqualTo("[sandbox] second \"quoted\" \u4f60\n");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/usage/total_tokens").asInt())
        .isEqualTo(
            answer.at("/usage/prompt_tokens").asInt()
                + answer.at("/usage/completion_tokens").asInt());
  }

  @Test
  void echoesEscapesAndPairsOfSurrogates() throws IOException {
    JsonNode answer =
        chat(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"\\\\ud83d \\ud83d\\ude00 \\\"\"}]}");

    assertThat(content(answer)).isEqualTo("[sandbox] \\ud83d \ud83d\ude00 \"");
  }

  @Test
  void joinsPartsOfContent() throws IOException {
    JsonNode answer =
        chat(
            """
            {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"look"},
             {"type":"image_url","image_url":{"url":"data:x"}},{"type":"text","text":"here"}]}]}""");

    assertThat(content(answer)).isEqualTo("[sandbox] look\n[image]\nhere");
  }

  @Test
  void estimatesTokensFromBytes() throws IOException {
    String text = "a\u00e9\u4f60\ud83d\ude00".repeat(40);
    JsonNode answer =
        chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}");

    assertThat(answer.at("/usage/completion_tokens").asInt())
        .isEqualTo(content(answer).getBytes(StandardCharsets.UTF_8).length / 4);
  }

  @Test
  void givesAsManyChoicesAsAsked() throws IOException {
    JsonNode answer =
        chat("{\"model\":\"m\",\"n\":3,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");

    assertThat(answer.get("choices")).hasSize(3);
    assertThat(answer.at("/choices/2/index").asInt()).isEqualTo(2);
  }

  @Test
  void sameRequestGetsSameAnswer() throws IOException {
    String request = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

    assertThat(chat(request)).isEqualTo(chat(request));
    assertThat(chat(request.replace("x", "y")).get("id")).isNotEqualTo(chat(request).get("id"));
  }

  @Test
  void answersWithInstanceOfSchema() throws IOException {
    JsonNode answer =
        chat(
            """
            {"model":"m","messages":[{"role":"user","content":"label me"}],
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":
              {"type":"object","properties":{"label":{"type":"string"},"score":{"type":"integer"}},
               "required":["label","score"],"additionalProperties":false}}}}""");

    JsonNode content = Wire.tree(content(answer));
    assertThat(content.get("label").asText()).isEqualTo("[sandbox] label me");
    assertThat(content.get("score").isInt()).isTrue();
  }

  @Test
  void refusesSchemaItCannotFill() throws IOException {
    Reply reply =
        reply(
            Endpoint.CHAT,
            """
            {"model":"m","messages":[{"role":"user","content":"x"}],
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":
              {"type":"string","pattern":"^x$"}}}}""");

    assertThat(reply.status()).isEqualTo(400);
  }

  @Test
  void embedsIntoUnitVectors() throws IOException {
    JsonNode answer =
        body(
            reply(
                Endpoint.EMBEDDINGS,
                "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":128}"));

    assertThat(answer.get("data")).hasSize(2);
    JsonNode first = answer.at("/data/0/embedding");
    double squares = 0;
    for (JsonNode value : first) {
      squares += value.asDouble() * value.asDouble();
    }
    assertThat(first).hasSize(128);
    assertThat(Math.sqrt(squares)).isCloseTo(1, within(1e-6));
    assertThat(first).isNotEqualTo(answer.at("/data/1/embedding"));
  }

  @Test
  void encodesVectorsAsLittleEndianFloats() throws IOException {
    String text =
        body(reply(
                Endpoint.EMBEDDINGS,
                "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"base64\"}"))
            .at("/data/0/embedding")
            .asText();
    float[] vector = new float[64];

    ByteBuffer.wrap(Base64.getDecoder().decode(text))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector);

    assertThat(vector).isEqualTo(EmbeddingReply.vector("a", 64));
  }

  private JsonNode chat(String request) throws IOException {
    return body(reply(Endpoint.CHAT, request));
  }

  private static String content(JsonNode answer) {
    return answer.at("/choices/0/message/content").asText();
  }

  private Reply reply(Endpoint endpoint, String request) throws IOException {
    String line =
        "  {\"custom_id\":\"x\",\"body\":" + request.replace("\n", "") + ",\"method\":\"POST\"}";
    byte[] bytes = ("padding" + line).getBytes(StandardCharsets.UTF_8);
    RequestBody body = RequestLine.parse(bytes, 7, bytes.length - 7).body();
    assertThat(body).isNotNull();
    assertThat(body.bytes())
        .isEqualTo(request.replace("\n", "").getBytes(StandardCharsets.UTF_8).length);
    return answers.reply(endpoint, body, 1_700_000_000);
  }

  private static JsonNode body(Reply reply) throws IOException {
    assertThat(reply.status()).isEqualTo(200);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.FACTORY.createGenerator(out)) {
      reply.writeBody(json);
    }
    return Wire.JSON.readTree(out.toByteArray());
  }
}
