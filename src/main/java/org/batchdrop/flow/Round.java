package org.batchdrop.flow;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.batchdrop.job.Part;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Reply;
import org.batchdrop.request.RequestRows;
import org.batchdrop.request.RequestRows.Row;
import org.batchdrop.result.AnswerLog;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One walk through the rows of a part that have no line in its log yet, each asked for at most
 * once. The walk itself is confined to one thread; replies may come on others.
 */
public final class Round implements Iterator<Row> {

  private static final String LOST = "missing_answer";

  private final Part part;
  private final Account account;
  private final Pace pace;
  private final Pace.Patience patience;
  private final AnswerLog log;
  private final RequestRows rows;
  private final int before;
  private volatile Reply.@Nullable Later obstacle;
  private volatile boolean isStopped;
  private @Nullable IOException failure;
  private @Nullable Row ready;

  /**
   * Begins a walk.
   *
   * @param patience tells when nobody wants the rest any more
   */
  Round(
      Part part,
      Account account,
      Pace pace,
      Pace.Patience patience,
      AnswerLog log,
      RequestRows rows) {
    this.part = part;
    this.account = account;
    this.pace = pace;
    this.patience = patience;
    this.log = log;
    this.rows = rows;
    this.before = log.size();
  }

  /**
   * Waits for the next row's turn. A failure ends the walk like a stop does, so that whoever walks
   * waits for the replies that are under way; {@link #requireWalked} tells of it.
   */
  @Override
  public boolean hasNext() {
    try {
      while (ready == null && !isOver()) {
        Optional<Row> row = rows.next();
        if (row.isEmpty()) {
          return false;
        }
        if (!log.has(row.get().id()) && pace.begin(row.get().weight(), this::isOver)) {
          ready = row.get();
        }
      }
    } catch (IOException e) {
      isStopped = true;
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      isStopped = true;
    }
    return ready != null;
  }

  private boolean isOver() throws IOException {
    return isStopped || patience.isOver();
  }

  @Override
  public Row next() {
    Row row = hasNext() ? ready : null;
    if (row == null) {
      throw new NoSuchElementException();
    }
    ready = null;
    return row;
  }

  /**
   * Takes what the provider said of a row; durable when this returns.
   *
   * @throws IOException when the disk can't take it; then no further row is asked for
   */
  void take(Row row, Reply reply) throws IOException {
    pace.end();
    try {
      keep(row, reply);
    } catch (IOException e) {
      isStopped = true;
      throw e;
    }
  }

  private void keep(Row row, Reply reply) throws IOException {
    if (reply instanceof Reply.Answer answer) {
      log.answer(row.id(), answer.status(), answer.requestId(), answer.body());
    } else if (reply instanceof Reply.Unclear unclear) {
      log.failure(row.id(), new Reason(LOST, unclear.message()));
    } else if (reply instanceof Reply.Never never) {
      log.failure(row.id(), new Reason(never.code(), never.message()));
    } else if (reply instanceof Reply.Later later) {
      obstacle = later;
    }
  }

  /** No further row is asked for in this walk. */
  void stop() {
    isStopped = true;
  }

  Part part() {
    return part;
  }

  Account account() {
    return account;
  }

  Pace pace() {
    return pace;
  }

  AnswerLog log() {
    return log;
  }

  /**
   * Tells that the walk came as far as it was to.
   *
   * @throws IOException when the disk could not say which row is next
   */
  void requireWalked() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  /** What kept a row from being asked for; empty: nothing. */
  Optional<Reply.Later> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  /** Tells whether a row got its line in this walk. */
  boolean hasProgress() {
    return log.size() > before;
  }

  /** Tells whether each row has its line. */
  boolean isWhole() {
    return log.size() >= part.size().rows();
  }

  /** Ends the walk; not {@code close}, as a splitter closes what it can when it has split it. */
  void end() throws IOException {
    try (rows;
        log) {
      isStopped = true;
    }
  }
}
