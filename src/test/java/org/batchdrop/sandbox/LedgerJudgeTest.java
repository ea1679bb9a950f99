package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger tells what a client has bought twice, and which batches lived at one time. */
class LedgerJudgeTest {
  @TempDir Path directory;
  private FaultScene scene;
  private Wire wire;

  @BeforeEach
  void start() {
    scene = new FaultScene(directory);
    wire = scene.wire;
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @Test
  void rowsBoughtOneAfterTheOtherDoNotOverlapButRepeat() {
    scene.ended(3);
    scene.ended(3);

    assertThat(scene.server.ledger().overlaps()).isEmpty();
    assertThat(scene.server.ledger().repeatedExecutions())
        .isEqualTo(Map.of("r0", 2, "r1", 2, "r2", 2));
  }

  @Test
  void rowsInTwoLiveBatchesOverlap() {
    scene.fault("{do: batch, stuck: in_progress, share: 1}");
    String first = wire.create(wire.upload(Wire.lines(3)));
    String second = wire.create(wire.upload(Wire.line("other", "x") + Wire.line("r1", "y")));
    wire.awaitEnd(second);
    await().until(() -> scene.server.ledger().totalExecutions() == 5);

    assertThat(scene.server.ledger().overlaps())
        .containsExactly(new Ledger.Overlap(first, second, 1, "r1"));
  }

  @Test
  void rowsOfABatchThatFailedOrNeverRanCountToo() {
    scene.fault("{do: batch, stuck: validating}");
    String first = wire.create(wire.upload(Wire.lines(2)));
    scene.fault("{do: batch, end: failed, problems: [{code: c1}]}");
    String second = wire.create(wire.upload(Wire.lines(2)));
    wire.awaitEnd(second);
    wire.post("/v1/batches/" + first + "/cancel", "");
    wire.awaitEnd(first);

    await()
        .untilAsserted(
            () ->
                assertThat(scene.server.ledger().overlaps())
                    .containsExactly(new Ledger.Overlap(first, second, 2, "")));
  }

  @Test
  void nextGenerationAfterAFailedBatchIsNoOverlap() {
    scene.fault("{do: batch, end: failed, problems: [{code: token_limit_exceeded}]}");
    scene.ended(50);
    scene.ended(50);

    assertThat(scene.server.ledger().overlaps()).isEmpty();
    assertThat(scene.server.ledger().repeatedExecutions()).isEmpty();
  }

  @Test
  void lostReplyOfCreateIsOneRequestAndOneBatch() {
    scene.fault("{on: create, do: accept-status, status: 502}");
    scene.create(wire.upload(Wire.lines(1)));

    assertThat(scene.server.ledger().createRequests()).isEqualTo(1);
    assertThat(scene.server.ledger().batches()).hasSize(1);
    assertThat(scene.server.ledger().calls(CallKind.CREATE)).isEqualTo(1);
    assertThat(scene.server.ledger().calls(CallKind.UPLOAD)).isEqualTo(1);
  }

  @Test
  void billedTokensAreThoseOfTheBatches() {
    JsonNode usage = scene.ended(10).get("usage");
    wire.post(
        "/v1/chat/completions",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"question\"}]}");
    Tokens billed = scene.server.ledger().tokensBilled();

    assertThat(billed.prompt()).isGreaterThan(usage.get("input_tokens").asLong());
    assertThat(billed.completion()).isGreaterThan(usage.get("output_tokens").asLong());

    scene.close();
    start();
    assertThat(scene.server.ledger().tokensBilled()).isEqualTo(billed);
  }

  @Test
  void everythingIsReadOverHttpAndAfterTheEnd() {
    scene.fault("{do: batch, stuck: in_progress, stuck-for: 1h, share: 1}");
    String first = wire.create(wire.upload(Wire.lines(2)));
    String second = wire.create(wire.upload(Wire.lines(2)));
    wire.awaitEnd(second);
    scene.later(Duration.ofHours(1));
    wire.awaitEnd(first);
    await().until(() -> scene.server.ledger().totalExecutions() == 4);

    JsonNode ledger = wire.get("/sandbox/ledger");
    assertThat(ledger.at("/overlaps/0/rows").asInt()).isEqualTo(2);
    assertThat(ledger.at("/overlaps/0/first").asText()).isEqualTo(first);
    assertThat(ledger.at("/repeated_executions/r1").asInt()).isEqualTo(2);
    assertThat(ledger.at("/files/0/filename").asText()).isEqualTo("in.jsonl");
    assertThat(ledger.at("/calls/create").asInt()).isEqualTo(2);
    assertThat(ledger.get("prompt_tokens").asLong()).isPositive();

    scene.close();
    assertThat(scene.server.ledger().overlaps()).hasSize(1);
    assertThat(scene.server.ledger().repeatedExecutions()).hasSize(2);
    start();
    assertThat(scene.server.ledger().overlaps()).hasSize(1);
  }

  @Test
  void endOfABatchIsKnownThoughItsNoteWasLost() throws IOException {
    scene.ended(1);
    scene.close();
    Path file = directory.resolve("ledger/ledger.jsonl");
    Files.write(
        file, Files.readAllLines(file).stream().filter(line -> !line.contains("\"at\"")).toList());
    start();
    scene.ended(1);

    assertThat(scene.server.ledger().overlaps()).isEmpty();
  }
}
