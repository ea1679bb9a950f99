package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch goes through the states of the API, and every row ends in exactly one result file. */
class BatchLifeTest {
  @TempDir Path directory;
  private SandboxServer server;
  private Wire wire;

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void passesThroughEveryStateOnTheWayToCompleted() throws IOException {
    start(
        settings()
            .validation(Duration.ofMillis(100))
            .perRequest(Duration.ofMillis(2))
            .finalizing(Duration.ofMillis(100)));
    String id = wire.create(wire.upload(Wire.lines(100)));

    Set<String> states = new HashSet<>();
    Set<Integer> counts = new HashSet<>();
    JsonNode batch =
        await()
            .pollInterval(Duration.ofMillis(5))
            .until(
                () -> wire.batch(id),
                now -> {
                  states.add(now.get("status").asText());
                  counts.add(now.at("/request_counts/completed").asInt());
                  return now.get("status").asText().equals("completed");
                });

    assertThat(states).contains("validating", "in_progress", "finalizing", "completed");
    assertThat(counts).as("counts move").hasSizeGreaterThan(3).contains(100);
    assertThat(batch.get("in_progress_at").asLong()).isPositive();
    assertThat(batch.get("finalizing_at").asLong()).isPositive();
    assertThat(batch.get("completed_at").asLong()).isPositive();
    assertThat(batch.get("expires_at").asLong() - batch.get("created_at").asLong())
        .isEqualTo(86_400);
    assertThat(batch.get("error_file_id").isNull()).isTrue();
  }

  @Test
  void answersEachRowWithItsOwnText() throws IOException {
    start(settings());
    JsonNode batch = wire.awaitEnd(wire.create(wire.upload(Wire.lines(200))));

    List<JsonNode> lines = wire.lines(batch, "output_file_id");
    for (JsonNode line : lines) {
      String number = line.get("custom_id").asText().substring(1);
      assertThat(line.at("/response/body/choices/0/message/content").asText())
          .isEqualTo("[sandbox] question " + number);
      assertThat(line.at("/response/status_code").asInt()).isEqualTo(200);
      assertThat(line.get("error").isNull()).isTrue();
    }
    List<String> order = lines.stream().map(line -> line.get("custom_id").asText()).toList();
    List<String> input = IntStream.range(0, 200).mapToObj(i -> "r" + i).toList();
    assertThat(order).containsExactlyInAnyOrderElementsOf(input).isNotEqualTo(input);
  }

  @Test
  void keepsInputOrderWhenNotShuffled() throws IOException {
    start(settings().shuffle(false));
    JsonNode batch = wire.awaitEnd(wire.create(wire.upload(Wire.lines(50))));

    assertThat(wire.lines(batch, "output_file_id"))
        .extracting(line -> line.get("custom_id").asText())
        .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "r" + i).toList());
  }

  @Test
  void putsRefusedRowsIntoErrorFile() throws IOException {
    start(settings().failureRate(0.3));
    String file = wire.upload(Wire.lines(200));
    JsonNode first = wire.awaitEnd(wire.create(file));
    JsonNode second = wire.awaitEnd(wire.create(file));

    List<JsonNode> errors = wire.lines(first, "error_file_id");
    assertThat(errors).hasSizeBetween(30, 90);
    assertThat(first.at("/request_counts/failed").asInt()).isEqualTo(errors.size());
    assertThat(errors)
        .allSatisfy(
            line -> {
              assertThat(line.at("/response/status_code").asInt()).isIn(400, 429, 500);
              assertThat(line.at("/response/body/error/message").asText()).isNotEmpty();
              assertThat(line.get("error").isNull()).isTrue();
            });
    assertEachRowOnce(200, first);
    assertThat(customIds(wire.lines(second, "error_file_id")))
        .as("the same rows fail again")
        .containsExactlyInAnyOrderElementsOf(customIds(errors));
  }

  @Test
  void hasNoOutputFileWhenEveryRowFails() throws IOException {
    start(settings().failureRate(1));
    JsonNode batch = wire.awaitEnd(wire.create(wire.upload(Wire.lines(5))));

    assertThat(batch.get("status").asText()).isEqualTo("completed");
    assertThat(batch.get("output_file_id").isNull()).isTrue();
    assertThat(wire.lines(batch, "error_file_id")).hasSize(5);
  }

  @Test
  void refusesSingleRowsThatAreNoRequests() throws IOException {
    start(settings());
    String noMessages = Wire.line("a", "x").replace("messages", "nothing");
    String noModel = Wire.line("b", "x").replace("\"model\":\"m\",", "");
    JsonNode batch =
        wire.awaitEnd(wire.create(wire.upload(noMessages + noModel + Wire.line("c", "x"))));

    assertThat(customIds(wire.lines(batch, "error_file_id"))).containsExactlyInAnyOrder("a", "b");
    assertThat(customIds(wire.lines(batch, "output_file_id"))).containsExactly("c");
  }

  @Test
  void expiresWithPartialOutput() throws IOException {
    start(settings().perRequest(Duration.ofMillis(10)).expireAfter(Duration.ofMillis(500)));
    JsonNode batch = wire.awaitEnd(wire.create(wire.upload(Wire.lines(200))));

    assertThat(batch.get("status").asText()).isEqualTo("expired");
    assertThat(batch.get("expired_at").asLong()).isPositive();
    assertPartial(batch, 200, "batch_expired");
    assertThat(server.ledger().totalExecutions())
        .isEqualTo(batch.at("/request_counts/completed").asLong());
  }

  @Test
  void cancelsWithPartialOutput() throws IOException {
    start(settings().perRequest(Duration.ofMillis(10)));
    String id = wire.create(wire.upload(Wire.lines(1000)));
    await().until(() -> wire.batch(id).at("/request_counts/completed").asInt() > 3);

    JsonNode cancelling = wire.post("/v1/batches/" + id + "/cancel", "");
    JsonNode batch = wire.awaitEnd(id);

    assertThat(cancelling.get("status").asText()).isEqualTo("cancelling");
    assertThat(batch.get("status").asText()).isEqualTo("cancelled");
    assertThat(batch.get("cancelling_at").asLong()).isPositive();
    assertThat(batch.get("cancelled_at").asLong()).isPositive();
    assertPartial(batch, 1000, "batch_cancelled");
    assertThat(wire.post("/v1/batches/" + id + "/cancel", "").get("status").asText())
        .isEqualTo("cancelled");
  }

  @Test
  void cancelsWhileValidating() throws IOException {
    start(settings().validation(Duration.ofHours(1)));
    String id = wire.create(wire.upload(Wire.lines(3)));
    wire.post("/v1/batches/" + id + "/cancel", "");

    JsonNode batch = wire.awaitEnd(id);

    assertThat(batch.get("status").asText()).isEqualTo("cancelled");
    assertThat(batch.get("output_file_id").isNull()).isTrue();
    assertThat(batch.get("error_file_id").isNull()).isTrue();
  }

  @Test
  void refusesToCancelCompletedBatch() throws IOException {
    start(settings());
    String id = wire.create(wire.upload(Wire.lines(3)));
    wire.awaitEnd(id);

    HttpResponse<String> response = wire.send("POST", "/v1/batches/" + id + "/cancel", "");

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(Wire.tree(response.body()).at("/error/message").asText())
        .isEqualTo("Cannot cancel a batch with status 'completed'.");
  }

  @Test
  void severalBatchesMoveAtOnce() throws IOException {
    start(settings().perRequest(Duration.ofMillis(20)));
    String file = wire.upload(Wire.lines(500));
    List<String> ids = List.of(wire.create(file), wire.create(file), wire.create(file));

    await()
        .untilAsserted(
            () ->
                assertThat(ids)
                    .allMatch(id -> wire.batch(id).at("/request_counts/completed").asInt() > 2));
  }

  @Test
  void keepsRunningWhenItsInputFileIsDeleted() throws IOException {
    start(settings().validation(Duration.ofMillis(300)));
    String file = wire.upload(Wire.lines(20));
    String id = wire.create(file);
    Wire.ok(wire.send("DELETE", "/v1/files/" + file, ""));

    assertThat(wire.awaitEnd(id).at("/request_counts/completed").asInt()).isEqualTo(20);
  }

  @Test
  void goesOnAfterRestart() throws IOException {
    SandboxSettings.Builder slow = settings().perRequest(Duration.ofMillis(2));
    start(slow);
    String file = wire.upload(Wire.lines(500));
    String id = wire.create(file);
    for (int restart = 1; restart <= 3; restart++) {
      int before = restart * 40;
      await().until(() -> wire.batch(id).at("/request_counts/completed").asInt() > before);
      server.close();
      start(slow);
    }

    JsonNode batch = wire.awaitEnd(id);

    assertThat(batch.get("status").asText()).isEqualTo("completed");
    assertEachRowOnce(500, batch);
    Map<String, Integer> executions = server.ledger().executions();
    assertThat(executions).hasSize(500);
    assertThat(executions.values()).containsOnly(1);
    assertThat(server.ledger().totalExecutions()).isEqualTo(500);
    assertThat(server.ledger().executionsOf("r7")).isEqualTo(1);
    assertThat(server.ledger().maxExecutionsByInputFile()).isEqualTo(Map.of(file, 1));
    assertThat(server.ledger().createRequests()).isEqualTo(1);
    assertThat(server.ledger().batches()).hasSize(1);
    assertThat(server.ledger().uploads()).hasSize(1);
  }

  @Test
  void catchesUpWithTimeSpentDead() throws IOException {
    MovableClock clock = new MovableClock();
    SandboxSettings hourly =
        settings().perRequest(Duration.ofHours(1)).validation(Duration.ofMinutes(5)).build();
    start(hourly, clock);
    String id = wire.create(wire.upload(Wire.lines(10)));
    server.close();
    clock.advance(Duration.ofHours(3).plusMinutes(6));
    start(hourly, clock);

    await().until(() -> wire.batch(id).at("/request_counts/completed").asInt() == 3);
    server.close();
    clock.advance(Duration.ofHours(30));
    start(hourly, clock);

    assertThat(wire.awaitEnd(id).get("status").asText()).isEqualTo("completed");
    assertThat(server.ledger().totalExecutions()).isEqualTo(10);
  }

  @Test
  void ledgerLearnsAgainWhatItMissed() throws IOException {
    start(settings());
    String file = wire.upload(Wire.lines(3));
    String id = wire.create(file);
    wire.awaitEnd(id);
    server.close();
    Files.delete(directory.resolve("ledger").resolve("ledger.jsonl"));
    start(settings());

    assertThat(server.ledger().uploads()).extracting(Ledger.Upload::fileId).containsExactly(file);
    assertThat(server.ledger().batches())
        .extracting(Ledger.BatchEntry::batchId)
        .containsExactly(id);
    assertThat(server.ledger().totalExecutions()).isEqualTo(3);
  }

  @Test
  void ledgerCountsBatchesOfOneFileTogether() throws IOException {
    start(settings());
    String file = wire.upload(Wire.lines(3));
    wire.awaitEnd(wire.create(file));
    wire.awaitEnd(wire.create(file));

    JsonNode ledger = wire.get("/sandbox/ledger");
    HttpResponse<String> executions = wire.send("GET", "/sandbox/ledger/executions", "");

    assertThat(ledger.get("uploads").asInt()).isEqualTo(1);
    assertThat(ledger.get("create_requests").asInt()).isEqualTo(2);
    assertThat(ledger.get("batches_created").asInt()).isEqualTo(2);
    assertThat(ledger.get("executions").asInt()).isEqualTo(6);
    assertThat(ledger.at("/max_executions_by_input_file/" + file).asInt()).isEqualTo(2);
    assertThat(ledger.at("/batches/0/executed").asInt()).isEqualTo(3);
    assertThat(executions.body().lines()).hasSize(6);
  }

  private void assertPartial(JsonNode batch, int total, String code) {
    List<JsonNode> left = wire.lines(batch, "error_file_id");
    assertThat(left)
        .allSatisfy(
            line -> {
              assertThat(line.get("response").isNull()).isTrue();
              assertThat(line.at("/error/code").asText()).isEqualTo(code);
            });
    int completed = batch.at("/request_counts/completed").asInt();
    assertThat(completed).isPositive().isLessThan(total);
    assertThat(batch.at("/request_counts/total").asInt()).isEqualTo(total);
    assertThat(left).hasSize(total - completed);
    assertEachRowOnce(total, batch);
  }

  private void assertEachRowOnce(int total, JsonNode batch) {
    List<String> all = new ArrayList<>(customIds(wire.lines(batch, "output_file_id")));
    all.addAll(customIds(wire.lines(batch, "error_file_id")));
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, total).mapToObj(i -> "r" + i).toList());
  }

  private static List<String> customIds(List<JsonNode> lines) {
    return lines.stream().map(line -> line.get("custom_id").asText()).toList();
  }

  private SandboxSettings.Builder settings() {
    return SandboxSettings.builder().directory(directory).validation(Duration.ZERO);
  }

  private void start(SandboxSettings.Builder settings) throws IOException {
    start(settings.build(), Clock.systemUTC());
  }

  private void start(SandboxSettings settings, InstantSource clock) throws IOException {
    server = SandboxServer.start(settings, clock);
    wire = new Wire(server);
  }

  /** A clock that moves on request. */
  private static final class MovableClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void advance(Duration step) {
      now = now.plus(step);
    }
  }
}
