package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of single calls: whether the provider acts, and what the client gets to see. */
class CallFaultsTest {
  @TempDir Path directory;
  private FaultScene scene;
  private Wire wire;
  private String file;

  @BeforeEach
  void start() {
    scene = new FaultScene(directory);
    wire = scene.wire;
    file = wire.upload(Wire.lines(2));
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  private int batches() {
    return scene.server.ledger().batches().size();
  }

  private static void breaks(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfAny(UncheckedIOException.class, AssertionError.class)
        .satisfies(e -> assertThat(e.getCause()).isInstanceOf(IOException.class));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 405, 408, 409, 413, 429, 500, 502, 503, 504})
  void refusesWithoutActing(int status) {
    scene.fault("{on: create, do: refuse, status: %d, code: c1, message: m1}".formatted(status));

    HttpResponse<String> reply = scene.create(file);

    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(Wire.tree(reply.body()).at("/error/code").asText()).isEqualTo("c1");
    assertThat(Wire.tree(reply.body()).at("/error/message").asText()).isEqualTo("m1");
    assertThat(batches()).isZero();
    assertThat(scene.server.ledger().createRequests()).isEqualTo(1);
    assertThat(scene.create(file).statusCode()).as("the rule is used up").isEqualTo(200);
  }

  @Test
  void refusalCarriesItsHeaders() {
    scene.fault(
        "{on: create, do: refuse, status: 429, headers: {Retry-After: 'Wed, 21 Oct 2026 07:28:00"
            + " GMT', retry-after-ms: 1500}}");

    HttpResponse<String> reply = scene.create(file);

    assertThat(reply.headers().firstValue("Retry-After")).hasValue("Wed, 21 Oct 2026 07:28:00 GMT");
    assertThat(reply.headers().firstValue("retry-after-ms")).hasValue("1500");
  }

  @Test
  void refusalHasAnyBody() {
    scene.fault("{on: create, do: refuse, status: 400, body: '{\"detail\":\"gone\"}'}");

    assertThat(scene.create(file).body()).isEqualTo("{\"detail\":\"gone\"}");
  }

  @Test
  void dropsConnectionWithoutActing() {
    scene.fault("{on: create, do: drop}");

    breaks(() -> scene.create(file));

    assertThat(batches()).isZero();
    assertThat(scene.server.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void dropsUploadWithoutStoring() {
    scene.fault("{on: upload, do: drop}");

    breaks(() -> wire.upload(Wire.lines(10)));

    assertThat(scene.server.ledger().uploads()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"html", "empty", "garbage"})
  void answersNonsenseWithoutActing(String word) {
    scene.fault("{on: create, do: %s}".formatted(word));

    HttpResponse<String> reply = scene.create(file);

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> assertThat(Wire.tree(reply.body()).path("id").asText()).isNotEmpty())
        .isInstanceOfAny(IllegalArgumentException.class, AssertionError.class);
    assertThat(batches()).isZero();
  }

  @Test
  void actsAndDropsConnection() {
    scene.fault("{on: create, do: accept-drop}");

    breaks(() -> scene.create(file));

    assertThat(batches()).isEqualTo(1);
    assertThat(wire.get("/v1/batches").get("data")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 500, 502, 504})
  void actsAndAnswersWithStatus(int status) {
    scene.fault("{on: create, do: accept-status, status: %d}".formatted(status));

    assertThat(scene.create(file).statusCode()).isEqualTo(status);
    assertThat(batches()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"accept-html, <html>", "accept-empty, ''", "accept-garbage, '{\"id\": \"batch_'"})
  void actsAndAnswersNonsense(String word, String begin) {
    scene.fault("{on: create, do: %s}".formatted(word));

    HttpResponse<String> reply = scene.create(file);

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).startsWith(begin).doesNotContain("input_file_id");
    assertThat(batches()).isEqualTo(1);
  }

  @Test
  void actsAtOnceAndRepliesLater() {
    scene.fault("{on: create, do: accept-delay, delay: 700ms}");
    long begin = System.nanoTime();
    Thread client = new Thread(() -> assertThat(scene.create(file).statusCode()).isEqualTo(200));
    client.start();

    await().atMost(Duration.ofMillis(600)).until(() -> batches() == 1);
    await().until(() -> !client.isAlive());

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(700));
  }

  @Test
  void actsAndCutsReplyShort() {
    scene.fault("{on: create, do: accept-truncate, keep: 0.5}");

    breaks(() -> scene.create(file));

    assertThat(batches()).isEqualTo(1);
  }

  @Test
  void cutsDownloadShort() {
    scene.fault("{on: content, do: accept-truncate, keep: 0.9}");

    breaks(() -> wire.content(file));

    assertThat(wire.content(file)).isEqualTo(Wire.lines(2));
  }

  @Test
  void lateCreateArrivesAfterClientGaveUp() {
    scene.fault("{on: create, do: late, delay: 300ms}");

    breaks(() -> scene.create(file));
    assertThat(batches()).isZero();

    await().until(() -> batches() == 1);
    assertThat(scene.server.ledger().createRequests()).isEqualTo(1);
    await().until(() -> scene.server.faults().pendingLate() == 0);
  }

  @Test
  void lateCreateFailsWhenItsFileIsDeletedMeanwhile() {
    scene.fault("{on: create, do: late, delay: 300ms}");

    breaks(() -> scene.create(file));
    wire.send("DELETE", "/v1/files/" + file, "");

    await().until(() -> scene.server.faults().pendingLate() == 0);
    assertThat(batches()).isZero();
  }

  @Test
  void uncheckedLateCreateSucceedsThoughItsFileIsDeleted() {
    scene.fault("{on: create, do: late-unchecked, delay: 300ms}");

    breaks(() -> scene.create(file));
    assertThat(wire.send("DELETE", "/v1/files/" + file, "").statusCode()).isEqualTo(200);
    assertThat(wire.send("GET", "/v1/files/" + file, "").statusCode()).isEqualTo(404);

    await().until(() -> batches() == 1);
    String id = scene.server.ledger().batches().get(0).batchId();
    assertThat(wire.awaitEnd(id).at("/request_counts/completed").asInt()).isEqualTo(2);
  }

  @Test
  void lateUploadArrivesWhole() {
    scene.fault("{on: upload, do: late, delay: 100ms}");

    breaks(() -> wire.upload(Wire.lines(1000)));

    await().until(() -> scene.server.ledger().uploads().size() == 2);
    assertThat(scene.server.ledger().uploads().get(1).lines()).isEqualTo(1000);
  }

  @Test
  void pretendedDeleteKeepsTheFile() {
    scene.fault("{do: pretend-delete}");

    HttpResponse<String> reply = wire.send("DELETE", "/v1/files/" + file, "");

    assertThat(Wire.ok(reply).get("deleted").asBoolean()).isTrue();
    assertThat(wire.content(file)).isEqualTo(Wire.lines(2));
  }

  @Test
  void skipsAndCountsMatchingCalls() {
    String rule = scene.fault("{on: create, do: refuse, status: 500, skip: 1, times: 2}");

    assertThat(scene.create(file).statusCode()).isEqualTo(200);
    assertThat(scene.create(file).statusCode()).isEqualTo(500);
    assertThat(scene.create(file).statusCode()).isEqualTo(500);
    assertThat(scene.create(file).statusCode()).isEqualTo(200);
    assertThat(scene.server.faults().fired(rule)).isEqualTo(2);
    assertThat(scene.server.faults().fired())
        .extracting(Faults.Fired::kind)
        .containsExactly(CallKind.CREATE, CallKind.CREATE);
  }

  @Test
  void firstRuleThatHitsDecides() {
    scene.fault("{on: create, do: refuse, status: 500}");
    scene.fault("{on: any, do: refuse, status: 401}");

    assertThat(scene.create(file).statusCode()).isEqualTo(500);
    assertThat(scene.create(file).statusCode()).isEqualTo(401);
    assertThat(scene.create(file).statusCode()).isEqualTo(200);
  }

  @Test
  void matchesNameOfInputFileAndMetadata() {
    scene.fault("{on: create, do: refuse, status: 500, match: in.jsonl}");
    scene.fault("{on: create, do: refuse, status: 502, match: job-7}");
    String other =
        Wire.ok(
                wire.upload(
                    "batch",
                    "other.jsonl",
                    () -> new ByteArrayInputStream(Wire.lines(1).getBytes(StandardCharsets.UTF_8))))
            .get("id")
            .asText();

    assertThat(scene.create(other).statusCode()).isEqualTo(200);
    assertThat(scene.create(file).statusCode()).isEqualTo(500);
    String tagged = FaultScene.createBody(other, "{\"key\":\"job-7/1\"}");
    assertThat(wire.send("POST", "/v1/batches", tagged).statusCode()).isEqualTo(502);
  }

  @Test
  void matchesNameOfUpload() {
    String rule = scene.fault("{on: upload, do: refuse, status: 500, match: in.jsonl, skip: 1}");
    String big = Wire.lines(2000);

    assertThat(wire.content(wire.upload(big))).as("nothing is lost").isEqualTo(big);
    assertThat(
            wire.upload(
                    "batch",
                    "other.jsonl",
                    () -> new ByteArrayInputStream(big.getBytes(StandardCharsets.UTF_8)))
                .statusCode())
        .isEqualTo(200);
    assertThat(scene.server.faults().fired(rule)).isZero();
  }

  @Test
  void resultFilesMatchNameOfTheirInput() {
    var batch = scene.ended(1);
    scene.fault("{on: content, do: refuse, status: 410, match: in.jsonl}");
    String path = "/v1/files/" + batch.get("output_file_id").asText() + "/content";

    assertThat(wire.send("GET", path, "").statusCode()).isEqualTo(410);
    assertThat(wire.send("GET", path, "").statusCode()).isEqualTo(200);
  }

  @Test
  void revokedKeyIsRefusedEverywhereForAWhile() {
    scene.fault("{on: any, do: refuse, status: 401, code: invalid_api_key, times: 0, for: 1m}");

    assertThat(wire.send("GET", "/v1/batches", "").statusCode()).isEqualTo(401);
    assertThat(wire.send("GET", "/v1/files", "").statusCode()).isEqualTo(401);
    assertThat(scene.create(file).statusCode()).isEqualTo(401);
    scene.later(Duration.ofMinutes(1));
    assertThat(scene.create(file).statusCode()).isEqualTo(200);
  }

  @Test
  void ruleBeginsAfterItsTime() {
    scene.fault("{on: content, do: refuse, status: 404, times: 0, after: 1h, for: 1h}");

    assertThat(wire.content(file)).isNotEmpty();
    scene.later(Duration.ofMinutes(61));
    assertThat(wire.send("GET", "/v1/files/" + file + "/content", "").statusCode()).isEqualTo(404);
    scene.later(Duration.ofHours(1));
    assertThat(wire.content(file)).isNotEmpty();
  }

  @Test
  void freshFileIsUnknownForAWhile() {
    scene.fault("{on: [content, file-retrieve], do: not-yet, age: 30s}");
    scene.fault(
        "{on: create, do: not-yet, age: 30s, status: 400, message: Cannot find file, param:"
            + " file_id}");
    String fresh = wire.upload(Wire.lines(1));

    assertThat(wire.send("GET", "/v1/files/" + fresh + "/content", "").statusCode()).isEqualTo(404);
    assertThat(wire.send("GET", "/v1/files/" + fresh, "").statusCode()).isEqualTo(404);
    assertThat(scene.create(fresh).statusCode()).isEqualTo(400);
    scene.later(Duration.ofSeconds(31));
    assertThat(wire.content(fresh)).isEqualTo(Wire.lines(1));
    assertThat(scene.create(fresh).statusCode()).isEqualTo(200);
  }

  @Test
  void fullAccountRefusesUploadsUntilAFileIsDeleted() {
    scene.fault("{do: file-quota, most: 2}");
    String second = wire.upload(Wire.lines(1));

    HttpResponse<String> third =
        wire.upload("batch", "in.jsonl", () -> new ByteArrayInputStream(new byte[] {'{', '}'}));
    assertThat(third.statusCode()).isEqualTo(400);
    wire.send("DELETE", "/v1/files/" + second, "");
    assertThat(wire.upload(Wire.lines(1))).isNotEmpty();
  }

  @Test
  void callsAboveTheRateAreRefused() {
    scene.fault("{on: list, do: rate-limit, calls: 2}");

    assertThat(wire.send("GET", "/v1/batches", "").statusCode()).isEqualTo(200);
    assertThat(wire.send("GET", "/v1/batches", "").statusCode()).isEqualTo(200);
    HttpResponse<String> third = wire.send("GET", "/v1/batches", "");
    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(third.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(50L, 60L);
    scene.later(Duration.ofSeconds(61));
    assertThat(wire.send("GET", "/v1/batches", "").statusCode()).isEqualTo(200);
  }

  @Test
  void realtimeCallIsExecutedThoughItsReplyIsLost() {
    scene.fault("{on: realtime, do: accept-drop, match: row-1}");
    String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

    breaks(() -> wire.send("POST", "/v1/chat/completions", body, "X-Client-Request-Id", "row-1"));

    assertThat(scene.server.ledger().executionsOf("row-1")).isEqualTo(1);
  }
}
