package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all unfinished batches on two threads. Each gets a short turn and goes to the end of the
 * queue, so that a small batch does not wait for a large one. Thread-safe.
 */
final class BatchEngine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BatchEngine.class);
  private static final int THREADS = 2;
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
  private static final long STOP_SECONDS = 5;

  private final Surroundings surroundings;
  private final ScheduledThreadPoolExecutor threads;
  private final Map<String, BatchRun> runs = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  BatchEngine(
      SandboxSettings settings,
      InstantSource clock,
      BatchStore batches,
      FileStore files,
      Ledger ledger,
      RowExecutor rows) {
    surroundings = new Surroundings(settings, clock, batches, files, ledger, rows, () -> stopping);
    threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "sandbox-batches");
              thread.setDaemon(true);
              return thread;
            });
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Goes on with every batch that an earlier process left unfinished. */
  void resume() throws IOException {
    for (Batch batch : surroundings.batches().newestFirst()) {
      if (batch.status().isFinal()) {
        surroundings.ledger().progressed(batch.id(), batch.progress());
        surroundings.batches().tidy(batch.id());
      } else {
        submit(batch);
      }
    }
  }

  /** Starts to run a batch. */
  void submit(Batch batch) throws IOException {
    BatchRun run = new BatchRun(batch, surroundings, this::admit);
    runs.put(batch.id(), run);
    schedule(run, Duration.ZERO);
  }

  /** Starts to cancel a batch if that is still possible; returns it, or empty when unknown. */
  Optional<Batch> cancel(String id) throws IOException {
    BatchRun run = runs.get(id);
    if (run == null) {
      return surroundings.batches().find(id);
    }
    Batch batch = run.cancel();
    if (batch.status() == BatchStatus.CANCELLING) {
      // An extra turn: the regular one may be far away.
      schedule(run, Duration.ZERO);
    }
    return Optional.of(batch);
  }

  /** Batches enter the queue of their model one at a time, so that its limit holds. */
  private synchronized boolean admit(Batch batch) {
    long limit = surroundings.settings().enqueuedTokenLimit();
    long before = surroundings.batches().enqueuedTokens(batch.model());
    if (before > limit - batch.enqueuedTokens()) {
      return false;
    }
    try {
      surroundings.batches().save(batch);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("saving batch " + batch.id() + " failed", e);
    }
  }

  private void schedule(BatchRun run, Duration wait) {
    try {
      // A turn reports its own failures, so nobody waits for it.
      ScheduledFuture<?> unused =
          threads.schedule(() -> turn(run), wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      if (!stopping) {
        throw e;
      }
    }
  }

  private void turn(BatchRun run) {
    if (stopping) {
      return;
    }
    Optional<Duration> next;
    try {
      next = run.step();
    } catch (IOException | RuntimeException | Error e) {
      // An error too, such as too little memory for one huge row: the batch must not just stop.
      log.error("a step of a batch failed and will be tried again: batchId={}", run.id(), e);
      next = Optional.of(AFTER_TROUBLE);
    }
    if (next.isEmpty()) {
      runs.remove(run.id());
    } else {
      schedule(run, next.get());
    }
  }

  /** Stops after the current rows, and makes all progress durable. */
  @Override
  public void close() throws IOException {
    stopping = true;
    threads.shutdown();
    try {
      if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        log.warn("batches did not stop in time: seconds={}", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (BatchRun run : runs.values()) {
      run.checkpoint();
    }
  }

  /**
   * What all runs share.
   *
   * @param settings how the provider behaves
   * @param clock the time
   * @param batches where batches are kept
   * @param files where result files go
   * @param ledger what was executed
   * @param rows executes rows
   * @param stopping tells whether the provider is being closed
   */
  record Surroundings(
      SandboxSettings settings,
      InstantSource clock,
      BatchStore batches,
      FileStore files,
      Ledger ledger,
      RowExecutor rows,
      BooleanSupplier stopping) {}
}
