package org.batchdrop.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.BatchPage;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Reply;

/**
 * The simplest client that keeps the rules of money, to show that a provider lets them be kept. The
 * blind one creates again when it does not know what became of a create, and so breaks them.
 */
final class Buyer {

  static final JobId JOB = new JobId("20260301-000000-rows-00000a");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofSeconds(40);
  private static final int MOST_GENERATIONS = 5;

  private final SimClock clock;
  private final SimProvider provider;
  private final Account account;
  private final Path folder;
  private final boolean blind;
  private final Map<String, String> answers = new TreeMap<>();
  private List<String> rows;
  private int generation = 1;
  private String step = "upload";
  private String file = "";
  private String batch = "";
  private Instant since = Instant.MIN;

  Buyer(SimClock clock, SimProvider provider, Account account, Path folder, boolean blind) {
    this.clock = clock;
    this.provider = provider;
    this.account = account;
    this.folder = folder;
    this.blind = blind;
    this.rows = List.of();
  }

  /** Buys rows; what was answered, by id. Gives up what stays unanswered for long. */
  Map<String, String> buy(List<String> ids) throws IOException {
    rows = ids;
    for (int i = 0; i < 5000 && !step.equals("done"); i++) {
      step =
          switch (step) {
            case "upload" -> upload();
            case "create" -> create();
            case "look" -> look();
            case "fence" -> fence();
            case "poll" -> poll();
            default -> throw new IllegalStateException(step);
          };
      clock.advance(PAUSE);
    }
    return answers;
  }

  static String body(String row) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + row + " text\"}]}";
  }

  private PartId part() {
    return new PartId(JOB, 1, generation);
  }

  private Reply call(Call call) {
    return provider.perform(call, Optional.empty());
  }

  private static Optional<BatchView> view(Reply reply) {
    return reply instanceof Reply.Done done ? BatchView.of(done.body()) : Optional.empty();
  }

  private String upload() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String row : rows) {
      lines.append("{\"custom_id\":\"").append(row);
      lines.append("\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":");
      lines.append(body(row)).append("}\n");
    }
    Path path = Files.writeString(folder.resolve("part.jsonl"), lines);
    Optional<BatchView> uploaded = view(call(account.upload(path, part())));
    uploaded.ifPresent(shown -> file = shown.id());
    return uploaded.isPresent() ? "create" : "upload";
  }

  private String create() {
    since = clock.instant();
    Call call = account.batch(part(), file, "/v1/chat/completions", Optional.empty(), Map.of());
    Reply reply = call(call);
    Optional<BatchView> created = view(reply);
    if (created.isPresent()) {
      batch = created.get().id();
      return "poll";
    }
    if (reply instanceof Reply.Unclear || reply instanceof Reply.Done) {
      return blind ? "create" : "look";
    }
    return reply instanceof Reply.Later ? "create" : again();
  }

  private String again() {
    generation++;
    return rows.isEmpty() || generation > MOST_GENERATIONS ? "done" : "upload";
  }

  /** Empty when the list can't be read. */
  private Optional<List<BatchView>> matches() {
    List<BatchView> found = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      if (!(call(account.list(after)) instanceof Reply.Done done)
          || !(done.body().isArray() || done.body().has("has_more"))) {
        return Optional.empty();
      }
      BatchPage page = BatchPage.of(done.body());
      page.batches().stream()
          .filter(
              shown ->
                  shown.inputFile().equals(Optional.of(file))
                      || shown.metadata().containsValue(part().submissionKey()))
          .forEach(found::add);
      after = page.next();
    } while (after.isPresent());
    found.sort(Comparator.comparing(shown -> shown.createdAt().orElse(Instant.MAX)));
    return Optional.of(found);
  }

  private String look() {
    Optional<List<BatchView>> found = matches();
    if (found.isPresent() && !found.get().isEmpty()) {
      batch = found.get().get(0).id();
      return "poll";
    }
    boolean settled = !clock.instant().isBefore(since.plus(account.profile().batch().settle()));
    return found.isPresent() && settled ? "fence" : "look";
  }

  private String fence() {
    Reply reply = call(account.delete(file));
    boolean gone =
        reply instanceof Reply.Done || (reply instanceof Reply.Never no && no.status() == 404);
    if (!gone) {
      return "fence";
    }
    Optional<List<BatchView>> found = matches();
    while (found.isEmpty()) {
      clock.advance(PAUSE);
      found = matches();
    }
    if (!found.get().isEmpty()) {
      batch = found.get().get(0).id();
      return "poll";
    }
    return again();
  }

  private String poll() throws IOException {
    Optional<BatchView> shown = view(call(account.retrieve(batch)));
    if (shown.isEmpty() || !shown.get().hasEnded() || !shown.get().id().equals(batch)) {
      return "poll";
    }
    for (Optional<String> id : List.of(shown.get().outputFile(), shown.get().errorFile())) {
      if (id.isPresent() && !fetch(id.get())) {
        return "poll";
      }
    }
    rows = rows.stream().filter(row -> !answers.containsKey(row)).toList();
    return again();
  }

  private boolean fetch(String id) throws IOException {
    Path target = folder.resolve("result.jsonl");
    Reply reply = provider.perform(account.content(id), Optional.of(target));
    if (!(reply instanceof Reply.Done)) {
      return false;
    }
    for (String line : Files.readAllLines(target)) {
      try {
        JsonNode json = JSON.readTree(line);
        JsonNode text = json.at("/response/body/choices/0/message/content");
        if (text.isTextual() && rows.contains(json.path("custom_id").asText())) {
          answers.putIfAbsent(json.path("custom_id").asText(), text.asText());
        }
      } catch (JsonProcessingException e) {
        // A cut line answers nothing.
      }
    }
    return true;
  }
}
