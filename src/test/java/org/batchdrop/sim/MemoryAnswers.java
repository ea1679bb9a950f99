package org.batchdrop.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.batchdrop.journal.AnswerStore;
import org.jspecify.annotations.Nullable;

/**
 * Answers on the heap with the meaning of those in a database: what was kept lasts once its store
 * was closed; a process that dies before has kept nothing, and with the power the last commits may
 * go. It outlives the process that wrote it. Not thread-safe.
 */
final class MemoryAnswers implements AnswerStore.Opener {

  private final Map<String, Map<ByteBuffer, byte[]>> files = new HashMap<>();
  private final Deque<Commit> commits = new ArrayDeque<>();
  private final BooleanSupplier isDead;
  private boolean isForgetful;

  /**
   * Makes one without answers.
   *
   * @param isDead whether the process that closes a store has died
   */
  MemoryAnswers(BooleanSupplier isDead) {
    this.isDead = isDead;
  }

  /** What one store kept, and what stood there before. */
  private record Commit(
      Map<ByteBuffer, byte[]> file, Map<ByteBuffer, byte[]> before, Map<ByteBuffer, byte[]> after) {

    void apply() {
      file.putAll(after);
    }

    void undo() {
      after.keySet().forEach(file::remove);
      file.putAll(before);
    }
  }

  @Override
  public AnswerStore open(Path file) {
    return new Store(files.computeIfAbsent(file.toString(), name -> new HashMap<>()));
  }

  /** From now on nothing that it has is found. */
  void forget() {
    isForgetful = true;
  }

  /** Some of the last commits are gone, in their order. */
  void powerLoss(Random random) {
    while (!commits.isEmpty() && random.nextBoolean()) {
      commits.pop().undo();
    }
  }

  /** Tells whether an answer is there that repeats a text. */
  boolean hasAnswerTo(String text) {
    return files.values().stream()
        .flatMap(file -> file.values().stream())
        .anyMatch(answer -> new String(answer, UTF_8).contains(text));
  }

  /** One that is open; a process that died closes nothing. */
  private final class Store implements AnswerStore {

    private final Map<ByteBuffer, byte[]> file;
    private final Map<ByteBuffer, byte[]> kept = new LinkedHashMap<>();

    Store(Map<ByteBuffer, byte[]> file) {
      this.file = file;
    }

    @Override
    public byte @Nullable [] find(byte[] request) {
      if (isForgetful) {
        return null;
      }
      ByteBuffer key = ByteBuffer.wrap(request);
      byte[] own = kept.get(key);
      return own == null ? file.get(key) : own;
    }

    @Override
    public void keep(byte[] request, byte[] response) {
      kept.put(ByteBuffer.wrap(request.clone()), response.clone());
    }

    @Override
    public void close() {
      if (isDead.getAsBoolean()) {
        return;
      }
      Map<ByteBuffer, byte[]> before = new HashMap<>();
      for (ByteBuffer key : kept.keySet()) {
        byte[] old = file.get(key);
        if (old != null) {
          before.put(key, old);
        }
      }
      Commit commit = new Commit(file, before, Map.copyOf(kept));
      commit.apply();
      commits.push(commit);
      kept.clear();
    }
  }
}
