package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.batchdrop.job.PartId;

/** Does at a provider, by hand, what a daemon would have done before it died. */
final class ProviderCalls {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "batchdrop-boundary";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;

  ProviderCalls(URI base) {
    this.base = base;
  }

  /** Uploads a part's file; gives the file's id. */
  String upload(PartId part, Path requests) throws IOException {
    String body =
        "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                .formatted(BOUNDARY)
            + "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                .formatted(BOUNDARY, part.uploadName())
            + "Content-Type: application/jsonl\r\n\r\n"
            + Files.readString(requests)
            + "\r\n--%s--\r\n".formatted(BOUNDARY);
    HttpRequest.Builder request =
        request("/files")
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(BodyPublishers.ofString(body));
    return JSON.readTree(send(request)).path("id").asText();
  }

  /** Creates a batch; gives its id. */
  String create(PartId part, String fileId) throws IOException {
    String body =
        JSON.createObjectNode()
            .put("input_file_id", fileId)
            .put("endpoint", "/v1/chat/completions")
            .put("completion_window", "24h")
            .set("metadata", JSON.createObjectNode().put("batchdrop", part.submissionKey()))
            .toString();
    HttpRequest.Builder request =
        request("/batches")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return JSON.readTree(send(request)).path("id").asText();
  }

  JsonNode batch(String id) throws IOException {
    return JSON.readTree(send(request("/batches/" + id).GET()));
  }

  /** Waits until a batch is completed. */
  JsonNode completed(String id) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> batch(id), batch -> batch.path("status").asText().equals("completed"));
  }

  String content(String fileId) throws IOException {
    return send(request("/files/" + fileId + "/content").GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
  }

  private String send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
