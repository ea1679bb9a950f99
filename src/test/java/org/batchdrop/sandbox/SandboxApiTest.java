package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies have the API's shapes, and mistakes get the API's errors. */
class SandboxApiTest {
  @TempDir Path directory;
  private SandboxServer server;
  private Wire wire;

  @BeforeEach
  void start() throws IOException {
    server =
        SandboxServer.start(
            SandboxSettings.builder().directory(directory).validation(Duration.ZERO).build());
    wire = new Wire(server);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void pagesThroughFilesInBothOrders() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(wire.upload(Wire.lines(1)));
    }
    JsonNode first = wire.get("/v1/files?order=asc&limit=2");
    JsonNode second = wire.get("/v1/files?order=asc&limit=2&after=" + ids.get(1));
    JsonNode last = wire.get("/v1/files?order=asc&limit=2&after=" + ids.get(3));
    JsonNode newestFirst = wire.get("/v1/files");

    assertThat(idsOf(first)).isEqualTo(ids.subList(0, 2));
    assertThat(first.get("has_more").asBoolean()).isTrue();
    assertThat(first.get("first_id").asText()).isEqualTo(ids.get(0));
    assertThat(first.get("last_id").asText()).isEqualTo(ids.get(1));
    assertThat(idsOf(second)).isEqualTo(ids.subList(2, 4));
    assertThat(idsOf(last)).isEqualTo(ids.subList(4, 5));
    assertThat(last.get("has_more").asBoolean()).isFalse();
    Collections.reverse(ids);
    assertThat(idsOf(newestFirst)).isEqualTo(ids);
    assertThat(idsOf(wire.get("/v1/files?purpose=batch_output"))).isEmpty();
  }

  @Test
  void pagesThroughBatchesNewestFirst() {
    String file = wire.upload(Wire.lines(1));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(0, wire.create(file));
    }
    JsonNode first = wire.get("/v1/batches?limit=3");
    JsonNode second = wire.get("/v1/batches?limit=3&after=" + first.get("last_id").asText());

    assertThat(idsOf(first)).isEqualTo(ids.subList(0, 3));
    assertThat(first.get("has_more").asBoolean()).isTrue();
    assertThat(idsOf(second)).isEqualTo(ids.subList(3, 5));
    assertThat(second.get("has_more").asBoolean()).isFalse();
  }

  @Test
  void showsEveryFieldOfBatch() {
    JsonNode batch =
        wire.post(
            "/compatible-mode/v1/batches",
            """
            {"input_file_id":"%s","endpoint":"/v1/embeddings","completion_window":"14d",
             "metadata":{"job":"j1"}}"""
                .formatted(wire.upload(Wire.lines(1))));

    List<String> names = new ArrayList<>();
    batch.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactlyInAnyOrder(
            "id",
            "object",
            "endpoint",
            "model",
            "errors",
            "input_file_id",
            "completion_window",
            "status",
            "output_file_id",
            "error_file_id",
            "created_at",
            "in_progress_at",
            "expires_at",
            "finalizing_at",
            "completed_at",
            "failed_at",
            "expired_at",
            "cancelling_at",
            "cancelled_at",
            "request_counts",
            "usage",
            "metadata");
    assertThat(batch.get("completion_window").asText()).isEqualTo("14d");
    assertThat(batch.at("/metadata/job").asText()).isEqualTo("j1");
    assertThat(batch.get("status").asText()).isEqualTo("validating");
    assertThat(batch.get("output_file_id").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"input_file_id", "endpoint", "completion_window"})
  void demandsParametersOfCreate(String name) {
    String body =
        """
        {"input_file_id":"x","endpoint":"/v1/embeddings","completion_window":"24h"}"""
            .replace("\"" + name + "\"", "\"other\"");

    JsonNode error = error(wire.send("POST", "/v1/batches", body), 400);

    assertThat(error.get("code").asText()).isEqualTo("missing_required_parameter");
    assertThat(error.get("param").asText()).isEqualTo(name);
    assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
    assertThat(server.ledger().createRequests()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/responses, 24h, endpoint",
    "/v1/embeddings, 23h, completion_window",
    "/v1/embeddings, 337h, completion_window",
    "/v1/embeddings, 15d, completion_window",
    "/v1/embeddings, 24, completion_window",
    "/v1/embeddings, 24h, file_id"
  })
  void rejectsWrongValuesOfCreate(String endpoint, String window, String param) {
    String body =
        """
        {"input_file_id":"file-x","endpoint":"%s","completion_window":"%s"}"""
            .formatted(endpoint, window);

    assertThat(error(wire.send("POST", "/v1/batches", body), 400).get("param").asText())
        .isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"tags\":7} | invalid_type | metadata.tags",
        "{\"tags\":[\"a\"]} | invalid_type | metadata.tags",
        "7 | invalid_type | metadata"
      })
  void rejectsMetadataThatIsNotText(String metadata, String code, String param) {
    JsonNode error = errorOfMetadata(metadata);

    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(error.get("param").asText()).isEqualTo(param);
  }

  @Test
  void boundsMetadata() {
    StringBuilder pairs = new StringBuilder("{\"k0\":\"v\"");
    for (int i = 1; i <= 16; i++) {
      pairs.append(",\"k").append(i).append("\":\"v\"");
    }

    assertThat(errorOfMetadata(pairs + "}").get("param").asText()).isEqualTo("metadata");
    assertThat(errorOfMetadata("{\"" + "k".repeat(65) + "\":\"v\"}").get("param").asText())
        .isEqualTo("metadata");
    assertThat(errorOfMetadata("{\"k\":\"" + "v".repeat(513) + "\"}").get("param").asText())
        .isEqualTo("metadata.k");
  }

  private JsonNode errorOfMetadata(String metadata) {
    String body =
        """
        {"input_file_id":"%s","endpoint":"/v1/embeddings","completion_window":"24h","metadata":%s}"""
            .formatted(wire.upload(Wire.lines(1)), metadata);
    return error(wire.send("POST", "/v1/batches", body), 400);
  }

  @Test
  void rejectsUnusableUploads() {
    assertThat(uploadError("batch", "in.txt", "x"))
        .isEqualTo("Invalid file format for Batch API. Must be .jsonl");
    assertThat(uploadError("batch", "in.jsonl", "")).isEqualTo("The file is empty.");
    assertThat(uploadError("nonsense", "in.jsonl", "x")).contains("nonsense");
    assertThat(error(wire.send("POST", "/v1/files", "x"), 400).get("message").asText())
        .contains("multipart/form-data");
    assertThat(directory.resolve("files")).isEmptyDirectory();
  }

  private String uploadError(String purpose, String filename, String content) {
    return error(
            wire.upload(
                purpose,
                filename,
                () -> new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))),
            400)
        .get("message")
        .asText();
  }

  @Test
  void keepsAndDeletesFiles() {
    String content = Wire.lines(3);
    String id = wire.upload(content);

    JsonNode file = wire.get("/v1/files/" + id);
    assertThat(file.get("object").asText()).isEqualTo("file");
    assertThat(file.get("bytes").asInt()).isEqualTo(content.length());
    assertThat(file.get("filename").asText()).isEqualTo("in.jsonl");
    assertThat(file.get("purpose").asText()).isEqualTo("batch");
    assertThat(wire.content(id)).isEqualTo(content);
    JsonNode deleted = Wire.ok(wire.send("DELETE", "/v1/files/" + id, ""));
    assertThat(deleted.get("deleted").asBoolean()).isTrue();
    assertThat(deleted.get("object").asText()).isEqualTo("file");
    assertThat(error(wire.send("GET", "/v1/files/" + id, ""), 404).get("message").asText())
        .isEqualTo("No such File object: " + id);
    error(wire.send("GET", "/v1/files/" + id + "/content", ""), 404);
    error(wire.send("DELETE", "/v1/files/" + id, ""), 404);
  }

  @Test
  void keepsFilesOverRestart() throws IOException {
    String id = wire.upload(Wire.lines(3));
    server.close();
    start();

    assertThat(wire.content(id)).isEqualTo(Wire.lines(3));
    assertThat(idsOf(wire.get("/v1/files"))).containsExactly(id);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/nothing, 404",
    "GET, /nothing, 404",
    "GET, /v1/batches/none, 404",
    "POST, /v1/batches/none/cancel, 404",
    "GET, /v1/batches?after=none, 404",
    "GET, /v1/batches?limit=101, 400",
    "GET, /v1/files?limit=0, 400",
    "GET, /v1/files?order=up, 400",
    "DELETE, /v1/files, 405",
    "PUT, /v1/batches, 405",
    "GET, /v1/chat/completions, 405",
    "GET, /v1/batches/none/cancel, 405",
    "POST, /sandbox/ledger, 405"
  })
  void answersMistakesWithErrorShape(String method, String path, int status) {
    HttpResponse<String> response = wire.send(method, path, "");

    JsonNode error = error(response, status);
    assertThat(error.get("message").asText()).isNotEmpty();
    assertThat(error.has("type") && error.has("param") && error.has("code")).isTrue();
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
  }

  @Test
  void demandsItsKeyWithoutRepeatingTheWrongOne() throws IOException {
    server.close();
    server =
        SandboxServer.start(
            SandboxSettings.builder().directory(directory).apiKey("sandbox-key").build());
    wire = new Wire(server);

    HttpResponse<String> wrong =
        wire.send("GET", "/v1/files", "", "Authorization", "Bearer another-key-of-ours");

    assertThat(error(wire.send("GET", "/v1/files", ""), 401).get("message").asText())
        .contains("Authorization header");
    assertThat(error(wrong, 401).get("code").asText()).isEqualTo("invalid_api_key");
    assertThat(wrong.body()).doesNotContain("another-key");
    Wire.ok(wire.send("GET", "/v1/files", "", "Authorization", "Bearer sandbox-key"));
  }

  @Test
  void refusesSecondProviderOnSameDirectory() {
    SandboxSettings same = SandboxSettings.builder().directory(directory).build();

    assertThatThrownBy(() -> SandboxServer.start(same))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use");
  }

  @Test
  void notesRealtimeRequestsInLedger() {
    String body =
        """
        {"model":"m","messages":[{"role":"user","content":"hello"}]}""";

    HttpResponse<String> response =
        wire.send("POST", "/v1/chat/completions", body, "X-Client-Request-Id", "row-1");

    assertThat(Wire.ok(response).at("/choices/0/message/content").asText())
        .isEqualTo("[sandbox] hello");
    assertThat(server.ledger().executionsOf("row-1")).isEqualTo(1);
    assertThat(server.ledger().totalExecutions()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"m\"} | messages",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | model",
        "{\"model\":\"m\",\"messages\":[]} | messages",
        "{\"model\":\"m\",\"messages\":\"x\"} | messages",
        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | stream",
        "{\"model\":\"m\",\"n\":0,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | n"
      })
  void refusesWrongChatRequests(String body, String param) {
    assertThat(error(wire.send("POST", "/v1/chat/completions", body), 400).get("param").asText())
        .isEqualTo(param);
  }

  private static JsonNode error(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return Wire.tree(response.body()).get("error");
  }

  private static List<String> idsOf(JsonNode list) {
    List<String> ids = new ArrayList<>();
    list.get("data").forEach(item -> ids.add(item.get("id").asText()));
    return ids;
  }
}
