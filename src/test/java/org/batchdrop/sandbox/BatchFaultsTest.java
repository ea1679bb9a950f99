package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches that look or end in another way than they should. */
class BatchFaultsTest {
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

  private String created(int rows) {
    return wire.create(wire.upload(Wire.lines(rows)));
  }

  private JsonNode whenStatusIs(String id, String status) {
    return await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> wire.batch(id), b -> b.path("status").asText().equals(status));
  }

  @ParameterizedTest
  @CsvSource({
    "letters: upper, COMPLETED",
    "letters: title, Completed",
    "'words: {completed: SUCCESS}', SUCCESS",
    "'words: {completed: archived}', archived"
  })
  void finalStatusHasAnotherWord(String key, String word) {
    scene.fault("{do: batch, " + key + "}");

    JsonNode batch = whenStatusIs(created(1), word);

    assertThat(batch.get("output_file_id").isNull()).isFalse();
    assertThat(wire.get("/v1/batches").at("/data/0/status").asText()).isEqualTo(word);
  }

  @Test
  void cancelledHasOneL() {
    scene.fault("{do: batch, end: cancelled, words: {cancelled: canceled}}");

    assertThat(whenStatusIs(created(2), "canceled").get("error_file_id").isNull()).isFalse();
  }

  @Test
  void statusIsUnknownForAWhile() {
    scene.fault("{do: batch, stuck: in_progress, stuck-for: 1m, words: {in_progress: pondering}}");
    String id = created(3);

    whenStatusIs(id, "pondering");
    scene.later(Duration.ofMinutes(1));

    assertThat(whenStatusIs(id, "completed").at("/request_counts/completed").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"validating, 0", "in_progress, 2", "finalizing, 4"})
  void batchIsStuckForEverButCanBeCancelled(String status, int executed) {
    scene.fault("{do: batch, stuck: %s, share: 0.5}".formatted(status));
    String id = created(4);
    whenStatusIs(id, status);
    await().until(() -> scene.server.ledger().totalExecutions() == executed);

    scene.later(Duration.ofDays(3));
    assertThat(wire.batch(id).get("status").asText()).isEqualTo(status);
    wire.post("/v1/batches/" + id + "/cancel", "");

    whenStatusIs(id, "cancelled");
    assertThat(scene.server.ledger().totalExecutions()).isEqualTo(executed);
  }

  @Test
  void cancellingLastsAsLongAsItSays() {
    scene.close();
    scene = new FaultScene(directory, slow -> slow.perRequest(Duration.ofHours(1)));
    wire = scene.wire;
    scene.fault("{do: batch, stuck: cancelling, stuck-for: 10m}");
    String id = created(4);
    wire.post("/v1/batches/" + id + "/cancel", "");

    assertThat(wire.batch(id).get("status").asText()).isEqualTo("cancelling");
    scene.later(Duration.ofMinutes(10));
    whenStatusIs(id, "cancelled");
  }

  @Test
  void skippedStatesAreNeverShown() {
    scene.fault("{do: batch, skipped: [in_progress, finalizing]}");
    String id = created(200);
    Set<String> seen = new HashSet<>();

    JsonNode ended =
        await()
            .pollInterval(Duration.ofMillis(1))
            .until(
                () -> wire.batch(id),
                batch -> {
                  seen.add(batch.get("status").asText());
                  return FaultScene.isEnded(batch);
                });

    assertThat(seen).isSubsetOf("validating", "completed");
    assertThat(ended.get("in_progress_at").isNull()).isTrue();
  }

  @Test
  void countsAreFrozen() {
    scene.fault("{do: batch, counts: frozen}");

    assertThat(scene.ended(3).at("/request_counts/total").asInt()).isZero();
  }

  @Test
  void countsComeLate() {
    scene.fault("{do: batch, counts: late, stuck: finalizing, stuck-for: 1m}");
    String id = created(3);

    assertThat(whenStatusIs(id, "finalizing").at("/request_counts/completed").asInt()).isZero();
    scene.later(Duration.ofMinutes(1));
    assertThat(whenStatusIs(id, "completed").at("/request_counts/completed").asInt()).isEqualTo(3);
  }

  @Test
  void countsHaveAnotherShape() {
    scene.fault("{do: batch, counts: 'null'}");
    scene.fault("{do: batch, counts: absent, skip: 1}");
    scene.fault("{do: batch, counts: integer, skip: 2}");

    assertThat(scene.ended(3).get("request_counts").isNull()).isTrue();
    assertThat(scene.ended(3).has("request_counts")).isFalse();
    assertThat(scene.ended(3).get("request_counts").asInt()).isEqualTo(3);
  }

  @Test
  void missingFileIdHasAnotherShape() {
    scene.fault("{do: batch, no-file: empty}");
    scene.fault("{do: batch, no-file: absent, skip: 1}");

    assertThat(scene.ended(1).get("error_file_id").asText()).isEmpty();
    assertThat(scene.ended(1).has("error_file_id")).isFalse();
  }

  @Test
  void fileIdsAreShownBeforeTheFilesExist() {
    scene.fault("{do: batch, early-ids: true, stuck: in_progress, stuck-for: 1m, share: 0.5}");
    String id = created(2);

    String early = whenStatusIs(id, "in_progress").get("output_file_id").asText();
    assertThat(wire.send("GET", "/v1/files/" + early + "/content", "").statusCode()).isEqualTo(404);

    scene.later(Duration.ofMinutes(1));
    JsonNode ended = whenStatusIs(id, "completed");
    assertThat(ended.get("output_file_id").asText()).isEqualTo(early);
    assertThat(ended.get("error_file_id").isNull()).isTrue();
    assertThat(wire.lines(ended, "output_file_id")).hasSize(2);
  }

  @Test
  void errorFileMayBeEmpty() {
    scene.fault("{do: batch, empty-error-file: true}");

    JsonNode ended = scene.ended(1);

    assertThat(scene.raw(ended, "error_file_id")).isEmpty();
    assertThat(scene.customIds(ended, "output_file_id")).containsExactly("r0");
  }

  @Test
  void allRowsFailAndThereIsNoOutputFile() {
    scene.fault("{do: batch, failing: 1, no-file: empty}");

    JsonNode ended = scene.ended(3);

    assertThat(ended.get("status").asText()).isEqualTo("completed");
    assertThat(ended.get("output_file_id").asText()).isEmpty();
    assertThat(scene.customIds(ended, "error_file_id")).containsExactly("r0", "r1", "r2");
  }

  @ParameterizedTest
  @CsvSource({"expired, batch_expired", "cancelled, batch_cancelled"})
  void endsAfterAShareOfTheRows(String end, String code) {
    scene.fault("{do: batch, end: %s, share: 0.3}".formatted(end));

    JsonNode ended = scene.ended(10);

    assertThat(ended.get("status").asText()).isEqualTo(end);
    assertThat(scene.customIds(ended, "output_file_id")).containsExactly("r0", "r1", "r2");
    assertThat(wire.lines(ended, "error_file_id"))
        .hasSize(7)
        .allSatisfy(line -> assertThat(line.at("/error/code").asText()).isEqualTo(code));
    assertThat(scene.server.ledger().totalExecutions()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"expired", "failed", "completed"})
  void rowsThatDidNotRunAreInNoFile(String end) {
    scene.fault("{do: batch, end: %s, share: 0.5, rest-absent: true}".formatted(end));

    JsonNode ended = scene.ended(4);

    assertThat(ended.get("status").asText()).isEqualTo(end);
    assertThat(scene.customIds(ended, "output_file_id")).containsExactly("r0", "r1");
    assertThat(ended.get("error_file_id").isNull()).isTrue();
  }

  @Test
  void failsInValidationWithLines() {
    scene.fault(
        """
        do: batch
        end: failed
        problems:
          - {code: invalid_json_line, line: 2, message: not JSON}
          - {code: duplicate_custom_id, line: 3, param: custom_id}
        """);

    JsonNode ended = scene.ended(3);

    assertThat(ended.get("status").asText()).isEqualTo("failed");
    assertThat(ended.at("/errors/data/0/line").asInt()).isEqualTo(2);
    assertThat(ended.at("/errors/data/1/code").asText()).isEqualTo("duplicate_custom_id");
    assertThat(scene.server.ledger().totalExecutions()).isZero();
  }

  @Test
  void failsBecauseTheQueueIsFull() {
    scene.fault(
        "{do: batch, end: failed, problems: [{code: token_limit_exceeded, message: Enqueued token"
            + " limit reached}]}");

    assertThat(scene.ended(1).at("/errors/data/0/code").asText()).isEqualTo("token_limit_exceeded");
    assertThat(scene.ended(1).get("status").asText()).as("the next one").isEqualTo("completed");
  }

  @Test
  void errorsHaveAnotherShape() {
    String problem = "end: failed, problems: [{code: c1, message: m1}]";
    scene.fault("{do: batch, errors: array, %s}".formatted(problem));
    scene.fault("{do: batch, errors: text, skip: 1, %s}".formatted(problem));

    assertThat(scene.ended(1).at("/errors/0/code").asText()).isEqualTo("c1");
    assertThat(scene.ended(1).get("errors").asText()).isEqualTo("m1");
  }

  @Test
  void completedBatchHasErrors() {
    scene.fault("{do: batch, problems: [{code: some_lines_are_bad}]}");

    JsonNode ended = scene.ended(1);

    assertThat(ended.get("status").asText()).isEqualTo("completed");
    assertThat(ended.at("/errors/data/0/code").asText()).isEqualTo("some_lines_are_bad");
    assertThat(scene.customIds(ended, "output_file_id")).containsExactly("r0");
  }

  @Test
  void ruleHitsOnlyTheBatchesItMatches() {
    scene.fault("{do: batch, end: expired, match: job-2, times: 0}");
    String file = wire.upload(Wire.lines(1));
    String one =
        wire.post("/v1/batches", FaultScene.createBody(file, "{\"k\":\"job-1\"}"))
            .get("id")
            .asText();
    String two =
        wire.post("/v1/batches", FaultScene.createBody(file, "{\"k\":\"job-2\"}"))
            .get("id")
            .asText();

    assertThat(wire.awaitEnd(one).get("status").asText()).isEqualTo("completed");
    assertThat(wire.awaitEnd(two).get("status").asText()).isEqualTo("expired");
  }

  @Test
  void rulesAddUp() {
    scene.fault("{do: batch, letters: upper}");
    scene.fault("{do: batch, counts: absent}");
    scene.fault("{on: create, do: lines, damage: leave-out, at: [2]}");

    JsonNode ended = whenStatusIs(created(3), "COMPLETED");

    assertThat(ended.has("request_counts")).isFalse();
    assertThat(scene.customIds(ended, "output_file_id")).containsExactly("r0", "r2");
  }

  @Test
  void batchKeepsItsFaultsOverARestartAndTheRulesAreGone() {
    scene.fault(
        "{do: batch, times: 0, end: expired, share: 0.5, stuck: in_progress, stuck-for: 1h}");
    String id = created(4);
    await().until(() -> scene.server.ledger().totalExecutions() == 2);
    scene.close();
    start();

    assertThat(wire.get("/sandbox/faults").get("rules")).isEmpty();
    assertThat(wire.batch(id).get("status").asText()).isEqualTo("in_progress");
    scene.later(Duration.ofHours(1));
    assertThat(whenStatusIs(id, "expired").at("/request_counts/completed").asInt()).isEqualTo(2);
    assertThat(List.of(scene.ended(1).get("status").asText())).containsExactly("completed");
  }
}
