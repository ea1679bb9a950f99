package org.batchdrop.request;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Converts a table with two threads. Each takes the next chunk under a lock, makes its lines on its
 * own, then waits for the chunk's turn and hands the lines on; so the parts are the same bytes as
 * with one thread.
 */
final class ParallelCsv {

  private static final int HELPERS = 1;

  private final CsvChunks chunks;
  private final Supplier<CsvWorker> workers;
  private final PartSequence parts;
  private final int chunkSize;
  private final ReentrantLock cutting = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition turned = lock.newCondition();
  private int turn;
  private @Nullable Throwable failure;

  /** What one step of the work may end with. */
  private interface Step {
    void run() throws IOException, CsvChunks.Irregular;
  }

  ParallelCsv(CsvChunks chunks, int chunkSize, Supplier<CsvWorker> workers, PartSequence parts) {
    this.chunks = chunks;
    this.chunkSize = chunkSize;
    this.workers = workers;
    this.parts = parts;
  }

  /**
   * Converts all chunks. Both threads have ended when this returns or throws.
   *
   * @throws CsvChunks.Irregular when the table must be converted by one thread
   */
  void run() throws IOException, CsvChunks.Irregular {
    List<Thread> helpers =
        java.util.stream.IntStream.range(0, HELPERS)
            .mapToObj(i -> new Thread(this::work, "convert-" + i))
            .toList();
    helpers.forEach(
        helper -> {
          helper.setDaemon(true);
          helper.start();
        });
    work();
    boolean interrupted = false;
    for (Thread helper : helpers) {
      interrupted |= join(helper);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    rethrow();
  }

  private void rethrow() throws IOException, CsvChunks.Irregular {
    Throwable cause = failure;
    if (cause instanceof CsvChunks.Irregular irregular) {
      throw irregular;
    }
    if (cause instanceof InterruptedIOException stopped) {
      throw stopped;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause != null) {
      throw new IOException("conversion failed: " + cause.getMessage(), cause);
    }
  }

  /** Waits to the end whatever happens: the helper writes to files that the caller closes. */
  private boolean join(Thread helper) {
    boolean interrupted = false;
    while (helper.isAlive()) {
      try {
        helper.join();
      } catch (InterruptedException e) {
        interrupted = true;
        fail(new InterruptedIOException("interrupted while converting"));
      }
    }
    return interrupted;
  }

  private void work() {
    try {
      CsvWorker worker = workers.get();
      CsvChunks.Chunk chunk = new CsvChunks.Chunk(chunkSize);
      while (take(chunk)) {
        worker.convert(chunk);
        inTurn(chunk.number, () -> parts.accept(worker.block));
      }
    } catch (IOException | CsvChunks.Irregular | RuntimeException | Error e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new InterruptedIOException("interrupted while converting"));
    }
  }

  private boolean take(CsvChunks.Chunk chunk) throws IOException, CsvChunks.Irregular {
    cutting.lock();
    try {
      return !failed() && chunks.next(chunk);
    } finally {
      cutting.unlock();
    }
  }

  private void inTurn(int number, Step step)
      throws IOException, CsvChunks.Irregular, InterruptedException {
    lock.lock();
    try {
      while (turn != number && failure == null) {
        turned.await();
      }
      if (failure != null) {
        return;
      }
    } finally {
      lock.unlock();
    }
    // Outside the lock: nobody else has this turn, and the next one begins only below.
    step.run();
    lock.lock();
    try {
      turn = number + 1;
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean failed() {
    lock.lock();
    try {
      return failure != null;
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
