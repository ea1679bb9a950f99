package org.batchdrop.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the provider really did: every upload, every create request, every batch, every executed
 * request. It is append-only, survives restarts, and lives on disk; executions are read back as a
 * stream.
 *
 * <p>An execution of a batch counts once the progress of its batch includes it; what a killed
 * process had begun after that is cut off and done again. Thread-safe. Methods that read the disk
 * throw {@link UncheckedIOException} when it cannot be read.
 */
public final class Ledger {
  /** The source of executions that belong to no batch. */
  public static final String REALTIME = "realtime";

  private final Path executionDirectory;
  private final Path rowDirectory;
  private final AppendFile events;
  private final AppendFile realtime;
  private final List<Upload> uploads = new ArrayList<>();
  private final List<BatchEntry> batches = new ArrayList<>();
  private final Map<String, Long> endedAt = new HashMap<>();
  private final Map<String, Long> executed = new ConcurrentHashMap<>();
  private final Map<String, Tokens> tokens = new ConcurrentHashMap<>();
  private final Map<CallKind, LongAdder> calls = new EnumMap<>(CallKind.class);
  private long createRequests;

  private Ledger(Path directory) throws IOException {
    executionDirectory = Files.createDirectories(directory.resolve("executions"));
    rowDirectory = Files.createDirectories(directory.resolve("rows"));
    for (CallKind kind : CallKind.values()) {
      calls.put(kind, new LongAdder());
    }
    Path eventFile = directory.resolve("ledger.jsonl");
    events = AppendFile.open(eventFile, readLines(eventFile, this::replay));
    Path realtimeFile = executionFile(REALTIME);
    realtime = AppendFile.open(realtimeFile, readLines(realtimeFile, this::replayRealtime));
  }

  /** Opens a ledger, and cuts off a line that was only half written. */
  static Ledger open(Path directory) throws IOException {
    return new Ledger(directory);
  }

  /** Returns every upload, in order. */
  public synchronized List<Upload> uploads() {
    return List.copyOf(uploads);
  }

  /** Returns every batch created, in order. */
  public synchronized List<BatchEntry> batches() {
    return List.copyOf(batches);
  }

  /** Returns how many {@code POST /batches} were received, whatever they were answered with. */
  public synchronized long createRequests() {
    return createRequests;
  }

  /** Returns how many requests of a kind were received by this process. */
  public long calls(CallKind kind) {
    LongAdder count = calls.get(kind);
    return count == null ? 0 : count.sum();
  }

  /** Returns the tokens of all executed requests, in batches and one by one. */
  public Tokens tokensBilled() {
    return tokens.values().stream().reduce(Tokens.NONE, Tokens::plus);
  }

  /** Returns how many requests were executed, in batches and one by one. */
  public long totalExecutions() {
    return executed.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns how often each custom_id was executed. Holds every one of them in memory. */
  public Map<String, Integer> executions() {
    Map<String, Integer> counts = new HashMap<>();
    forEachExecution(execution -> counts.merge(execution.customId(), 1, Integer::sum));
    return counts;
  }

  /** Returns how often one custom_id was executed. */
  public int executionsOf(String customId) {
    int[] count = {0};
    forEachExecution(execution -> count[0] += execution.customId().equals(customId) ? 1 : 0);
    return count[0];
  }

  /** Returns, by input file id, how often the most executed custom_id of that file ran. */
  public Map<String, Integer> maxExecutionsByInputFile() {
    return Repetitions.byInputFile(this);
  }

  /**
   * Returns each custom_id that was executed more than once, with how often; over all batches and
   * realtime requests. Holds 8 bytes for each execution, and the repeated ones.
   */
  public Map<String, Integer> repeatedExecutions() {
    return Repetitions.all(this);
  }

  /**
   * Returns the pairs of batches that were unfinished at one time and had a row in common; none
   * when each row had at most one live batch at any instant. A batch is live from its creation to
   * the moment it enters a final state; its rows are known once it was validated or has ended.
   */
  public List<Overlap> overlaps() {
    List<RowOverlaps.Span> lives = new ArrayList<>();
    synchronized (this) {
      for (BatchEntry batch : batches) {
        lives.add(
            new RowOverlaps.Span(
                batch.batchId(),
                batch.createdAt(),
                endedAt.getOrDefault(batch.batchId(), Long.MAX_VALUE),
                rowFile(batch.batchId())));
      }
    }
    try {
      return RowOverlaps.among(lives).stream().map(pair -> pair.overlap(this)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("ledger: reading the rows of batches failed", e);
    }
  }

  /** Passes every execution to an action: batch by batch, then the realtime ones. */
  public void forEachExecution(Consumer<Execution> action) {
    for (BatchEntry batch : batches()) {
      forEachExecution(batch.batchId(), action);
    }
    forEachExecution(REALTIME, action);
  }

  /** Passes every execution of one batch, or of {@link #REALTIME}, to an action. */
  public void forEachExecution(String source, Consumer<Execution> action) {
    try {
      readLines(
          executionFile(source),
          line -> action.accept(Json.MAPPER.readValue(line, Execution.class)));
    } catch (IOException e) {
      throw new UncheckedIOException("ledger: reading executions of " + source + " failed", e);
    }
  }

  /** Notes a request of the API, whatever it will be answered with. */
  void received(CallKind kind) throws IOException {
    LongAdder count = calls.get(kind);
    if (count != null) {
      count.increment();
    }
    if (kind == CallKind.CREATE) {
      createRequested();
    }
  }

  /** Returns the name that a file was uploaded with. */
  synchronized Optional<String> nameOf(String fileId) {
    return uploads.stream()
        .filter(upload -> upload.fileId().equals(fileId))
        .map(Upload::filename)
        .findFirst();
  }

  /** Notes which rows a batch has, as digests of their custom_ids. */
  void contains(String batchId, FingerprintSet customIds) throws IOException {
    Files.write(rowFile(batchId), customIds.toBytes());
  }

  boolean knowsContentOf(String batchId) {
    return Files.exists(rowFile(batchId));
  }

  private Path rowFile(String batchId) {
    return rowDirectory.resolve(batchId + ".digests");
  }

  /** Notes that a batch is no longer live. */
  synchronized void ended(String batchId, long at) throws IOException {
    write(new Event(null, null, false, new Ending(batchId, at)));
    events.flush(); // Not forced: if it is lost, the batch itself tells it at the next start.
    endedAt.put(batchId, at);
  }

  synchronized void uploaded(StoredFile file) throws IOException {
    Upload upload =
        new Upload(file.id(), file.filename(), file.purpose(), file.bytes(), file.lines());
    append(new Event(upload, null, false, null));
    uploads.add(upload);
  }

  private synchronized void createRequested() throws IOException {
    append(new Event(null, null, true, null));
    createRequests++;
  }

  synchronized void created(Batch batch) throws IOException {
    Map<String, String> metadata = batch.metadata() == null ? Map.of() : batch.metadata();
    BatchEntry entry = new BatchEntry(batch.id(), batch.inputFileId(), metadata, batch.createdAt());
    append(new Event(null, entry, false, null));
    batches.add(entry);
  }

  /** Adds what became durable just before the process died, and was not noted any more. */
  synchronized void reconcile(List<StoredFile> files, List<Batch> newestFirst) throws IOException {
    Set<String> known = new HashSet<>();
    uploads.forEach(upload -> known.add(upload.fileId()));
    batches.forEach(batch -> known.add(batch.batchId()));
    for (StoredFile file : files) {
      if (!file.purpose().equals(StoredFile.OUTPUT) && !known.contains(file.id())) {
        uploaded(file);
      }
    }
    for (int i = newestFirst.size() - 1; i >= 0; i--) {
      if (!known.contains(newestFirst.get(i).id())) {
        created(newestFirst.get(i));
      }
      Batch batch = newestFirst.get(i);
      Long at = batch.entered(batch.status());
      if (batch.status().isFinal() && !endedAt.containsKey(batch.id())) {
        ended(batch.id(), at == null ? batch.createdAt() : at);
      }
    }
  }

  /** Notes how many requests of a batch have been executed in all. */
  void progressed(String batchId, Progress progress) {
    executed.put(batchId, (long) progress.run());
    tokens.put(batchId, new Tokens(progress.promptTokens(), progress.completionTokens()));
  }

  /** Notes a request that belongs to no batch. */
  synchronized void executedRealtime(String customId, Reply reply) throws IOException {
    Tokens billed = Tokens.of(reply);
    realtime.write(
        Json.MAPPER.writeValueAsBytes(
            new RealtimeLine(
                REALTIME, customId, reply.status(), billed.prompt(), billed.completion())));
    realtime.write('\n');
    realtime.flush();
    executed.merge(REALTIME, 1L, Long::sum);
    tokens.merge(REALTIME, billed, Tokens::plus);
  }

  private void replayRealtime(byte[] line) throws IOException {
    RealtimeLine read = Json.MAPPER.readValue(line, RealtimeLine.class);
    executed.merge(REALTIME, 1L, Long::sum);
    tokens.merge(REALTIME, new Tokens(read.prompt(), read.completion()), Tokens::plus);
  }

  /** Returns the file with the executions of a batch. */
  Path executionFile(String source) {
    return executionDirectory.resolve(source + ".jsonl");
  }

  /** Writes one line of an execution file. */
  static void writeExecution(JsonGenerator json, String source, String customId, int status)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("source", source);
    json.writeStringField("custom_id", customId);
    json.writeNumberField("status", status);
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void append(Event event) throws IOException {
    write(event);
    events.force();
  }

  private void write(Event event) throws IOException {
    events.write(Json.MAPPER.writeValueAsBytes(event));
    events.write('\n');
  }

  private void replay(byte[] line) throws IOException {
    Event event = Json.MAPPER.readValue(line, Event.class);
    if (event.upload() != null) {
      uploads.add(event.upload());
    }
    if (event.batch() != null) {
      batches.add(event.batch());
    }
    if (event.ending() != null) {
      endedAt.put(event.ending().batchId(), event.ending().at());
    }
    createRequests += event.createRequest() ? 1 : 0;
  }

  /** Passes each whole line to an action, and returns how long they are together. */
  private static long readLines(Path file, LineAction action) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    long whole = 0;
    try (InputStream in = Files.newInputStream(file)) {
      LineScanner lines = new LineScanner(in, Integer.MAX_VALUE / 4);
      while (lines.next()) {
        if (lines.nextOffset() - lines.offset() == lines.length()) {
          break; // No line feed: it is still being written, or its writer died.
        }
        action.accept(
            Arrays.copyOfRange(lines.buffer(), lines.from(), lines.from() + lines.length()));
        whole = lines.nextOffset();
      }
    }
    return whole;
  }

  /** Closes the files; the ledger can no longer be written, but still be read. */
  synchronized void stop() throws IOException {
    try (events;
        realtime) {
      realtime.force();
    }
  }

  /** Takes one line of a file. */
  private interface LineAction {
    void accept(byte[] line) throws IOException;
  }

  /** One line of the ledger file: exactly one of the four. */
  private record Event(
      @Nullable Upload upload,
      @Nullable BatchEntry batch,
      boolean createRequest,
      @Nullable Ending ending) {}

  private record Ending(String batchId, long at) {}

  private record RealtimeLine(
      String source,
      @JsonProperty("custom_id") String customId,
      int status,
      @JsonProperty("prompt_tokens") long prompt,
      @JsonProperty("completion_tokens") long completion) {}

  /**
   * A file that was uploaded.
   *
   * @param fileId id it was given
   * @param filename name it came with
   * @param purpose purpose it came with
   * @param bytes its length
   * @param lines its number of lines
   */
  public record Upload(String fileId, String filename, String purpose, long bytes, long lines) {}

  /**
   * A batch that was created.
   *
   * @param batchId id it was given
   * @param inputFileId file it was created from
   * @param metadata what the client attached; empty when nothing
   * @param createdAt when, in milliseconds of Unix time
   */
  public record BatchEntry(
      String batchId, String inputFileId, Map<String, String> metadata, long createdAt) {}

  /**
   * Two batches that were live at one time and had rows in common.
   *
   * @param first id of the batch that was created first
   * @param second id of the other one
   * @param rows how many custom_ids both have
   * @param example one of them that was executed; "" when none was
   */
  public record Overlap(String first, String second, int rows, String example) {}

  /**
   * A request that was executed.
   *
   * @param source id of its batch, or {@link Ledger#REALTIME}
   * @param customId the row's id; of a realtime request its {@code X-Client-Request-Id}, or the
   *     request id that the reply carries
   * @param status HTTP status of its reply
   */
  public record Execution(String source, @JsonProperty("custom_id") String customId, int status) {}
}
