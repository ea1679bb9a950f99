package org.batchdrop.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;

/** A home whose provider {@code near} is a sandbox with a key, and commands that run in it. */
final class ProviderHome implements AutoCloseable {

  static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  static final PartId PART = new PartId(JOB, 1, 1);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final String LINE =
      "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
          + "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}}\n";

  /** Looks like a key and is built at run time. */
  final String key = "s" + "k-" + "Abcdefgh".repeat(4);

  final Path root;
  final SandboxServer sandbox;
  private final HttpClient http = HttpClient.newHttpClient();
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  ProviderHome(Path root) throws IOException {
    this.root = root;
    sandbox =
        SandboxServer.start(
            SandboxSettings.builder().directory(root.resolve("sandbox")).apiKey(key).build());
    write(
        "providers/near.yaml",
        "extends: sandbox\nbase-url: "
            + sandbox.baseUrl()
            + "\nkey: {file: secrets/key}\npoll-interval: 100ms\n");
    write("secrets/key", key + "\n");
    write(
        "pipelines/tickets.yaml",
        "provider: near\ninput: {type: csv}\nrequest: {body: {model: m, messages: [{role: user,"
            + " content: \"{{text}}\"}]}}\nresult: {columns: {answer:"
            + " /choices/0/message/content}}\n");
    write("application.properties", "batchdrop.requests-provider=near\n");
  }

  void write(String path, String text) throws IOException {
    Path file = root.resolve("home").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  Path home() {
    return root.resolve("home");
  }

  /** Runs a command in the home; its output is kept until the next. */
  int run(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    String[] all =
        Stream.concat(Stream.of(arguments), Stream.of("--home", home().toString()))
            .toArray(String[]::new);
    return Commands.execute(all, new PrintWriter(out), new PrintWriter(err), false);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  JsonNode json() throws IOException {
    return JSON.readTree(out());
  }

  /** Uploads one row under a name; gives the file's id. */
  String upload(String name) throws IOException {
    String body =
        "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\""
            + name
            + "\"\r\n\r\n"
            + LINE.formatted(name)
            + "\r\n--b--\r\n";
    return send("/files", "multipart/form-data; boundary=b", body).path("id").asText();
  }

  /** Creates a batch with a text in its metadata; gives its id. */
  String create(String file, String name) throws IOException {
    String body =
        "{\"input_file_id\":\"%s\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\",\"metadata\":{\"batchdrop\":\"%s\"}}"
            .formatted(file, name);
    return send("/batches", "application/json", body).path("id").asText();
  }

  JsonNode get(String path) throws IOException {
    return send(request(path).GET());
  }

  private JsonNode send(String path, String type, String body) throws IOException {
    return send(
        request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body, UTF_8)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + path))
        .header("Authorization", "Bearer " + key);
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException {
    try {
      return JSON.readTree(http.send(request.build(), BodyHandlers.ofString()).body());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Notes a job with one part in this state; a part that is over has a published job. */
  void journal(PartState state) throws IOException {
    Files.createDirectories(home().resolve("work").resolve(JOB.value()));
    Files.writeString(home().resolve("work").resolve(JOB.value()).resolve("x.jsonl"), "1234");
    try (Journal journal =
        Journal.open(home().resolve("work/journal.db"), InstantSource.fixed(NOW))) {
      journal.received(job());
      Job seen = journal.job(JOB).orElseThrow();
      Job prepared =
          journal
              .change(seen, seen.to(new JobState.Prepared()), List.of(part(state)), "1 part")
              .orElseThrow();
      if (state.isFinal()) {
        Job.Times times = new Job.Times(NOW, Optional.of(NOW), Optional.of(NOW), Optional.of(NOW));
        journal.change(
            prepared, prepared.to(new JobState.Delivered()).with(times), List.of(), "done");
      }
    }
  }

  private static Job job() {
    return new Job(
        JOB,
        "tickets",
        "tickets.csv",
        12,
        "",
        new JobState.Received(),
        "near",
        new Job.Totals(1, 0, 1, 0, 1),
        Job.Times.received(NOW),
        Optional.of("outbox/tickets/" + JOB),
        Optional.empty(),
        "",
        Job.Orders.NONE,
        1);
  }

  private static Part part(PartState state) {
    return new Part(
        PART,
        state,
        new Part.Size(1, 1, 1, 100),
        Lane.BATCH,
        "/v1/chat/completions",
        "m",
        "near",
        "",
        Part.Seen.NOTHING,
        Part.Pause.none(NOW),
        Part.Purchase.FIRST,
        1);
  }

  @Override
  public void close() throws IOException {
    sandbox.close();
    List.of("batchdrop.log.folder", "batchdrop.story.level", "logback.configurationFile")
        .forEach(System::clearProperty);
  }
}
