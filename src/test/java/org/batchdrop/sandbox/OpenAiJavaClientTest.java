package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.batches.BatchListParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider's official Java client works against the sandbox, with every reply validated. */
class OpenAiJavaClientTest {
  private static final String KEY = "sandbox-key";

  @TempDir Path directory;
  private SandboxServer server;
  private OpenAIClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(directory.resolve("state"))
                .validation(Duration.ofMillis(20))
                .apiKey(KEY)
                .build());
    client = client(KEY);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void buysBatchFromUploadToContent() throws IOException {
    FileObject file = upload(Wire.lines(30));
    assertThat(file.purpose()).isEqualTo(FileObject.Purpose.BATCH);

    Batch created = create(file.id());
    assertThat(created.status()).isEqualTo(Batch.Status.VALIDATING);
    assertThat(server.ledger().batches().get(0).metadata()).containsEntry("part", "p1");
    assertThat(created.metadata().orElseThrow()._allProperties())
        .containsEntry("part", JsonValue.from("p1"));
    Batch batch = awaitStatus(created.id(), Batch.Status.COMPLETED);

    assertThat(batch.requestCounts().orElseThrow().completed()).isEqualTo(30);
    assertThat(batch.errorFileId()).isEmpty();
    assertThat(batch.usage().orElseThrow().totalTokens()).isPositive();
    Map<String, String> answers = new TreeMap<>();
    for (String line : content(batch.outputFileId().orElseThrow())) {
      JsonNode row = Wire.tree(line);
      answers.put(
          row.get("custom_id").asText(),
          row.at("/response/body/choices/0/message/content").asText());
    }
    assertThat(answers).hasSize(30);
    answers.forEach(
        (id, answer) -> assertThat(answer).isEqualTo("[sandbox] question " + id.substring(1)));
  }

  @Test
  void showsWhyBatchFailed() {
    Batch batch = awaitStatus(create(upload("nonsense\n").id()).id(), Batch.Status.FAILED);

    var error = batch.errors().orElseThrow().data().orElseThrow().get(0);
    assertThat(error.code()).contains("invalid_json_line");
    assertThat(error.line()).contains(1L);
  }

  @Test
  void listsEveryBatchThroughPages() {
    String file = upload(Wire.lines(1)).id();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.add(0, create(file).id());
    }

    var page = client.batches().list(BatchListParams.builder().limit(3).build());

    assertThat(page.items()).hasSize(3);
    assertThat(page.autoPager()).extracting(Batch::id).isEqualTo(ids);
  }

  @Test
  void listsEveryFileThroughPages() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(upload(Wire.lines(1)).id());
    }

    var page =
        client
            .files()
            .list(FileListParams.builder().limit(2).order(FileListParams.Order.ASC).build());

    assertThat(page.autoPager()).extracting(FileObject::id).isEqualTo(ids);
  }

  @Test
  void cancelsBatch() throws IOException {
    client.close();
    server.close();
    server =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(directory.resolve("slow"))
                .perRequest(Duration.ofMinutes(1))
                .build());
    client = client(KEY);
    String id = create(upload(Wire.lines(5)).id()).id();

    assertThat(client.batches().cancel(id).validate().status()).isEqualTo(Batch.Status.CANCELLING);
    Batch batch = awaitStatus(id, Batch.Status.CANCELLED);

    assertThat(batch.outputFileId()).isEmpty();
  }

  @Test
  void readsAndDeletesFiles() throws IOException {
    String id = upload(Wire.lines(2)).id();

    assertThat(String.join("\n", content(id)) + "\n").isEqualTo(Wire.lines(2));
    assertThat(client.files().retrieve(id).validate().bytes()).isEqualTo(Wire.lines(2).length());
    assertThat(client.files().delete(id).validate().deleted()).isTrue();
    assertThatThrownBy(() -> client.files().retrieve(id)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void chats() {
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                ChatCompletionCreateParams.builder()
                    .model("gpt-4o-mini")
                    .addSystemMessage("be brief")
                    .addUserMessage("what is new?")
                    .build())
            .validate();

    assertThat(answer.choices().get(0).message().content()).contains("[sandbox] what is new?");
    assertThat(answer.usage().orElseThrow().totalTokens()).isPositive();
    assertThat(server.ledger().totalExecutions()).isEqualTo(1);
  }

  @Test
  void embeds() {
    CreateEmbeddingResponse answer =
        client
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model("text-embedding-3-small")
                    .inputOfArrayOfStrings(List.of("one", "two"))
                    .dimensions(32)
                    .build())
            .validate();

    assertThat(answer.data()).hasSize(2);
    List<Float> vector = answer.data().get(0).embedding();
    float[] expected = EmbeddingReply.vector("one", 32);
    assertThat(vector).hasSize(32);
    for (int i = 0; i < expected.length; i++) {
      assertThat(vector.get(i)).isEqualTo(expected[i]);
    }
  }

  @Test
  void mapsErrorsToItsExceptions() {
    OpenAIClient stranger = client("another-key");
    assertThatThrownBy(() -> stranger.files().list())
        .isInstanceOf(UnauthorizedException.class)
        .extracting(e -> ((UnauthorizedException) e).code().orElse(""))
        .isEqualTo("invalid_api_key");
    stranger.close();
    assertThatThrownBy(() -> client.batches().retrieve("batch_none"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("No batch found with id 'batch_none'.");
    assertThatThrownBy(() -> create("file-none"))
        .isInstanceOf(BadRequestException.class)
        .extracting(e -> ((BadRequestException) e).param().orElse(""))
        .isEqualTo("file_id");
    String id = create(upload(Wire.lines(1)).id()).id();
    awaitStatus(id, Batch.Status.COMPLETED);
    assertThatThrownBy(() -> client.batches().cancel(id))
        .isInstanceOf(UnexpectedStatusCodeException.class)
        .hasMessageContaining("409");
  }

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(server.baseUrl().toString())
        .apiKey(key)
        .maxRetries(0)
        .responseValidation(true)
        .build();
  }

  private FileObject upload(String lines) {
    Path file = directory.resolve("requests.jsonl");
    try {
      Files.writeString(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return client
        .files()
        .create(FileCreateParams.builder().file(file).purpose(FilePurpose.BATCH).build())
        .validate();
  }

  private Batch create(String fileId) {
    return client
        .batches()
        .create(
            BatchCreateParams.builder()
                .inputFileId(fileId)
                .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                .completionWindow(BatchCreateParams.CompletionWindow._24H)
                .metadata(
                    BatchCreateParams.Metadata.builder()
                        .putAdditionalProperty("part", JsonValue.from("p1"))
                        .build())
                .build())
        .validate();
  }

  private Batch awaitStatus(String id, Batch.Status status) {
    return await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> client.batches().retrieve(id).validate(), batch -> batch.status().equals(status));
  }

  private List<String> content(String fileId) throws IOException {
    try (HttpResponse response = client.files().content(fileId);
        InputStream body = response.body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
