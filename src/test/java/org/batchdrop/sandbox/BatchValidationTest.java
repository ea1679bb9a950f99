package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A batch with an unusable input fails, and says which line is wrong and why. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchValidationTest {
  private static final String GOOD = Wire.line("a", "x");
  private static final String CHAT = "/v1/chat/completions";
  private static final String TEST = "/v1/chat/ds-test";

  private SandboxServer server;
  private Wire wire;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    server =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(directory)
                .validation(Duration.ZERO)
                .maxRequests(200)
                .maxLineBytes(200_000)
                .enqueuedTokenLimit(100_000)
                .build());
    wire = new Wire(server);
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
  }

  static Stream<Arguments> badLines() {
    return Stream.of(
        Arguments.of("not json", "nonsense\n", "invalid_json_line", null),
        Arguments.of("half an object", "{\"custom_id\":\"b\"\n", "invalid_json_line", null),
        Arguments.of("two objects", "{} {}\n", "invalid_json_line", null),
        Arguments.of("an array", "[]\n", "invalid_json_line", null),
        Arguments.of(
            "a lone surrogate", Wire.line("b", "\\ud83d\\u0041"), "invalid_json_line", null),
        Arguments.of("a blank line", "\n", "invalid_json_line", null),
        Arguments.of("a byte order mark", "\ufeff" + GOOD, "invalid_json_line", null),
        Arguments.of(
            "no custom_id",
            changed("\"custom_id\":\"b\",", ""),
            "missing_required_parameter",
            "custom_id"),
        Arguments.of(
            "null custom_id",
            changed("\"custom_id\":\"b\"", "\"custom_id\":null"),
            "missing_required_parameter",
            "custom_id"),
        Arguments.of(
            "numeric custom_id",
            changed("\"custom_id\":\"b\"", "\"custom_id\":7"),
            "invalid_type",
            "custom_id"),
        Arguments.of(
            "no method",
            changed("\"method\":\"POST\",", ""),
            "missing_required_parameter",
            "method"),
        Arguments.of("wrong method", changed("POST", "GET"), "invalid_method", "method"),
        Arguments.of(
            "no url",
            changed("\"url\":\"" + CHAT + "\",", ""),
            "missing_required_parameter",
            "url"),
        Arguments.of("wrong url", changed(CHAT, "/v1/embeddings"), "invalid_url", "url"),
        Arguments.of(
            "no body",
            "{\"custom_id\":\"b\",\"method\":\"POST\",\"url\":\"" + CHAT + "\"}\n",
            "missing_required_parameter",
            "body"),
        Arguments.of(
            "text as body",
            "{\"custom_id\":\"b\",\"method\":\"POST\",\"url\":\"" + CHAT + "\",\"body\":\"x\"}\n",
            "invalid_type",
            "body"),
        Arguments.of("duplicate", GOOD, "duplicate_custom_id", "custom_id"),
        Arguments.of(
            "other model",
            changed("\"model\":\"m\"", "\"model\":\"n\""),
            "model_mismatch",
            "body.model"),
        Arguments.of(
            "unsupported model",
            changed("\"model\":\"m\"", "\"model\":\"unsupported-model\""),
            "model_not_found",
            "body.model"),
        Arguments.of(
            "stream",
            changed("\"model\"", "\"stream\":true,\"model\""),
            "streaming_unsupported",
            "body.stream"),
        Arguments.of("a long line", Wire.line("b", "x".repeat(200_000)), "line_too_large", null));
  }

  private static String changed(String what, String into) {
    String line = Wire.line("b", "x");
    assertThat(line).contains(what);
    return line.replace(what, into);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badLines")
  void namesCodeParameterAndLine(String name, String badLine, String code, String param) {
    JsonNode batch = fail(GOOD + badLine + Wire.line("c", "x"), CHAT);

    JsonNode error = batch.at("/errors/data/0");
    assertThat(batch.at("/errors/data")).hasSize(1);
    assertThat(batch.at("/errors/object").asText()).isEqualTo("list");
    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(error.get("line").asInt()).isEqualTo(2);
    assertThat(error.get("param").asText(null)).isEqualTo(param);
    assertThat(error.get("message").asText()).isNotEmpty();
  }

  @Test
  void rejectsBytesThatAreNotUtf8() {
    byte[] line = Wire.line("b", "caf\u00e9").getBytes(StandardCharsets.ISO_8859_1);

    JsonNode batch = wire.awaitEnd(wire.create(wire.upload(line)));

    assertThat(batch.at("/errors/data/0/code").asText()).isEqualTo("invalid_json_line");
    assertThat(batch.at("/errors/data/0/line").asInt()).isEqualTo(1);
  }

  @Test
  void rejectsFileWithoutAnyRequest() {
    assertThat(onlyCode(fail("\n \n", CHAT))).isEqualTo("empty_file");
  }

  @Test
  void rejectsMoreRequestsThanAllowed() {
    JsonNode batch = fail(Wire.lines(201), CHAT);

    assertThat(onlyCode(batch)).isEqualTo("too_many_tasks");
    assertThat(batch.at("/errors/data/0/line").isNull()).isTrue();
  }

  @Test
  void listsAtMostHundredProblems() {
    assertThat(fail("bad\n".repeat(150), CHAT).at("/errors/data")).hasSize(100);
  }

  @Test
  void failedBatchRanNothing() {
    JsonNode batch = fail(GOOD + "bad\n", CHAT);

    assertThat(batch.get("failed_at").asLong()).isPositive();
    assertThat(batch.get("output_file_id").isNull()).isTrue();
    assertThat(batch.get("error_file_id").isNull()).isTrue();
    assertThat(batch.at("/request_counts/total").asInt()).isZero();
  }

  @Test
  void failsWhenQueueOfModelIsFull() {
    String line = Wire.line("a", "x".repeat(150_000)).replace("\"m\"", "\"queue\"");
    String lines = line + line.replace("\"a\"", "\"b\"") + line.replace("\"a\"", "\"c\"");

    JsonNode batch = fail(lines, CHAT);

    assertThat(onlyCode(batch)).isEqualTo("token_limit_exceeded");
    assertThat(batch.at("/errors/data/0/message").asText())
        .isEqualTo(
            "Enqueued token limit reached for queue in organization sandbox. Limit: 100,000"
                + " enqueued tokens. Please try again once some in_progress batches have been"
                + " completed.");
  }

  @Test
  void testEndpointHasItsOwnModelAndLimits() {
    String line = Wire.line("a", "x").replace(CHAT, TEST);
    String good = line.replace("\"m\"", "\"batch-test-model\"");
    String many = Wire.lines(101).replace(CHAT, TEST).replace("\"m\"", "\"batch-test-model\"");

    assertThat(wire.awaitEnd(wire.create(wire.upload(good), TEST)).get("status").asText())
        .isEqualTo("completed");
    assertThat(onlyCode(fail(line, TEST))).isEqualTo("model_not_found");
    assertThat(onlyCode(fail(many, TEST))).isEqualTo("too_many_tasks");
    assertThat(onlyCode(fail(" ".repeat(1024 * 1024) + good, TEST))).isEqualTo("file_too_large");
  }

  @Test
  void acceptsLastLineWithoutLineFeed() {
    JsonNode batch = wire.awaitEnd(wire.create(wire.upload((GOOD + Wire.line("b", "y")).strip())));

    assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(2);
    assertThat(wire.lines(batch, "output_file_id"))
        .extracting(line -> line.get("custom_id").asText())
        .containsExactlyInAnyOrderElementsOf(List.of("a", "b"));
  }

  private JsonNode fail(String lines, String endpoint) {
    JsonNode batch = wire.awaitEnd(wire.create(wire.upload(lines), endpoint));
    assertThat(batch.get("status").asText()).as(batch.toString()).isEqualTo("failed");
    return batch;
  }

  private static String onlyCode(JsonNode batch) {
    assertThat(batch.at("/errors/data")).hasSize(1);
    return batch.at("/errors/data/0/code").asText();
  }
}
