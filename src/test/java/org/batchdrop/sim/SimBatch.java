package org.batchdrop.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A batch at the provider: its plan, how far it came, and how it is shown. */
final class SimBatch {

  /** How a batch ends, and the word for it. */
  enum Ending {
    COMPLETED("completed"),
    EXPIRED("expired"),
    CANCELLED("cancelled"),
    FAILED("failed"),
    INVALID("failed");

    private final String word;

    Ending(String word) {
      this.word = word;
    }
  }

  /** Who executes rows and writes files. */
  interface Shop {
    void execute(SimLedger.Try row, Instant at);

    /** Writes the files of a batch that has just ended, and tells its tries. */
    void end(SimBatch batch);
  }

  /**
   * What was drawn when it was accepted.
   *
   * @param planned rows that are executed
   * @param quirks of showing it
   */
  record Plan(
      Instant listedFrom,
      Instant shownFrom,
      Instant validatedAt,
      Duration run,
      Duration finish,
      Ending ending,
      int planned,
      List<SimUpload.Problem> problems,
      Set<Fault> quirks) {}

  private final String id;
  private final SimUpload upload;
  private final JsonNode request;
  private final String key;
  private final Instant acceptedAt;
  private final Plan plan;
  private final List<SimLedger.Try> tries = new ArrayList<>();
  private final List<SimUpload.Problem> problems;
  private final int[] order;
  private Ending ending;
  private int planned;
  private int executed;
  private Instant endsAt;
  private boolean cancelling;
  private boolean ended;
  private Optional<String> outputFile = Optional.empty();
  private Optional<String> errorFile = Optional.empty();

  SimBatch(
      String id,
      SimUpload upload,
      JsonNode request,
      String key,
      Instant at,
      Plan plan,
      int[] order) {
    this.id = id;
    this.upload = upload;
    this.request = request;
    this.key = key;
    this.acceptedAt = at;
    this.plan = plan;
    this.order = order;
    this.problems = new ArrayList<>(plan.problems());
    this.ending = plan.ending();
    this.planned = plan.planned();
    this.endsAt =
        ending == Ending.INVALID ? plan.validatedAt() : timeOf(planned - 1).plus(plan.finish());
  }

  String id() {
    return id;
  }

  String fileId() {
    return request.path("input_file_id").asText("");
  }

  String key() {
    return key;
  }

  String owner() {
    return upload.owner();
  }

  List<SimUpload.Row> rows() {
    return upload.rows();
  }

  List<SimLedger.Try> tries() {
    return tries;
  }

  Instant acceptedAt() {
    return acceptedAt;
  }

  /** When it ended, or will as things stand. */
  Instant endedAt() {
    return endsAt;
  }

  boolean hasEnded() {
    return ended;
  }

  Ending ending() {
    return ending;
  }

  Plan plan() {
    return plan;
  }

  /** Tells whether a row was executed, by its place in the file. */
  boolean isExecuted(int row) {
    return tries.get(row).executed();
  }

  private Instant timeOf(int step) {
    int rows = Math.max(1, order.length);
    return plan.validatedAt().plus(plan.run().multipliedBy(step + 1L).dividedBy(rows));
  }

  /** Lets everything happen that is due. */
  void progress(Instant now, Shop shop) {
    while (!ended && executed < planned && !timeOf(executed).isAfter(now)) {
      shop.execute(tries.get(order[executed]), timeOf(executed));
      executed++;
    }
    if (!ended && !endsAt.isAfter(now)) {
      ended = true;
      shop.end(this);
    }
  }

  void cancel(Instant now, Duration time) {
    if (!cancelling) {
      cancelling = true;
      ending = Ending.CANCELLED;
      planned = executed;
      endsAt = now.plus(time);
    }
  }

  /** Its file is gone before it was validated: it fails, and nothing is executed. */
  void loseFile(Instant now) {
    ending = Ending.INVALID;
    planned = 0;
    endsAt = now;
    problems.clear();
    problems.add(new SimUpload.Problem("invalid_request", "The input file was not found.", 0));
  }

  boolean isValidating(Instant now) {
    return !ended && now.isBefore(plan.validatedAt());
  }

  void files(Optional<String> output, Optional<String> error) {
    outputFile = output;
    errorFile = error;
  }

  /** The files that it has, output before error. */
  List<String> files() {
    return Stream.concat(outputFile.stream(), errorFile.stream()).toList();
  }

  private boolean has(Fault quirk) {
    return plan.quirks().contains(quirk);
  }

  /** The batch as the API shows it. */
  ObjectNode show(Instant now) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id).put("object", "batch").put("endpoint", request.path("endpoint").asText(""));
    showProblems(json);
    json.put("input_file_id", fileId());
    json.put("completion_window", request.path("completion_window").asText(""));
    json.put("status", status(now));
    showFile(json, "output_file_id", outputFile);
    showFile(json, "error_file_id", errorFile);
    json.put("created_at", acceptedAt.getEpochSecond());
    if (ended) {
      json.put(ending.word + "_at", endsAt.getEpochSecond());
    }
    if (!has(Fault.COUNTS_FROZEN)) {
      json.putObject("request_counts")
          .put("total", isValidating(now) ? 0 : order.length)
          .put("completed", executed)
          .put("failed", 0);
    } else if (id.hashCode() % 2 == 0) {
      json.putNull("request_counts");
    }
    JsonNode metadata = request.path("metadata");
    json.set(
        "metadata",
        metadata.isObject() && !has(Fault.METADATA_STRIPPED)
            ? metadata
            : JsonNodeFactory.instance.nullNode());
    return json;
  }

  private void showProblems(ObjectNode json) {
    if (!ended || problems.isEmpty() || ending != Ending.INVALID) {
      json.putNull("errors");
      return;
    }
    ArrayNode list = json.putObject("errors").put("object", "list").putArray("data");
    for (SimUpload.Problem problem : problems) {
      ObjectNode one = list.addObject();
      one.put("code", problem.code()).put("message", problem.message()).putNull("param");
      if (problem.line() > 0) {
        one.put("line", problem.line());
      } else {
        one.putNull("line");
      }
    }
  }

  private void showFile(ObjectNode json, String name, Optional<String> file) {
    if (file.isPresent()) {
      json.put(name, file.get());
    } else if (!has(Fault.FILE_ID_EMPTY)) {
      json.putNull(name);
    } else if (name.startsWith("output")) {
      json.put(name, "");
    }
  }

  private String status(Instant now) {
    String word;
    if (ended) {
      word = ending.word;
    } else if (cancelling) {
      word = "cancelling";
    } else if (has(Fault.STATUS_UNKNOWN)) {
      word = "warming_up";
    } else if (isValidating(now)) {
      word = "validating";
    } else {
      word = executed < order.length ? "in_progress" : "finalizing";
    }
    if (!has(Fault.STATUS_SPELLING)) {
      return word;
    }
    return switch (word) {
      case "completed" -> "SUCCEEDED";
      case "cancelled" -> "canceled";
      default -> word.toUpperCase(Locale.ROOT);
    };
  }

  static Set<Fault> noQuirks() {
    return EnumSet.noneOf(Fault.class);
  }

  @Override
  public String toString() {
    return id + " (accepted " + acceptedAt + (ended ? ", " + ending.word + " " + endsAt : "") + ")";
  }
}
