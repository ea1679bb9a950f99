package org.batchdrop.sandbox;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A provider with faults, a client, and a clock that can be put forward. */
final class FaultScene implements AutoCloseable {
  final SandboxServer server;
  final Wire wire;
  private final AtomicLong aheadMillis = new AtomicLong();

  FaultScene(Path directory) {
    this(directory, settings -> settings);
  }

  FaultScene(Path directory, UnaryOperator<SandboxSettings.Builder> change) {
    Clock system = Clock.systemUTC();
    InstantSource clock = () -> Instant.ofEpochMilli(system.millis() + aheadMillis.get());
    try {
      server =
          SandboxServer.start(
              change
                  .apply(
                      SandboxSettings.builder()
                          .directory(directory)
                          .shuffle(false)
                          .validation(Duration.ZERO))
                  .build(),
              clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    wire = new Wire(server);
  }

  String fault(String rule) {
    return server.faults().add(rule).get(0);
  }

  void later(Duration time) {
    aheadMillis.addAndGet(time.toMillis());
  }

  HttpResponse<String> create(String fileId) {
    return wire.send("POST", "/v1/batches", createBody(fileId, "{}"));
  }

  static String createBody(String fileId, String metadata) {
    return """
        {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":%s}"""
        .formatted(fileId, metadata);
  }

  /** Uploads rows, creates a batch, and returns how it looks in its final state. */
  JsonNode ended(int rows) {
    String id = wire.create(wire.upload(Wire.lines(rows)));
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> isEnded(wire.batch(id)));
    return wire.batch(id);
  }

  static boolean isEnded(JsonNode batch) {
    return List.of("completed", "failed", "expired", "cancelled")
        .contains(batch.path("status").asText());
  }

  /** Returns a result file as it is sent, in ISO-8859-1 so that every byte survives. */
  String raw(JsonNode batch, String field) {
    return wire.raw("/v1/files/" + batch.get(field).asText() + "/content");
  }

  List<String> customIds(JsonNode batch, String field) {
    List<String> ids = new ArrayList<>();
    wire.lines(batch, field).forEach(line -> ids.add(line.path("custom_id").asText("-")));
    return ids;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
