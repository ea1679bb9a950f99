package org.batchdrop.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The batches of the provider: per batch one folder with its state, a link to its input, and the
 * result files it is working on. Thread-safe for readers; each batch has one writer.
 */
final class BatchStore {
  private static final String STATE = "state.json";

  private final Path directory;
  private final InstantSource clock;
  private final OpaqueIds ids;
  private final Map<String, Batch> batches = new ConcurrentHashMap<>();
  private final AtomicLong sequence = new AtomicLong();

  private BatchStore(Path directory, InstantSource clock, OpaqueIds ids) {
    this.directory = directory;
    this.clock = clock;
    this.ids = ids;
  }

  /** Opens a store. A folder without a state belongs to a create that was never answered. */
  static BatchStore open(Path directory, InstantSource clock, OpaqueIds ids) throws IOException {
    Files.createDirectories(directory);
    BatchStore store = new BatchStore(directory, clock, ids);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory)) {
      for (Path folder : folders) {
        Path state = folder.resolve(STATE);
        if (Files.exists(state)) {
          Batch batch = StateFile.read(state, Batch.class);
          store.batches.put(batch.id(), batch);
          store.sequence.accumulateAndGet(batch.sequence(), Math::max);
        } else {
          store.clear(folder);
        }
      }
    }
    return store;
  }

  private void clear(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Creates a batch; it is durable when this returns, and keeps its input if that is deleted. */
  Batch create(
      StoredFile input,
      Path inputData,
      Endpoint endpoint,
      CompletionWindow window,
      @Nullable Map<String, String> metadata,
      @Nullable BatchScript script)
      throws IOException {
    Batch batch =
        Batch.create(
            ids.next("batch_", 24),
            sequence.incrementAndGet(),
            input.id(),
            endpoint,
            window,
            metadata,
            clock.millis(),
            script);
    Files.createDirectories(directory.resolve(batch.id()));
    StateFile.link(inputData, input(batch.id()));
    save(batch);
    return batch;
  }

  /** Replaces a batch, for readers and on disk. */
  void save(Batch batch) throws IOException {
    StateFile.write(directory.resolve(batch.id()).resolve(STATE), batch);
    show(batch);
  }

  /** Replaces a batch for readers only; a later save makes it durable. */
  void show(Batch batch) {
    batches.put(batch.id(), batch);
  }

  /** Returns a batch, or empty when there is none. */
  Optional<Batch> find(String id) {
    return Optional.ofNullable(batches.get(id));
  }

  /** Returns every batch, newest first. */
  List<Batch> newestFirst() {
    return batches.values().stream()
        .sorted(Comparator.comparingLong(Batch::sequence).reversed())
        .toList();
  }

  /** Returns the estimated prompt tokens of all unfinished batches of a model. */
  long enqueuedTokens(@Nullable String model) {
    return batches.values().stream()
        .filter(batch -> !batch.status().isFinal() && Objects.equals(batch.model(), model))
        .mapToLong(Batch::enqueuedTokens)
        .sum();
  }

  /** Returns the input of a batch. */
  Path input(String batchId) {
    return directory.resolve(batchId).resolve("input.jsonl");
  }

  /** Returns the answers written so far. */
  Path output(String batchId) {
    return directory.resolve(batchId).resolve("output.jsonl");
  }

  /** Returns the errors written so far. */
  Path errors(String batchId) {
    return directory.resolve(batchId).resolve("errors.jsonl");
  }

  /** Returns where a damaged result file of a batch is made. */
  Path damaged(String batchId, int step) {
    return directory.resolve(batchId).resolve("damaged-" + step + StateFile.TEMPORARY);
  }

  /** Removes the files of a batch that has ended. */
  void tidy(String batchId) throws IOException {
    Files.deleteIfExists(input(batchId));
    Files.deleteIfExists(output(batchId));
    Files.deleteIfExists(errors(batchId));
  }
}
