package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider in a process of its own loses nothing when it is killed, and needs little memory. */
class KilledProcessTest {
  @TempDir Path directory;
  private Process process;
  private Wire wire;

  private void start(Duration perRequest) throws IOException {
    Path url = directory.resolve("url");
    Files.deleteIfExists(url);
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx40m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Child.class.getName(),
                    directory.toString(),
                    perRequest.toString()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(url));
    wire = new Wire(URI.create(Files.readString(url)));
  }

  @AfterEach
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Test
  void goesOnAfterKill() throws Exception {
    start(Duration.ofNanos(100_000));
    String file = wire.upload(Wire.lines(3000));
    String id = wire.create(file);
    await().until(() -> wire.batch(id).at("/request_counts/completed").asInt() > 300);
    kill();
    start(Duration.ofNanos(100_000));

    JsonNode batch = wire.awaitEnd(id);

    assertThat(batch.get("status").asText()).isEqualTo("completed");
    assertThat(wire.lines(batch, "output_file_id")).hasSize(3000);
    JsonNode ledger = wire.get("/sandbox/ledger");
    assertThat(ledger.get("executions").asInt()).isEqualTo(3000);
    assertThat(ledger.get("max_executions_by_input_file"))
        .isEqualTo(Wire.JSON.valueToTree(Map.of(file, 1)));
    assertThat(wire.content(file)).isEqualTo(Wire.lines(3000));
  }

  @Test
  void runsLargeBatchesInLittleMemory() throws IOException {
    start(Duration.ZERO);
    String file = wire.upload(Wire.lines(50_000));
    List<String> ids = List.of(wire.create(file), wire.create(file), wire.create(file));

    for (String id : ids) {
      assertThat(wire.awaitEnd(id).at("/request_counts/completed").asInt()).isEqualTo(50_000);
    }
  }

  /** The provider as a process: writes its URL to a file, and runs until it is killed. */
  static final class Child {
    public static void main(String[] arguments) throws IOException {
      Path directory = Path.of(arguments[0]);
      SandboxServer server =
          SandboxServer.start(
              SandboxSettings.builder()
                  .directory(directory.resolve("state"))
                  .validation(Duration.ZERO)
                  .perRequest(Duration.parse(arguments[1]))
                  .build());
      Path url = directory.resolve("url.tmp");
      Files.writeString(url, server.baseUrl().toString());
      Files.move(url, directory.resolve("url"));
    }
  }
}
