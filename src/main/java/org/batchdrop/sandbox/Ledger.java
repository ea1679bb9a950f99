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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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
  private final AppendFile events;
  private final AppendFile realtime;
  private final List<Upload> uploads = new ArrayList<>();
  private final List<BatchEntry> batches = new ArrayList<>();
  private final Map<String, Long> executed = new ConcurrentHashMap<>();
  private long createRequests;

  private Ledger(Path directory) throws IOException {
    executionDirectory = Files.createDirectories(directory.resolve("executions"));
    Path eventFile = directory.resolve("ledger.jsonl");
    events = AppendFile.open(eventFile, readLines(eventFile, this::replay));
    Path realtimeFile = executionFile(REALTIME);
    realtime =
        AppendFile.open(
            realtimeFile, readLines(realtimeFile, line -> executed.merge(REALTIME, 1L, Long::sum)));
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
    Map<String, List<String>> batchesOfFile = new TreeMap<>();
    for (BatchEntry batch : batches()) {
      batchesOfFile
          .computeIfAbsent(batch.inputFileId(), file -> new ArrayList<>())
          .add(batch.batchId());
    }
    Map<String, Integer> most = new TreeMap<>();
    batchesOfFile.forEach((file, sources) -> most.put(file, longestRun(fingerprints(sources))));
    return most;
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

  private long[] fingerprints(List<String> sources) {
    int[] count = {0};
    long[][] all = {new long[1024]};
    for (String source : sources) {
      forEachExecution(
          source,
          execution -> {
            if (count[0] == all[0].length) {
              all[0] = Arrays.copyOf(all[0], count[0] * 2);
            }
            all[0][count[0]++] = Fingerprint.of(execution.customId(), 0);
          });
    }
    return Arrays.copyOf(all[0], count[0]);
  }

  private static int longestRun(long[] values) {
    Arrays.sort(values);
    int longest = 0;
    int run = 0;
    for (int i = 0; i < values.length; i++) {
      run = i > 0 && values[i] == values[i - 1] ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  synchronized void uploaded(StoredFile file) throws IOException {
    Upload upload =
        new Upload(file.id(), file.filename(), file.purpose(), file.bytes(), file.lines());
    append(new Event(upload, null, false));
    uploads.add(upload);
  }

  synchronized void createRequested() throws IOException {
    append(new Event(null, null, true));
    createRequests++;
  }

  synchronized void created(Batch batch) throws IOException {
    Map<String, String> metadata = batch.metadata() == null ? Map.of() : batch.metadata();
    BatchEntry entry = new BatchEntry(batch.id(), batch.inputFileId(), metadata);
    append(new Event(null, entry, false));
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
    }
  }

  /** Notes how many requests of a batch have been executed in all. */
  void progressed(String batchId, int executions) {
    executed.put(batchId, (long) executions);
  }

  /** Notes a request that belongs to no batch. */
  synchronized void executedRealtime(String customId, int status) throws IOException {
    try (JsonGenerator json = Json.lines(realtime)) {
      writeExecution(json, REALTIME, customId, status);
    }
    realtime.flush();
    executed.merge(REALTIME, 1L, Long::sum);
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
    events.write(Json.MAPPER.writeValueAsBytes(event));
    events.write('\n');
    events.force();
  }

  private void replay(byte[] line) throws IOException {
    Event event = Json.MAPPER.readValue(line, Event.class);
    if (event.upload() != null) {
      uploads.add(event.upload());
    }
    if (event.batch() != null) {
      batches.add(event.batch());
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

  /** One line of the ledger file: exactly one of the three. */
  private record Event(
      @Nullable Upload upload, @Nullable BatchEntry batch, boolean createRequest) {}

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
   */
  public record BatchEntry(String batchId, String inputFileId, Map<String, String> metadata) {}

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
