package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.batchdrop.config.Home;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobOrder;
import org.batchdrop.job.Part;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.Journal;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;

/** A home in a temporary folder, a hurried daemon in it, and what it published. */
final class DaemonFixture implements AutoCloseable {

  static final String TICKETS =
      """
      provider: quick
      input: {type: csv}
      request:
        body:
          model: gpt-4o-mini
          messages:
            - {role: user, content: "{{text}}"}
      result:
        columns: {answer: /choices/0/message/content}
      """;

  private static final String SETTINGS =
      """
      batchdrop.quiet-period=200ms
      batchdrop.inbox-interval=100ms
      batchdrop.sweep-interval=500ms
      batchdrop.poll-tick=200ms
      batchdrop.clean-interval=500ms
      batchdrop.retry-first=200ms
      batchdrop.retry-longest=1s
      batchdrop.no-room-first=300ms
      batchdrop.no-room-longest=1s
      batchdrop.parked-look=1s
      batchdrop.adopt-tick=200ms
      batchdrop.orders-interval=100ms
      batchdrop.requests-provider=quick
      camel.component.seda.defaultPollTimeout=100
      """;
  private static final String PROFILE =
      """
      extends: sandbox
      realtime: {offered: false}
      poll-interval: 200ms
      batch: {settle-time: 1s}
      """;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> environment = new ConcurrentHashMap<>();
  private final Home home;
  private Optional<Daemon> daemon = Optional.empty();

  DaemonFixture(Path root) throws IOException {
    RouteVisits.watch();
    home = new Home(root);
    // Daemons of one name in one JVM would share, and stop, one Quartz scheduler.
    write("application.properties", SETTINGS + "camel.main.name=" + UUID.randomUUID() + "\n");
    write("providers/quick.yaml", PROFILE);
    write("pipelines/tickets.yaml", TICKETS);
  }

  /** A provider in a hurry, beside the home in one folder. */
  static SandboxServer sandbox(Path root) throws IOException {
    return SandboxServer.start(
        SandboxSettings.builder()
            .directory(root.resolve("sandbox"))
            .validation(Duration.ofMillis(50))
            .build());
  }

  Home home() {
    return home;
  }

  DaemonFixture setting(String line) throws IOException {
    Path file = home.settings();
    Files.writeString(file, Files.readString(file) + line + "\n");
    return this;
  }

  DaemonFixture variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Writes a file of the home. */
  DaemonFixture write(String path, String text) throws IOException {
    Path file = home.root().resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Starts the daemon; the embedded sandbox is what answers at an address. */
  DaemonFixture start(URI sandbox) throws IOException, DaemonRefused {
    return start(sandbox, InstantSource.system());
  }

  /** As {@link #start(URI)}, with a clock of the test's own. */
  DaemonFixture start(URI sandbox, InstantSource clock) throws IOException, DaemonRefused {
    daemon =
        Optional.of(
            Daemon.start(
                new Daemon.Parts(
                    home,
                    name -> Optional.ofNullable(environment.get(name)),
                    settings -> () -> sandbox,
                    clock)));
    return this;
  }

  DaemonFixture stop() throws IOException {
    if (daemon.isPresent()) {
      daemon.get().close();
    }
    daemon = Optional.empty();
    return this;
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  /** Drops a file whole. */
  Path drop(String pipeline, String name, byte[] content) throws IOException {
    Path inbox = Files.createDirectories(home.inbox(pipeline));
    Path hidden = Files.write(inbox.resolve("." + name + ".tmp"), content);
    return Files.move(hidden, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Waits until a dropped entry was published, and gives the folder. */
  Path published(String pipeline, String name) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> find(pipeline, name), Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until the journal says that a job is over; the outbox is a moment earlier. */
  Job over(String name) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> job(name), job -> job.filter(j -> j.state().isFinal()).isPresent())
        .orElseThrow();
  }

  /** The job of a dropped entry, read beside the daemon. */
  Optional<Job> job(String name) {
    try (Journal journal = Journal.openReadOnly(home.journal()).orElseThrow()) {
      return journal.jobs(1000).stream().filter(job -> job.inputName().equals(name)).findFirst();
    }
  }

  JobId jobId(String name) {
    return job(name).orElseThrow().id();
  }

  /** The tries of a dropped entry's parts, read beside the daemon. */
  List<Part> parts(String name) {
    try (Journal journal = Journal.openReadOnly(home.journal()).orElseThrow()) {
      return journal.jobs(1000).stream()
          .filter(job -> job.inputName().equals(name))
          .flatMap(job -> journal.parts(job.id()).stream())
          .toList();
    }
  }

  /** What the journal tells of a dropped entry's job, in order. */
  List<String> history(String name) {
    JobId id = jobId(name);
    try (Journal journal = Journal.openReadOnly(home.journal()).orElseThrow()) {
      return journal.events(id).stream().map(Event::detail).toList();
    }
  }

  /** Waits until a try of a dropped entry is as it should be. */
  Part partThat(String name, Predicate<Part> holds) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> parts(name).stream().filter(holds).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until a try of a dropped entry is parked for a person. */
  Part parked(String name, String reason) {
    return partThat(
        name,
        part ->
            part.pause().parked()
                && !part.state().isFinal()
                && part.pause().reason().orElse("").contains(reason));
  }

  void await(BooleanSupplier holds) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(holds::getAsBoolean);
  }

  /** Says what {@code batchdrop approve} and {@code batchdrop cancel} say. */
  void order(JobOrder.Verb verb, String name) throws IOException {
    JobOrder order = new JobOrder(verb, jobId(name));
    Files.createDirectories(home.orders());
    Path hidden = home.orders().resolve("." + verb.label());
    Files.writeString(hidden, order.text());
    Files.move(hidden, home.orders().resolve(verb.label() + "-" + UUID.randomUUID()));
  }

  static JsonNode report(Path folder) throws IOException {
    return JSON.readTree(folder.resolve("report.json").toFile());
  }

  static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  static List<String> texts(Path file, String pointer) throws IOException {
    return lines(file).stream().map(line -> line.at(pointer).asText()).toList();
  }

  static void assertBalance(Path folder, long rows, long answered, long failed) throws IOException {
    JsonNode balance = report(folder).path("balance");
    assertThat(
            List.of(
                balance.path("rows").asLong(),
                balance.path("answered").asLong(),
                balance.path("failed").asLong()))
        .as("rows, answered, failed")
        .containsExactly(rows, answered, failed);
    assertThat(balance.path("balanced").asBoolean()).isTrue();
    assertThat(lines(folder.resolve("output.jsonl"))).hasSize((int) answered);
    assertThat(lines(folder.resolve("errors.jsonl"))).hasSize((int) failed);
  }

  private Optional<Path> find(String pipeline, String name) {
    Path outbox = home.outbox().resolve(pipeline);
    if (!Files.isDirectory(outbox)) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(outbox)) {
      return folders
          .filter(folder -> JobId.isValid(folder.getFileName().toString()))
          .filter(folder -> Files.exists(folder.resolve("input").resolve(name)))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
