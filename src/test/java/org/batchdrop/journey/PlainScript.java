package org.batchdrop.journey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponse;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What people write: a script on the provider's official client with its default retries. It keeps
 * the batch's id in a state file once the create has returned, and goes on from there when it is
 * started again. The baseline of {@link ComparisonIT}.
 */
final class PlainScript {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenAIClient client;
  private final Path folder;

  private PlainScript(OpenAIClient client, Path folder) {
    this.client = client;
    this.folder = folder;
  }

  /** Arguments: the base URL, and a folder that holds {@code input.csv}. */
  public static void main(String[] arguments) throws Exception {
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .baseUrl(arguments[0])
            .apiKey("none")
            .timeout(Duration.ofSeconds(1))
            .build();
    new PlainScript(client, Path.of(arguments[1])).run();
    client.close();
  }

  private void run() throws IOException, InterruptedException {
    Path state = folder.resolve("state.json");
    String id;
    if (Files.exists(state)) {
      id = JSON.readTree(Files.readString(state)).path("batch_id").asText();
    } else {
      convert();
      id = create(upload());
      save(state, id);
    }
    Batch batch = poll(id);
    Optional<String> output = batch.outputFileId();
    if (output.isPresent()) {
      download(output.get());
    }
    merge();
  }

  private void convert() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (NamedCsvRecord row : rows()) {
      ObjectNode line = JSON.createObjectNode();
      line.put("custom_id", row.getField("id"));
      line.put("method", "POST").put("url", "/v1/chat/completions");
      ObjectNode body = line.putObject("body").put("model", "echo");
      body.putArray("messages")
          .addObject()
          .put("role", "user")
          .put("content", row.getField("text"));
      lines.append(line).append('\n');
    }
    Files.writeString(folder.resolve("requests.jsonl"), lines);
  }

  private List<NamedCsvRecord> rows() throws IOException {
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(folder.resolve("input.csv"))) {
      return csv.stream().toList();
    }
  }

  private String upload() {
    return client
        .files()
        .create(
            FileCreateParams.builder()
                .file(folder.resolve("requests.jsonl"))
                .purpose(FilePurpose.BATCH)
                .build())
        .id();
  }

  private String create(String fileId) {
    return client
        .batches()
        .create(
            BatchCreateParams.builder()
                .inputFileId(fileId)
                .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                .completionWindow(BatchCreateParams.CompletionWindow._24H)
                .build())
        .id();
  }

  private static void save(Path state, String id) throws IOException {
    Files.writeString(state, JSON.createObjectNode().put("batch_id", id).toString());
  }

  private Batch poll(String id) throws InterruptedException {
    List<Batch.Status> ends =
        List.of(
            Batch.Status.COMPLETED,
            Batch.Status.FAILED,
            Batch.Status.EXPIRED,
            Batch.Status.CANCELLED);
    Batch batch = client.batches().retrieve(id);
    while (!ends.contains(batch.status())) {
      // A script polls by sleeping.
      TimeUnit.MILLISECONDS.sleep(100);
      batch = client.batches().retrieve(id);
    }
    return batch;
  }

  private void download(String fileId) throws IOException {
    try (HttpResponse response = client.files().content(fileId);
        InputStream body = response.body()) {
      Files.copy(body, folder.resolve("output.jsonl"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void merge() throws IOException {
    Map<String, String> answers = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("output.jsonl"))) {
      JsonNode json = JSON.readTree(line);
      answers.put(
          json.path("custom_id").asText(),
          json.at("/response/body/choices/0/message/content").asText());
    }
    try (CsvWriter out = CsvWriter.builder().build(folder.resolve("results.csv"))) {
      out.writeRecord("id", "text", "answer");
      for (NamedCsvRecord row : rows()) {
        String id = row.getField("id");
        out.writeRecord(id, row.getField("text"), answers.getOrDefault(id, ""));
      }
    }
  }
}
