package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A judge that can't fail is none. */
class AskJudgeTest {

  private static final String ROW = "0a1b2c-000000001";
  private static final Set<String> ASKING = Set.of("0a1b2c");
  private static final String BODY =
      "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private SandboxServer sandbox;
  private FaultyGateway gateway;
  private AskJudge judge;

  @BeforeEach
  void open() throws IOException {
    sandbox =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(folder.resolve("sandbox"))
                .validation(Duration.ofHours(1))
                .build());
    gateway = FaultyGateway.start(sandbox.baseUrl());
    judge = new AskJudge(folder.resolve("home"), List.of(sandbox), List.of(gateway), 1);
  }

  @AfterEach
  void close() throws IOException {
    gateway.close();
    sandbox.close();
  }

  private String post(URI base, String path, String type, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", type)
            .header("X-Client-Request-Id", ROW)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private void ask() throws IOException, InterruptedException {
    assertThat(post(gateway.baseUrl(), "/chat/completions", "application/json", BODY))
        .contains("[sandbox] a");
  }

  private void answerIsInTheLog() throws IOException {
    Path job = Files.createDirectories(folder.resolve("home/work/job"));
    Files.writeString(
        job.resolve("part-0001.answers.jsonl"),
        "{\"custom_id\":\"" + ROW + "\",\"response\":{\"status_code\":200}}\n{\"custom_id\":\"ha");
  }

  @Test
  void anAnswerInTheLogIsNotPaidAgain() throws Exception {
    ask();
    answerIsInTheLog();
    judge.atKill(ASKING);
    ask();

    assertThatThrownBy(() -> judge.atKill(ASKING)).hasMessageContaining("answer is on the disk");
  }

  @Test
  void aKillExplainsOneCallOfARow() throws Exception {
    ask();
    judge.atKill(ASKING);
    ask();
    judge.atKill(ASKING);
    ask();
    ask();

    assertThatThrownBy(() -> judge.atKill(ASKING)).hasMessageContaining("one kill has interrupted");
  }

  @Test
  void whatNoKillInterruptedIsNotExplained() throws Exception {
    ask();
    judge.atKill(ASKING);
    ask();
    ask();
    answerIsInTheLog();

    assertThatThrownBy(() -> judge.atEnd(Set.of())).hasMessageContaining("nothing explains");
  }

  @Test
  void aRowThatABatchHasAnsweredIsNotAskedFor() throws Exception {
    ask();
    answerIsInTheLog();

    assertThatThrownBy(() -> judge.atEnd(Set.of(ROW))).hasMessageContaining("a batch has answered");
  }

  @Test
  void aCallNeedsAnIntent() throws Exception {
    ask();

    assertThatThrownBy(() -> judge.atKill(Set.of())).hasMessageContaining("I6");
  }

  @Test
  void noRowIsAskedForWhileABatchOfItsJobLives() throws Exception {
    String line =
        "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}%n"
            .formatted(ROW, BODY);
    String form =
        "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--x\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n"
            + line
            + "\r\n--x--\r\n";
    String file = post(sandbox.baseUrl(), "/files", "multipart/form-data; boundary=x", form);
    String created =
        post(
            sandbox.baseUrl(),
            "/batches",
            "application/json",
            ("{\"input_file_id\":\"%s\",\"endpoint\":\"/v1/chat/completions\","
                    + "\"completion_window\":\"24h\","
                    + "\"metadata\":{\"batchdrop\":\"20260301-000000-a-0a1b2c/part-0001/1\"}}")
                .formatted(new ObjectMapper().readTree(file).path("id").asText()));
    assertThat(created).contains("validating");
    gateway.onAsk(row -> judge.asked(sandbox, row));
    ask();

    assertThatThrownBy(() -> judge.atKill(ASKING)).hasMessageContaining("I2");
  }
}
