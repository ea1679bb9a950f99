package org.batchdrop.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.RowId;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.Journal;

/**
 * Says which rules a world has broken; each rule by its number, with names. In one file, as rules
 * are read beside each other.
 */
final class WorldJudge {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The only ways from one state to another. */
  private static final Map<String, Set<String>> WAYS =
      Map.ofEntries(
          Map.entry("built", Set.of("uploading", "asking", "unbought", "superseded", "live")),
          Map.entry("uploading", Set.of("uploaded", "unbought", "superseded", "live")),
          Map.entry("uploaded", Set.of("creating", "unbought", "superseded", "live")),
          Map.entry("creating", Set.of("live", "uploaded", "unbought", "unclear")),
          Map.entry("unclear", Set.of("live", "superseded", "unbought")),
          Map.entry("live", Set.of("ended")),
          Map.entry("asking", Set.of("ended")),
          Map.entry("ended", Set.of("collected")),
          Map.entry("received", Set.of("prepared", "refused")),
          Map.entry("prepared", Set.of("collected")),
          Map.entry("collected", Set.of("delivered")),
          Map.entry("refused", Set.of("rejected")));

  private final SimDisk disk;
  private final MemoryJournal journal;
  private final MemoryAnswers answers;
  private final SimProvider provider;
  private final Map<String, Set<String>> known = new HashMap<>();
  private final List<String> broken = new ArrayList<>();
  private final Map<String, Map<String, byte[]>> published = new HashMap<>();
  private final List<WorldPlan.Input> dropped = new ArrayList<>();

  WorldJudge(SimDisk disk, MemoryJournal journal, MemoryAnswers answers, SimProvider provider) {
    this.disk = disk;
    this.journal = journal;
    this.answers = answers;
    this.provider = provider;
    provider.beforeCreate(this::create);
  }

  /** The rules that were broken so far. */
  List<String> broken() {
    return broken;
  }

  private void breaks(String what) {
    if (!broken.contains(what)) {
      broken.add(what);
    }
  }

  void dropped(WorldPlan.Input input) {
    dropped.add(input);
    known.put(
        input.name(),
        input.rows().stream()
            .filter(answers::hasAnswerTo)
            .collect(Collectors.toCollection(HashSet::new)));
  }

  /** What the store of answers has lost may be bought again. */
  void answersWereLost() {
    known.values().forEach(rows -> rows.removeIf(row -> !answers.hasAnswerTo(row)));
  }

  /** Whatever a delivered job has answered is kept for others, where nothing was in the way. */
  void keptAnswers() throws IOException {
    for (Job job : journal.allJobs()) {
      String folder = "/home/outbox/" + job.pipeline() + "/" + job.id();
      for (JsonNode line : lines("output.jsonl", DiskLook.files(disk, folder))) {
        String text = line.at("/response/body/choices/0/message/content").asText();
        // Another job may have bought the same row, and its answer may be worded differently.
        String echo =
            text.startsWith(SimAnswers.AGAIN) ? text.substring(SimAnswers.AGAIN.length()) : text;
        String quoted = JSON.writeValueAsString(echo);
        if (!answers.hasAnswerTo(quoted.substring(1, quoted.length() - 1))) {
          breaks("reuse: the answer to " + line + " was not kept");
        }
      }
    }
  }

  /** A row that was answered when its input was dropped is not bought. */
  private void reused(Job job, WorldPlan.Input input) {
    Set<String> answered = known.getOrDefault(input.name(), Set.of());
    for (int i = 0; i < input.rows().size(); i++) {
      if (answered.contains(input.rows().get(i))) {
        requireNotBought(job, RowId.of(job.id(), i + 1L), "its answer was known");
      }
    }
  }

  private void requireNothingBought(Job job, WorldPlan.Input input) {
    for (int row = 0; row < input.rows().size(); row++) {
      requireNotBought(job, rowId(job, input, row), "it was cancelled before anything was sent");
    }
  }

  private static String rowId(Job job, WorldPlan.Input input, int row) {
    return input.pipeline().equals("table")
        ? RowId.of(job.id(), row + 1L)
        : "id-" + input.rows().get(row);
  }

  private void requireNotBought(Job job, String row, String why) {
    List<SimLedger.Try> tries = provider.ledger().tries(job.id().value(), row);
    if (!tries.isEmpty()) {
      breaks("I1: " + job.id() + " row " + row + " was bought in " + tries + "; " + why);
    }
  }

  /** Of the jobs that have one and the same answer a single one has bought. */
  private void requireBoughtOnce(Map<String, String> owners, Job job) throws IOException {
    String folder = "/home/outbox/" + job.pipeline() + "/" + job.id();
    for (JsonNode line : lines("output.jsonl", DiskLook.files(disk, folder))) {
      String id = line.at("/response/body/id").asText();
      String row = line.path("custom_id").asText();
      boolean isBought = !provider.ledger().tries(job.id().value(), row).isEmpty();
      String owner = isBought ? owners.put(id, job.id() + " row " + row) : null;
      if (owner != null) {
        requireNotBought(job, row, "it has the answer " + id + " of " + owner);
      }
    }
  }

  /** I6 and I7: before a paid call its intent is durable, and the journal works. */
  private void create(SimLedger.Create create) {
    if (journal.health() != MemoryJournal.Health.GOOD) {
      breaks("I7: a create is sent while the journal is " + journal.health());
    }
    Optional<PartId> id = PartId.ofSubmissionKey(create.key());
    boolean intended =
        journal.allParts().stream()
            .filter(part -> id.equals(Optional.of(part.id())))
            .anyMatch(
                part ->
                    part.state() instanceof PartState.Creating creating
                        && creating.file().equals(create.fileId()));
    if (!intended) {
      breaks("I6: the create " + create + " has no durable intent");
    }
  }

  /**
   * A row is about to be asked for alone. I6 and I7: the intent is durable, and the journal works.
   * I1: what the disk holds of a row is not bought again, whatever the process remembers.
   */
  void asks(PartId id, String row) {
    if (journal.health() != MemoryJournal.Health.GOOD) {
      breaks("I7: row " + row + " is asked for while the journal is " + journal.health());
    }
    boolean intended =
        journal.allParts().stream()
            .anyMatch(part -> part.id().equals(id) && part.state() instanceof PartState.Asking);
    if (!intended) {
      breaks("I6: row " + row + " of " + id + " is asked for without a durable intent");
    }
    String stem = "/home/work/" + id.job() + "/";
    for (String name : DiskLook.names(disk, stem)) {
      boolean isItsLog = name.equals(id.label() + ".answers.jsonl");
      boolean isOutput = name.endsWith(".output.jsonl");
      if ((isItsLog || isOutput) && hasLine(stem + name, row, isItsLog)) {
        breaks("I1: row " + row + " of " + id + " is asked for although " + name + " has its line");
      }
    }
  }

  /** Tells whether a file has a whole line of a row: any, or one that is an answer. */
  private boolean hasLine(String path, String row, boolean any) {
    byte[] bytes = Objects.requireNonNullElse(DiskLook.file(disk, path), new byte[0]);
    String text = new String(bytes, UTF_8);
    int end = text.lastIndexOf('\n');
    return text.substring(0, end + 1)
        .lines()
        .anyMatch(
            line ->
                line.contains("\"custom_id\":\"" + row + "\"")
                    && isWhole(line)
                    && (any || line.contains("\"status_code\":200")));
  }

  private static boolean isWhole(String line) {
    try {
      return JSON.readTree(line).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** I11: what is reserved and spent stays within each job's budget. */
  void budgets(long mostNanos, String currency) {
    for (Job job : journal.allJobs()) {
      if (job.pipeline().equals("table") && !job.orders().approved()) {
        long committed =
            journal
                .everything()
                .committed(new Journal.Scope.OfJob(job.id()), currency, Instant.EPOCH);
        if (committed > mostNanos) {
          breaks("I11: " + job.id() + " has committed " + committed + " of " + mostNanos);
        }
      }
    }
  }

  /** I4: what was seen in the outbox is still there, the same. */
  void outbox(boolean powerWasLost) {
    Map<String, Map<String, byte[]>> now = new TreeMap<>();
    for (String pipeline : DiskLook.names(disk, "/home/outbox")) {
      for (String job : DiskLook.names(disk, "/home/outbox/" + pipeline)) {
        if (!job.startsWith(".")) {
          String path = "/home/outbox/" + pipeline + "/" + job;
          now.put(path, DiskLook.files(disk, path));
        }
      }
    }
    published
        .entrySet()
        .removeIf(
            seen -> powerWasLost && !now.containsKey(seen.getKey()) && !isRecorded(seen.getKey()));
    published.forEach(
        (path, files) -> {
          if (!isSame(files, now.getOrDefault(path, Map.of()))) {
            breaks("I4: " + path + " has changed since it was published");
          }
        });
    published.putAll(now);
  }

  private boolean isRecorded(String path) {
    return journal.allJobs().stream()
        .anyMatch(job -> path.endsWith("/" + job.id()) && job.state().isFinal());
  }

  private static boolean isSame(Map<String, byte[]> one, Map<String, byte[]> other) {
    return one.keySet().equals(other.keySet())
        && one.keySet().stream().allMatch(name -> Arrays.equals(one.get(name), other.get(name)));
  }

  /** I5: whatever was dropped is somewhere, whole. */
  void inputs() {
    for (WorldPlan.Input input : dropped) {
      boolean found = isWhole(input, "/home/inbox/" + input.pipeline() + "/" + input.name());
      for (String job : DiskLook.names(disk, "/home/work")) {
        found = found || isWhole(input, "/home/work/" + job + "/input/" + input.name());
      }
      String outbox = "/home/outbox/" + input.pipeline();
      for (String job : DiskLook.names(disk, outbox)) {
        boolean isHidden = job.startsWith(".");
        found =
            found || (!isHidden && isWhole(input, outbox + "/" + job + "/input/" + input.name()));
      }
      if (!found) {
        breaks("I5: " + input.name() + " is nowhere");
      }
    }
  }

  private boolean isWhole(WorldPlan.Input input, String path) {
    return Arrays.equals(input.bytes(), DiskLook.file(disk, path));
  }

  /** I8: states only move forward. */
  void states() {
    for (Job job : journal.allJobs()) {
      Map<String, String> last = new HashMap<>();
      for (Event event : journal.allEvents(job.id())) {
        String who = event.part().map(PartId::toString).orElse(job.id().value());
        String from = last.put(who, event.to());
        boolean begins = from == null && event.from().isEmpty();
        boolean follows = from != null && event.from().equals(Optional.of(from));
        if (!begins && !(follows && WAYS.getOrDefault(from, Set.of()).contains(event.to()))) {
          breaks("I8: " + who + " goes from " + from + " (" + event.from() + ") to " + event.to());
        }
      }
    }
  }

  /** Everything that must be true once all jobs have ended. */
  void end() throws IOException {
    provider.judge().forEach(this::breaks);
    provider.boughtUnread().forEach(text -> breaks("unread: " + text));
    states();
    inputs();
    outbox(false);
    Map<String, String> owners = new HashMap<>();
    for (WorldPlan.Input input : dropped) {
      List<Job> jobs =
          journal.allJobs().stream().filter(job -> job.inputName().equals(input.name())).toList();
      if (jobs.isEmpty()) {
        breaks("I13: " + input.name() + " was never claimed");
      }
      int delivered = 0;
      for (Job job : jobs) {
        delivered += job.state() instanceof JobState.Delivered ? 1 : 0;
        delivery(job, input);
        reused(job, input);
        requireBoughtOnce(owners, job);
      }
      if (delivered > 1) {
        breaks("I1: " + input.name() + " was delivered as " + delivered + " jobs");
      }
    }
  }

  private void delivery(Job job, WorldPlan.Input input) throws IOException {
    Map<String, byte[]> files =
        DiskLook.files(disk, "/home/outbox/" + job.pipeline() + "/" + job.id());
    String reasons = new String(files.getOrDefault("errors.jsonl", new byte[0]), UTF_8);
    boolean wasCancelledFirst = reasons.contains("cancelled before anything");
    if (job.state() instanceof JobState.Rejected) {
      if (!reasons.contains("same contents") && !wasCancelledFirst) {
        breaks("I13: " + job.id() + " was rejected: " + reasons);
      }
    } else if (job.state().isFinal() && wasCancelledFirst) {
      // What was published stands, also when a journal from a backup does not know of the cancel.
      requireNothingBought(job, input);
    } else if (job.state() instanceof JobState.Delivered) {
      rows(job, input, files);
    } else {
      breaks("I13: " + job.id() + " stays " + job.state().label() + " " + parts(job));
    }
  }

  private List<String> parts(Job job) {
    List<String> parts = new ArrayList<>();
    for (Part part : journal.allParts()) {
      if (part.id().job().equals(job.id())) {
        parts.add(part.id().label() + " " + part.state().label() + " " + part.pause());
      }
    }
    return parts;
  }

  /** I3: each row once, in input order, each answer its own. */
  private void rows(Job job, WorldPlan.Input input, Map<String, byte[]> files) throws IOException {
    Map<String, Integer> numbers = new HashMap<>();
    boolean isTable = input.pipeline().equals("table");
    for (int i = 0; i < input.rows().size(); i++) {
      numbers.put(rowId(job, input, i), i);
    }
    List<Integer> answered = numbers(job, "output.jsonl", files, numbers);
    List<Integer> failed = numbers(job, "errors.jsonl", files, numbers);
    List<Integer> all = new ArrayList<>(answered);
    all.addAll(failed);
    all.sort(null);
    List<Integer> wanted = new ArrayList<>(numbers.values());
    wanted.sort(null);
    if (!all.equals(wanted)) {
      breaks("I3: " + job.id() + " has rows " + answered + " and " + failed);
    }
    if (job.totals().answered() != answered.size() || job.totals().failed() != failed.size()) {
      breaks("I3: " + job.id() + " counts " + job.totals());
    }
    for (JsonNode line : lines("output.jsonl", files)) {
      Integer row = numbers.get(line.path("custom_id").asText());
      String text = line.at("/response/body/choices/0/message/content").asText();
      if (row != null && !text.contains(input.rows().get(row))) {
        breaks("I3: " + job.id() + " row " + row + " has the answer " + text);
      }
    }
    for (int row : failed) {
      String id = rowId(job, input, row);
      if (provider.ledger().tries(job.id().value(), id).stream()
          .anyMatch(tried -> tried.told() == SimLedger.Told.ANSWER)) {
        breaks("I1: " + job.id() + " row " + row + " failed although its answer was paid");
      }
    }
    if (isTable) {
      table(job, input, answered, files);
    }
  }

  private List<Integer> numbers(
      Job job, String name, Map<String, byte[]> files, Map<String, Integer> known)
      throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode line : lines(name, files)) {
      Integer row = known.get(line.path("custom_id").asText());
      if (row == null) {
        breaks("I3: " + job.id() + " " + name + " has " + line);
      } else {
        numbers.add(row);
      }
    }
    List<Integer> sorted = new ArrayList<>(numbers);
    sorted.sort(null);
    if (!sorted.equals(numbers)) {
      breaks("I3: " + job.id() + " " + name + " is not in input order: " + numbers);
    }
    return numbers;
  }

  private static List<JsonNode> lines(String name, Map<String, byte[]> files) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : new String(files.getOrDefault(name, new byte[0]), UTF_8).lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private void table(
      Job job, WorldPlan.Input input, List<Integer> answered, Map<String, byte[]> files) {
    List<String> lines =
        new String(files.getOrDefault("results.csv", new byte[0]), UTF_8).lines().toList();
    if (lines.size() != input.rows().size() + 1) {
      breaks("I3: " + job.id() + " results.csv has " + lines.size() + " lines");
      return;
    }
    for (int i = 0; i < input.rows().size(); i++) {
      String line = lines.get(i + 1);
      String row = input.rows().get(i);
      boolean isItsOwn = line.startsWith(i + 1 + ",") && line.contains(row);
      boolean hasAnswer = line.indexOf(row) != line.lastIndexOf(row);
      if (!isItsOwn || hasAnswer != answered.contains(i)) {
        breaks("I3: " + job.id() + " results.csv line " + (i + 2) + " is " + line);
      }
    }
  }
}
