package org.batchdrop.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.batchdrop.config.Units;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.FileView;
import org.batchdrop.provider.Reply;

/**
 * A whole batch of one row, outside of the journal: upload, create, list, poll, download, delete.
 * The create is sent once, whatever comes back. Its names begin with {@value #PREFIX} and have the
 * shape of no part's, so that no daemon takes the batch for one of its own.
 */
public final class Rehearsal {

  /** What the names of its file and batch begin with. */
  static final String PREFIX = "batchdrop-doctor-";

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Duration LONGEST_GAP = Duration.ofSeconds(2);
  private static final String SUBJECT = "rehearsal";

  private final ProviderSession session;
  private final Account account;
  private final Duration timeout;
  private final InstantSource clock;
  private final Pause pause;
  private final Consumer<Check> told;
  private final List<String> files = new ArrayList<>();

  /** Waits between two looks. */
  public interface Pause {
    /** Waits so long. */
    void rest(Duration time) throws InterruptedException;
  }

  /**
   * Prepares a rehearsal.
   *
   * @param timeout for its batch to end
   * @param pause waits between two looks
   * @param told takes each check as soon as it is made
   * @throws ProviderTrouble when the provider's profile or key is missing, or it lives inside the
   *     daemon
   */
  public Rehearsal(
      ProviderSession session,
      String provider,
      Duration timeout,
      InstantSource clock,
      Pause pause,
      Consumer<Check> told)
      throws ProviderTrouble {
    this.session = session;
    this.account = session.account(provider);
    this.timeout = timeout;
    this.clock = clock;
    this.pause = pause;
    this.told = told;
  }

  /** What is sent: of which model, to which request url. */
  public record Request(String model, String url) {}

  /**
   * Rehearses; each step is told.
   *
   * @throws IOException when the request can't be written
   * @throws InterruptedException when the process is stopped; the batch goes on
   */
  public void run(Request request) throws IOException, InterruptedException {
    String name = PREFIX + UUID.randomUUID();
    Path lines = Files.createTempFile(PREFIX, ".jsonl");
    try {
      Files.writeString(lines, line(name, request) + "\n");
      Reply uploaded = session.send(account.upload(lines, name + ".jsonl"));
      Optional<FileView> file =
          uploaded instanceof Reply.Done done ? FileView.of(done.body()) : Optional.empty();
      if (file.isEmpty()) {
        told.accept(Check.refused(SUBJECT, "no upload: " + uploaded.reason(), "see the reason"));
        return;
      }
      files.add(file.get().id());
      told.accept(Check.ok(SUBJECT, "uploaded " + name + ".jsonl as " + file.get().id()));
      create(name, file.get().id(), request);
    } finally {
      Files.delete(lines);
    }
  }

  private static String line(String name, Request request) throws JsonProcessingException {
    ObjectNode line = JSON.createObjectNode();
    line.put("custom_id", name).put("method", "POST").put("url", request.url());
    ObjectNode body = line.putObject("body").put("model", request.model());
    if (request.url().endsWith("/embeddings") || request.url().endsWith("/responses")) {
      body.put("input", "Reply with the word ok.");
    } else {
      body.putArray("messages").addObject().put("role", "user").put("content", "Reply with: ok");
    }
    return JSON.writeValueAsString(line);
  }

  private void create(String name, String file, Request request) throws InterruptedException {
    Instant begun = clock.instant();
    Call create = account.batch(name, file, request.url(), Optional.empty(), Map.of());
    Reply reply = session.send(create);
    Optional<BatchView> batch =
        reply instanceof Reply.Done done ? BatchView.of(done.body()) : Optional.empty();
    if (batch.isEmpty()) {
      boolean isUnclear = reply instanceof Reply.Unclear || reply instanceof Reply.Done;
      told.accept(
          Check.refused(
              SUBJECT,
              "no batch: " + reply.reason(),
              isUnclear
                  ? "it may exist all the same; 'batchdrop batches list --input-file " + file + "'"
                  : "see the reason"));
      if (!isUnclear) {
        delete();
      }
      return;
    }
    told.accept(Check.ok(SUBJECT, "created " + batch.get().id()));
    Optional<Map<String, String>> listed = lag(batch.get().id(), begun);
    Optional<BatchView> ended = poll(batch.get().id(), begun);
    if (ended.isEmpty()) {
      told.accept(
          Check.refused(
              SUBJECT,
              batch.get().id() + " has not ended after " + Units.showDuration(timeout),
              "look later with 'batchdrop batches show', or end it with 'batchdrop batches cancel'"));
      return;
    }
    echo(name, listed.orElse(ended.get().metadata()));
    result(ended.get(), name);
    delete();
  }

  /** How long the list did not show the batch; gives the metadata that it shows. */
  private Optional<Map<String, String>> lag(String batch, Instant begun)
      throws InterruptedException {
    if (!account.profile().batch().habits().canList()) {
      return Optional.empty();
    }
    Duration settle = account.profile().batch().settle();
    Instant end = begun.plus(settle.compareTo(timeout) < 0 ? settle : timeout);
    while (true) {
      Listing listing = new Listing(account, begun.minusSeconds(3600), Set.of(batch));
      while (listing.isMore()) {
        listing.take(session.send(listing.nextPage()));
      }
      Optional<BatchView> found =
          listing.found().stream().filter(one -> one.id().equals(batch)).findFirst();
      Duration waited = Duration.between(begun, clock.instant());
      if (found.isPresent()) {
        told.accept(
            Check.ok(
                SUBJECT, "is in the list " + Units.showDuration(waited) + " after the create"));
        return Optional.of(found.get().metadata());
      }
      if (!clock.instant().isBefore(end)) {
        told.accept(
            Check.refused(
                SUBJECT,
                "is not in the list " + Units.showDuration(waited) + " after the create",
                "raise 'batch.settle-time' of the profile, or rows may be bought twice"));
        return Optional.empty();
      }
      pause.rest(gap());
    }
  }

  private Optional<BatchView> poll(String batch, Instant begun) throws InterruptedException {
    Instant end = begun.plus(timeout);
    while (true) {
      Optional<BatchView> view =
          session.send(account.retrieve(batch)) instanceof Reply.Done done
              ? BatchView.of(done.body())
              : Optional.empty();
      if (view.filter(BatchView::hasEnded).isPresent()) {
        return view;
      }
      if (!clock.instant().isBefore(end)) {
        return Optional.empty();
      }
      pause.rest(gap());
    }
  }

  private Duration gap() {
    Duration poll = account.profile().pollInterval();
    return poll.compareTo(LONGEST_GAP) < 0 ? poll : LONGEST_GAP;
  }

  private void echo(String name, Map<String, String> metadata) {
    Optional<String> field = account.profile().batch().submissionKey();
    if (field.isEmpty()) {
      told.accept(Check.ok(SUBJECT, "the profile sends no key in metadata"));
    } else if (name.equals(metadata.get(field.get()))) {
      told.accept(Check.ok(SUBJECT, "metadata comes back in '" + field.get() + "'"));
    } else {
      told.accept(
          Check.warn(
              SUBJECT,
              "metadata does not come back in '" + field.get() + "'",
              "batches are then found again by their uploaded files alone"));
    }
  }

  private void result(BatchView batch, String name) {
    batch.outputFile().ifPresent(files::add);
    batch.errorFile().ifPresent(files::add);
    Optional<JsonNode> line = batch.outputFile().or(batch::errorFile).flatMap(this::firstLine);
    boolean isOurs = line.map(json -> json.path("custom_id").asText("").equals(name)).orElse(false);
    boolean isAnswered = isOurs && batch.outputFile().isPresent();
    if (isAnswered && batch.status().equals("completed")) {
      told.accept(Check.ok(SUBJECT, "completed, and the answer was downloaded"));
    } else {
      told.accept(
          Check.refused(
              SUBJECT,
              "ended as " + batch.status() + " without an answer: " + why(batch, line),
              "try another --model, or see the reason"));
    }
  }

  private static String why(BatchView batch, Optional<JsonNode> line) {
    return batch.problems().stream()
        .map(BatchView.Problem::message)
        .findFirst()
        .or(() -> line.map(json -> json.at("/response/body/error/message").asText("")))
        .filter(text -> !text.isEmpty())
        .orElse("the provider gives no reason");
  }

  /** One row has one line, which is a JSON text of its own. */
  private Optional<JsonNode> firstLine(String file) {
    return session.send(account.content(file)) instanceof Reply.Done done
        ? Optional.of(done.body())
        : Optional.empty();
  }

  private void delete() {
    List<String> left = new ArrayList<>();
    for (String file : files) {
      if (!(session.send(account.delete(file)) instanceof Reply.Done)) {
        left.add(file);
      }
    }
    told.accept(
        left.isEmpty()
            ? Check.ok(SUBJECT, "its files are deleted")
            : Check.warn(
                SUBJECT,
                "files were not deleted: " + String.join(", ", left),
                "'batchdrop files delete' tries again"));
  }
}
