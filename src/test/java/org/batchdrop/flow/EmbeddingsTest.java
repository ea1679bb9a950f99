package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embeddings from end to end, in both lanes. */
class EmbeddingsTest {

  private static final String PIPELINE =
      """
      provider: fast
      mode: %s
      input: {type: %s}
      request:
        url: /v1/embeddings
        body: {model: text-embedding-3-small, dimensions: 8, encoding_format: %s, input: "{{text}}"}
      result: {embeddings: %s}
      """;

  @TempDir private Path root;
  private SandboxServer sandbox;
  private DaemonFixture daemon;

  @BeforeEach
  void open() throws IOException {
    sandbox =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(root.resolve("sandbox"))
                .validation(Duration.ofMillis(50))
                .build());
    daemon =
        new DaemonFixture(root.resolve("home"))
            .write("providers/fast.yaml", "extends: quick\nrealtime: {offered: true}\n");
  }

  @AfterEach
  void close() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void tablesBecomeMatricesInTheBatchLane() throws Exception {
    daemon.write("pipelines/vectors.yaml", PIPELINE.formatted("batch", "csv", "base64", "npy"));
    daemon.start(sandbox.baseUrl());
    daemon.drop("vectors", "t.csv", bytes("id,text\n1,one\n2\n3,three\n"));

    Path folder = daemon.published("vectors", "t.csv");

    byte[] npy = Files.readAllBytes(folder.resolve("embeddings.npy"));
    ByteBuffer floats = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(npy).hasSize(128 + 3 * 8 * 4);
    List<JsonNode> lines = DaemonFixture.lines(folder.resolve("output.jsonl"));
    assertThat(lines).hasSize(2);
    for (int row : new int[] {0, 2}) {
      byte[] own =
          Base64.getDecoder()
              .decode(lines.get(row / 2).at("/response/body/data/0/embedding").asText());
      byte[] stored = new byte[32];
      floats.get(128 + row * 32, stored);
      assertThat(stored).isEqualTo(own);
    }
    assertThat(floats.getFloat(128 + 32)).isNaN();
    assertThat(DaemonFixture.lines(folder.resolve("errors.jsonl"))).hasSize(1);
    assertThat(folder.resolve("results.csv"))
        .content()
        .startsWith("id,text,batchdrop_error\n1,one,\n2,,");
    assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("batch");
  }

  @Test
  void linesBecomeLinesInTheRealtimeLane() throws Exception {
    daemon.write(
        "pipelines/vectors.yaml", PIPELINE.formatted("realtime", "jsonl", "float", "jsonl"));
    daemon.start(sandbox.baseUrl());
    daemon.drop("vectors", "t.jsonl", bytes("{\"text\":\"one\"}\n{\"text\":\"two\"}\n"));

    Path folder = daemon.published("vectors", "t.jsonl");

    List<JsonNode> expected = new ArrayList<>();
    DaemonFixture.lines(folder.resolve("output.jsonl"))
        .forEach(line -> expected.add(line.at("/response/body/data/0/embedding")));
    List<JsonNode> found = DaemonFixture.lines(folder.resolve("embeddings.jsonl"));
    assertThat(found).extracting(line -> line.get("embedding")).isEqualTo(expected);
    assertThat(found).extracting(line -> line.get("row").asInt()).containsExactly(1, 2);
    assertThat(found.get(0).get("embedding")).hasSize(8);
    assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("realtime");
  }
}
