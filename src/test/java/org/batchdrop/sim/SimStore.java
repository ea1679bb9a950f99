package org.batchdrop.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.batchdrop.provider.Call;
import org.batchdrop.sim.SimBatch.Ending;
import org.batchdrop.sim.SimReplies.Wired;

/** The files and batches of a provider: what a call does once it has arrived. */
final class SimStore implements SimBatch.Shop {

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Set<Fault> QUIRKS =
      Set.of(
          Fault.METADATA_STRIPPED,
          Fault.STATUS_UNKNOWN,
          Fault.STATUS_SPELLING,
          Fault.COUNTS_FROZEN,
          Fault.FILE_ID_EMPTY);

  private Weather weather;
  private final Random random;
  private final SimLedger ledger;
  private final SimAnswers.Dice dice;
  private final Consumer<Fault> noted;
  private final SimListing listing;
  private final SimAnswers answers;
  private final SimReplies replies;
  private final long salt;
  private final Map<String, SimUpload> uploads = new LinkedHashMap<>();
  private final Map<String, Result> results = new LinkedHashMap<>();
  private final Map<String, SimBatch> batches = new LinkedHashMap<>();
  private final List<SimBatch> newestFirst = new ArrayList<>();
  private final List<SimBatch> live = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();
  private final List<String> boughtUnread = new ArrayList<>();
  private int lastId;

  /** A file of results. */
  private static final class Result {
    private final byte[] bytes;
    private final Instant visibleFrom;
    private boolean delivered;

    Result(byte[] bytes, Instant visibleFrom) {
      this.bytes = bytes;
      this.visibleFrom = visibleFrom;
    }
  }

  /** A create that acts later. */
  private record Late(Call call, Instant due) {}

  SimStore(
      Weather weather,
      Random random,
      SimLedger ledger,
      SimAnswers.Dice dice,
      Consumer<Fault> noted) {
    this.noted = noted;
    this.weather = weather;
    this.random = random;
    this.ledger = ledger;
    this.dice = dice;
    this.answers = new SimAnswers(dice, random);
    this.listing = new SimListing(dice, random);
    this.replies = new SimReplies(random);
    this.salt = random.nextLong();
  }

  void weather(Weather next) {
    weather = next;
  }

  /** A time from zero up to {@code longest}, in milliseconds. */
  Duration draw(Duration longest) {
    return Duration.ofMillis((long) (random.nextDouble() * longest.toMillis()));
  }

  private Instant from(Fault fault, Instant now, Duration longest) {
    return dice.rolls(fault) ? now.plus(draw(longest)) : now;
  }

  private String id(String kind) {
    lastId++;
    return kind + (dice.rolls(Fault.ODD_IDS) ? "-bGl0/" + lastId + "+=%20" : "-" + lastId);
  }

  /** Lets everything happen that is due, late creates in their turn. */
  void catchUp(Instant now) {
    while (!late.isEmpty()) {
      Late next = late.stream().min((a, b) -> a.due().compareTo(b.due())).orElseThrow();
      if (next.due().isAfter(now)) {
        break;
      }
      late.remove(next);
      progress(next.due());
      create(next.call(), next.due(), false);
    }
    progress(now);
  }

  private void progress(Instant now) {
    if (!live.isEmpty()) {
      live.forEach(batch -> batch.progress(now, this));
      live.removeIf(SimBatch::hasEnded);
    }
  }

  void later(Call call, Instant due) {
    late.add(new Late(call, due));
  }

  int pendingCreates() {
    return late.size();
  }

  List<String> boughtUnread() {
    return List.copyOf(boughtUnread);
  }

  Wired perform(Call call, byte[] file, Instant now) {
    return switch (call.purpose()) {
      case UPLOAD -> upload(call, file, now);
      case BATCH -> create(call, now, true);
      case BATCH_RETRIEVE -> retrieve(segment(call, 1), now);
      case BATCH_LIST -> listing.list(call, newestFirst, now);
      case BATCH_CANCEL -> cancel(segment(call, 2), now);
      case FILE_DELETE -> delete(segment(call, 1), now);
      case FILE_RETRIEVE -> file(segment(call, 1));
      case FILE_LIST, MODELS -> throw new IllegalArgumentException("not simulated: " + call);
      case REQUEST, BATCH_RESULTS ->
          throw new IllegalArgumentException("it has a way of its own: " + call);
    };
  }

  /** A segment of a call's path, counted from its end. */
  private static String segment(Call call, int fromEnd) {
    String[] segments = call.uri().getRawPath().split("/");
    return decoded(segments[segments.length - fromEnd]);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private Wired file(String id) {
    SimUpload upload = uploads.get(id);
    if (upload == null) {
      return SimReplies.error(404, "", "No such File object: " + id.length() + " characters");
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", upload.id());
    json.put("object", "file");
    json.put("filename", upload.name());
    return Wired.ok(json);
  }

  /** Executes a row that is asked for alone, at once. */
  Wired ask(Call call, SimLedger.Ask row, Instant now) {
    noteUnread(row);
    String body = call.body() instanceof Call.Body.Json json ? json.text() : "";
    String id = row.customId();
    if (isRefused(row.owner() + id)) {
      noted.accept(Fault.LINE_REFUSED);
      return SimReplies.error(400, "invalid_value", "Invalid value.");
    }
    ledger.execute(row, now);
    if (dice.rolls(Fault.ROW_FAILED)) {
      return replies.rowFailed();
    }
    return Wired.of(200, answers.body(new SimUpload.Row(id, 1, "", body), ""));
  }

  private void noteUnread(SimLedger.Ask row) {
    noteUnread(row.owner(), row.customId(), row.toString());
  }

  private Wired upload(Call call, byte[] content, Instant now) {
    if (!(call.body() instanceof Call.Body.Upload upload)) {
      throw new IllegalArgumentException("an upload without a file: " + call);
    }
    Instant usable = from(Fault.FILE_UNSEEN, now, weather.times().unseen());
    SimUpload file = SimUpload.of(id("file"), upload.name(), content, usable);
    uploads.put(file.id(), file);
    ledger.uploaded();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", file.id()).put("object", "file").put("bytes", file.bytes());
    json.put("created_at", now.getEpochSecond()).put("filename", file.name());
    return Wired.ok(json.put("purpose", upload.purpose()));
  }

  private static JsonNode body(Call call) {
    try {
      return call.body() instanceof Call.Body.Json json
          ? JSON.readTree(json.text())
          : JsonNodeFactory.instance.objectNode();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a create with a body that is no JSON", e);
    }
  }

  /** What a create asks for. */
  SimLedger.Create create(Call call, Instant now) {
    JsonNode body = body(call);
    String key = "";
    for (JsonNode value : body.path("metadata")) {
      if (value.asText().matches(".+/part-\\d+/\\d+")) {
        key = value.asText();
      }
    }
    return new SimLedger.Create(now, body.path("input_file_id").asText(""), key);
  }

  private Wired create(Call call, Instant now, boolean sent) {
    JsonNode body = body(call);
    SimLedger.Create asked = create(call, now);
    SimUpload file = uploads.get(asked.fileId());
    if (file == null || (sent && now.isBefore(file.usableFrom()))) {
      return replies.fileMissing(asked.fileId());
    }
    SimBatch batch =
        new SimBatch(id("batch"), file, body, asked.key(), now, plan(file, body, now), order(file));
    noteUnread(batch);
    ledger.accept(batch, sent);
    batches.put(batch.id(), batch);
    newestFirst.add(0, batch);
    live.add(batch);
    batch.progress(now, this);
    return Wired.ok(batch.show(now));
  }

  private SimBatch.Plan plan(SimUpload file, JsonNode body, Instant now) {
    Instant listed = from(Fault.LIST_LAG, now, weather.times().listLag());
    Instant shown = from(Fault.BATCH_UNSEEN, now, weather.times().unseen());
    Instant validated = now.plus(draw(weather.times().validation()));
    if (weather.deletionStopsValidation() && validated.isBefore(listed)) {
      validated = listed;
    }
    List<SimUpload.Problem> problems = problems(file, body);
    Ending ending = problems.isEmpty() ? ending() : Ending.INVALID;
    boolean partial = ending != Ending.COMPLETED;
    int planned = partial ? random.nextInt(file.rows().size() + 1) : file.rows().size();
    Set<Fault> quirks = SimBatch.noQuirks();
    QUIRKS.stream().sorted().filter(dice::rolls).forEach(quirks::add);
    return new SimBatch.Plan(
        listed,
        shown,
        validated,
        draw(weather.times().run()),
        draw(weather.times().finish()),
        ending,
        ending == Ending.INVALID ? 0 : planned,
        problems,
        quirks);
  }

  private Ending ending() {
    if (dice.rolls(Fault.EXPIRED)) {
      return Ending.EXPIRED;
    }
    if (dice.rolls(Fault.CANCELLED)) {
      return Ending.CANCELLED;
    }
    return dice.rolls(Fault.FAILED) ? Ending.FAILED : Ending.COMPLETED;
  }

  private List<SimUpload.Problem> problems(SimUpload file, JsonNode body) {
    List<SimUpload.Problem> problems = new ArrayList<>(file.problems());
    String endpoint = body.path("endpoint").asText("");
    for (SimUpload.Row row : file.rows()) {
      if (!row.url().equals(endpoint)) {
        problems.add(new SimUpload.Problem("invalid_url", "The URL does not match.", row.line()));
      } else if (isRefused(file.owner() + row.customId())) {
        noted.accept(Fault.LINE_REFUSED);
        problems.add(new SimUpload.Problem("invalid_value", "Invalid value.", row.line()));
      }
    }
    if (problems.isEmpty() && dice.rolls(Fault.TOKEN_LIMIT)) {
      problems.add(
          new SimUpload.Problem("token_limit_exceeded", "Enqueued token limit reached.", 0));
    }
    return problems;
  }

  /** The same for a row whenever it is asked. */
  private boolean isRefused(String row) {
    double chance = weather.chance(Fault.LINE_REFUSED);
    return chance > 0
        && new Random(salt ^ row.hashCode() * 0x9E3779B97F4A7C15L).nextDouble() < chance;
  }

  private int[] order(SimUpload file) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < file.rows().size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private void noteUnread(SimBatch batch) {
    for (SimUpload.Row row : batch.rows()) {
      noteUnread(batch.owner(), row.customId(), batch.toString());
    }
  }

  private void noteUnread(String owner, String customId, String next) {
    for (SimLedger.Try earlier : ledger.tries(owner, customId)) {
      SimBatch other = batches.get(earlier.batch());
      if (other != null && earlier.executed() && other.hasEnded() && isUnread(other)) {
        boughtUnread.add(
            "row "
                + customId
                + " is bought again in "
                + next
                + "; a file of "
                + other
                + " was never delivered");
      }
    }
  }

  private boolean isUnread(SimBatch batch) {
    return batch.files().stream()
        .anyMatch(file -> results.containsKey(file) && !results.get(file).delivered);
  }

  private Wired retrieve(String id, Instant now) {
    SimBatch batch = batches.get(id);
    if (batch == null || now.isBefore(batch.plan().shownFrom())) {
      return SimReplies.error(404, "", "No batch found.");
    }
    return Wired.ok(batch.show(now));
  }

  private Wired cancel(String id, Instant now) {
    SimBatch batch = batches.get(id);
    if (batch == null) {
      return SimReplies.error(404, "", "No batch found.");
    }
    if (batch.hasEnded()) {
      return SimReplies.error(409, "", "Cannot cancel a batch that has ended.");
    }
    batch.cancel(now, draw(weather.times().finish()));
    return Wired.ok(batch.show(now));
  }

  void cancelAll(Instant now) {
    live.forEach(batch -> batch.cancel(now, draw(weather.times().finish())));
  }

  private Wired delete(String id, Instant now) {
    if (uploads.remove(id) == null && results.remove(id) == null) {
      return SimReplies.error(404, "", "No such File object: " + id.length() + " characters");
    }
    if (weather.deletionStopsValidation()) {
      for (SimBatch batch : live) {
        if (batch.fileId().equals(id) && batch.isValidating(now)) {
          batch.loseFile(now);
        }
      }
      progress(now);
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    return Wired.ok(json.put("id", id).put("object", "file").put("deleted", true));
  }

  Optional<byte[]> content(Call call, Instant now) {
    Result result = results.get(segment(call, 2));
    return result == null || now.isBefore(result.visibleFrom)
        ? Optional.empty()
        : Optional.of(result.bytes);
  }

  void delivered(Call call) {
    results.get(segment(call, 2)).delivered = true;
  }

  @Override
  public void execute(SimLedger.Try row, Instant at) {
    ledger.execute(row, at);
  }

  @Override
  public void end(SimBatch batch) {
    SimAnswers.Files files = answers.write(batch);
    boolean empty = files.errors().isEmpty() && dice.rolls(Fault.EMPTY_ERROR_FILE);
    batch.files(file(batch, files.output(), false), file(batch, files.errors(), empty));
  }

  private Optional<String> file(SimBatch batch, List<String> lines, boolean evenEmpty) {
    if (lines.isEmpty() && !evenEmpty) {
      return Optional.empty();
    }
    String id = id("file");
    Instant visible = from(Fault.CONTENT_UNSEEN, batch.endedAt(), weather.times().unseen());
    results.put(id, new Result(SimAnswers.Files.bytes(lines), visible));
    return Optional.of(id);
  }
}
