package org.batchdrop.flow;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.input.StopCheck;
import org.batchdrop.journal.AnswerStore;
import org.batchdrop.journal.JournalException;
import org.batchdrop.request.KnownAnswers;
import org.batchdrop.result.AnswerCheck;
import org.batchdrop.result.Harvest;
import org.batchdrop.result.Reusable;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline with {@code reuse: true} had answered before. Confined to one thread; the caller
 * closes it.
 */
final class EarlierAnswers implements KnownAnswers, Closeable {

  private final @Nullable AnswerStore store;
  private final Reusable reusable;

  private EarlierAnswers(@Nullable AnswerStore store, Reusable reusable) {
    this.store = store;
    this.reusable = reusable;
  }

  /**
   * Opens the answers of a pipeline; of one that reuses none there are none.
   *
   * @throws IOException when they can't be opened
   */
  static EarlierAnswers of(Pipeline pipeline, Home home, AnswerStore.Opener stores)
      throws IOException {
    if (!pipeline.reuse()) {
      return new EarlierAnswers(null, new Reusable(AnswerCheck.NONE));
    }
    Reusable reusable = new Reusable(AnswerCheck.of(pipeline));
    Path file = home.answers(pipeline.provider(), pipeline.name());
    Files.createDirectories(file.toAbsolutePath().getParent());
    try {
      return new EarlierAnswers(stores.open(file), reusable);
    } catch (JournalException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public byte @Nullable [] response(byte[] key) throws IOException {
    try {
      byte[] found = store == null ? null : store.find(key);
      return found != null && reusable.isAnswer(found) ? found : null;
    } catch (JournalException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Keeps what the last try of a slice had answered; kept again nothing changes. */
  void keep(Harvest.Order order, StopCheck stop) throws IOException {
    AnswerStore open = store;
    if (open == null) {
      return;
    }
    try {
      reusable.eachOf(order, open::keep, stop);
    } catch (JournalException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (store != null) {
        store.close();
      }
    } catch (JournalException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
