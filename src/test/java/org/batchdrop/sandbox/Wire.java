package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Talks to a sandbox provider in plain HTTP. */
final class Wire {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ENDED = Set.of("completed", "failed", "expired", "cancelled");
  private static final String BOUNDARY = "--------batchdrop-test-boundary";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;

  Wire(SandboxServer server) {
    this(server.baseUrl());
  }

  Wire(URI base) {
    this.base = base;
  }

  HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(30));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode get(String path) {
    return ok(send("GET", path, ""));
  }

  JsonNode post(String path, String body) {
    return ok(send("POST", path, body));
  }

  static JsonNode ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return tree(response.body());
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  HttpResponse<String> upload(String purpose, String filename, Supplier<InputStream> content) {
    byte[] head =
        ("--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n%s\r\n"
                    .formatted(BOUNDARY, purpose)
                + "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                    .formatted(BOUNDARY, filename)
                + "Content-Type: application/octet-stream\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] tail = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8);
    Supplier<InputStream> form =
        () ->
            new SequenceInputStream(
                Collections.enumeration(
                    List.of(
                        new ByteArrayInputStream(head),
                        content.get(),
                        new ByteArrayInputStream(tail))));
    return send(
        HttpRequest.newBuilder(base.resolve("/v1/files"))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(BodyPublishers.ofInputStream(form)));
  }

  String upload(byte[] content) {
    return ok(upload("batch", "in.jsonl", () -> new ByteArrayInputStream(content)))
        .get("id")
        .asText();
  }

  String upload(String content) {
    return upload(content.getBytes(StandardCharsets.UTF_8));
  }

  String create(String fileId) {
    return create(fileId, "/v1/chat/completions");
  }

  String create(String fileId, String endpoint) {
    return post(
            "/v1/batches",
            """
            {"input_file_id":"%s","endpoint":"%s","completion_window":"24h"}"""
                .formatted(fileId, endpoint))
        .get("id")
        .asText();
  }

  JsonNode batch(String id) {
    return get("/v1/batches/" + id);
  }

  JsonNode awaitEnd(String id) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> batch(id), batch -> ENDED.contains(batch.get("status").asText()));
  }

  /** Returns a body with one character for each byte. */
  String raw(String path) {
    try {
      HttpResponse<byte[]> response =
          http.send(HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      return new String(response.body(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String content(String fileId) {
    HttpResponse<String> response = send("GET", "/v1/files/" + fileId + "/content", "");
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  /** Returns the lines of a result file of a batch; none when it has no such file. */
  List<JsonNode> lines(JsonNode batch, String fileField) {
    List<JsonNode> lines = new ArrayList<>();
    if (!batch.get(fileField).isNull()) {
      content(batch.get(fileField).asText()).lines().forEach(line -> lines.add(tree(line)));
    }
    return lines;
  }

  /** Returns one valid request line, with its line feed. */
  static String line(String customId, String text) {
    return """
    {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"%s"}]}}
    """
        .formatted(customId, text);
  }

  /** Returns that many valid request lines, with the custom_ids r0, r1 and so on. */
  static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(line("r" + i, "question " + i));
    }
    return lines.toString();
  }
}
