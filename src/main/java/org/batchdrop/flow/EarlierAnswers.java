package org.batchdrop.flow;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.input.StopCheck;
import org.batchdrop.journal.AnswerStore;
import org.batchdrop.journal.AnswersDamaged;
import org.batchdrop.journal.JournalException;
import org.batchdrop.journal.SqlAnswerStore;
import org.batchdrop.request.KnownAnswers;
import org.batchdrop.result.AnswerCheck;
import org.batchdrop.result.Harvest;
import org.batchdrop.result.Reusable;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline with {@code reuse: true} had answered before. A file of answers that is damaged
 * is set aside and holds up no job: what it held is bought again. Confined to one thread; the
 * caller closes it.
 */
final class EarlierAnswers implements KnownAnswers, Closeable {

  private final Home home;
  private final Path file;
  private final Optional<Object> identity;
  private final Reusable reusable;
  private final InstantSource clock;
  private @Nullable AnswerStore store;
  private Optional<String> damage = Optional.empty();

  private EarlierAnswers(
      Home home, Path file, Optional<Object> identity, Reusable reusable, InstantSource clock) {
    this.home = home;
    this.file = file;
    this.identity = identity;
    this.reusable = reusable;
    this.clock = clock;
  }

  /**
   * Opens the answers of a pipeline; of one that reuses none there are none.
   *
   * @throws IOException when they can't be opened at the moment
   */
  static EarlierAnswers of(
      Pipeline pipeline, Home home, AnswerStore.Opener stores, InstantSource clock)
      throws IOException {
    Path file = home.answers(pipeline.provider(), pipeline.name());
    if (!pipeline.reuse()) {
      return new EarlierAnswers(
          home, file, Optional.empty(), new Reusable(AnswerCheck.NONE), clock);
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    EarlierAnswers answers =
        new EarlierAnswers(
            home,
            file,
            SqlAnswerStore.identity(file),
            new Reusable(AnswerCheck.of(pipeline)),
            clock);
    try {
      try {
        answers.store = stores.open(file);
      } catch (AnswersDamaged e) {
        answers.setAside(e);
        answers.store = stores.open(file);
      }
      return answers;
    } catch (JournalException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void setAside(AnswersDamaged found) throws IOException {
    Optional<Path> aside = SqlAnswerStore.setAside(file, identity, clock);
    damage =
        Optional.of(
            found.getMessage()
                + "; the file is damaged"
                + aside.map(now -> ", and was set aside as " + home.show(now)).orElse("")
                + "; what it held is bought again");
  }

  /** What was wrong with the file of answers, and where it is now; empty when it is whole. */
  Optional<String> damage() {
    return damage;
  }

  @Override
  public byte @Nullable [] response(byte[] key) throws IOException {
    AnswerStore open = store;
    if (open == null) {
      return null;
    }
    try {
      byte[] found = open.find(key);
      return found != null && reusable.isAnswer(found) ? found : null;
    } catch (AnswersDamaged e) {
      giveUp(open, e);
      return null;
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
    } catch (AnswersDamaged e) {
      giveUp(open, e);
    } catch (JournalException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void giveUp(AnswerStore open, AnswersDamaged found) throws IOException {
    store = null;
    setAside(found);
    try {
      open.close();
    } catch (JournalException e) {
      found.addSuppressed(e);
    }
  }

  /** Makes what was kept last; {@link #damage} may tell more afterwards. */
  @Override
  public void close() throws IOException {
    AnswerStore open = store;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (AnswersDamaged e) {
      store = null;
      setAside(e);
    } catch (JournalException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
