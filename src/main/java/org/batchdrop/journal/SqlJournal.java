package org.batchdrop.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The journal in a database: one connection, one transaction at a time.
 *
 * <p>Longer than other files because it is the one place where values meet SQL.
 */
final class SqlJournal implements Journal {

  private final Dialect dialect;
  private final boolean readOnly;
  private final InstantSource clock;
  private @Nullable Connection connection;
  private Jdbi jdbi;

  private SqlJournal(
      Dialect dialect, boolean readOnly, Connection connection, InstantSource clock) {
    this.dialect = dialect;
    this.readOnly = readOnly;
    this.connection = connection;
    this.jdbi = Jdbi.create(connection);
    this.clock = clock;
  }

  static Journal open(Path file, InstantSource clock) {
    Dialect dialect = Dialect.sqlite(file);
    try {
      Flyway.configure()
          .dataSource(dialect.creators())
          .locations("classpath:org/batchdrop/journal/migration")
          .loggers("slf4j")
          .ignoreMigrationPatterns(new String[0])
          .load()
          .migrate();
      return new SqlJournal(dialect, false, dialect.writers().getConnection(), clock);
    } catch (SQLException | RuntimeException e) {
      throw new JournalException("journal " + file + " can't be opened: " + e.getMessage(), e);
    }
  }

  static Journal openReadOnly(Path file) {
    Dialect dialect = Dialect.sqlite(file);
    try {
      return new SqlJournal(
          dialect, true, dialect.readers().getConnection(), InstantSource.system());
    } catch (SQLException e) {
      throw new JournalException("journal " + file + " can't be read: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean received(Job job) {
    return write(
        handle -> {
          if (find(handle, job.id()).isPresent()) {
            return false;
          }
          Bindings.bind(handle.createUpdate(Statements.INSERT_JOB), job).execute();
          event(
              handle,
              job.id(),
              Optional.empty(),
              Optional.empty(),
              job.state().label(),
              job.inputName());
          return true;
        });
  }

  @Override
  public Optional<Job> change(Job seen, Job changed, List<Part> parts, String detail) {
    return write(
        handle -> {
          if (!update(handle, seen, changed)) {
            return Optional.empty();
          }
          parts.forEach(part -> insert(handle, part));
          if (!seen.state().equals(changed.state())) {
            event(
                handle,
                seen.id(),
                Optional.empty(),
                Optional.of(seen.state().label()),
                changed.state().label(),
                detail);
          }
          return find(handle, seen.id());
        });
  }

  @Override
  public Optional<Part> change(Part seen, Part changed, Optional<Part> next, String detail) {
    return write(handle -> change(handle, seen, changed, next, detail));
  }

  @Override
  public Reservation reserve(Part seen, Part changed, Rule rule, String detail) {
    return write(
        handle -> {
          Optional<Reservation.Refused> refusal = rule.refusal(new SqlView(handle, seen.id()));
          if (refusal.isPresent()) {
            return refusal.get();
          }
          return change(handle, seen, changed, Optional.empty(), detail)
              .<Reservation>map(Reservation.Granted::new)
              .orElseGet(Reservation.Lost::new);
        });
  }

  @Override
  public Optional<Job> claimContents(Job job, String contents) {
    return write(
        handle -> {
          Optional<Job> earlier =
              handle
                  .createQuery(Statements.SAME_CONTENTS)
                  .bind("contents", contents)
                  .bind("pipeline", job.pipeline())
                  .bind("id", job.id().value())
                  .map((row, context) -> Records.job(row))
                  .findOne();
          if (earlier.isEmpty()) {
            update(handle, job, job.of(contents));
          }
          return earlier;
        });
  }

  @Override
  public Optional<Job> job(JobId id) {
    return read(handle -> find(handle, id));
  }

  @Override
  public List<Job> jobs(int limit) {
    return read(
        handle ->
            handle
                .createQuery("SELECT * FROM job ORDER BY received_at DESC, id DESC LIMIT :limit")
                .bind("limit", limit)
                .map((row, context) -> Records.job(row))
                .list());
  }

  @Override
  public List<Job> jobsIn(JobState state, int limit) {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM job WHERE state = :state ORDER BY received_at, id LIMIT :limit")
                .bind("state", state.label())
                .bind("limit", limit)
                .map((row, context) -> Records.job(row))
                .list());
  }

  @Override
  public List<JobId> finishedBefore(Instant time, int limit) {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT id FROM job WHERE state IN ('delivered', 'rejected')"
                        + " AND delivered_at < :time ORDER BY delivered_at DESC LIMIT :limit")
                .bind("time", time.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> new JobId(row.getString(1)))
                .list());
  }

  @Override
  public List<JobId> jobsWhosePartsEnded(int limit) {
    return read(
        handle ->
            handle
                .createQuery(Statements.ENDED_JOBS)
                .bind("limit", limit)
                .map((row, context) -> new JobId(row.getString(1)))
                .list());
  }

  @Override
  public Optional<Part> part(PartId id) {
    return read(handle -> find(handle, id));
  }

  @Override
  public List<Part> parts(JobId job) {
    return read(
        handle ->
            handle
                .createQuery("SELECT * FROM part WHERE job = :job ORDER BY number, generation")
                .bind("job", job.value())
                .map((row, context) -> Records.part(row))
                .list());
  }

  @Override
  public List<PartId> partsToSubmit(Instant now, int limit) {
    return due(
        "lane = 'batch' AND state IN ('built', 'uploading', 'uploaded', 'creating', 'unclear')",
        now,
        limit);
  }

  @Override
  public List<PartId> partsToAsk(Instant now, int limit) {
    return due("lane = 'realtime' AND state IN ('built', 'asking')", now, limit);
  }

  @Override
  public List<PartId> partsToCollect(Instant now, int limit) {
    return due("state = 'ended'", now, limit);
  }

  @Override
  public List<Part> liveParts() {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM part WHERE state = 'live' ORDER BY since_at, job, number")
                .map((row, context) -> Records.part(row))
                .list());
  }

  @Override
  public List<String> busyProviders() {
    return read(handle -> handle.createQuery(Statements.BUSY_PROVIDERS).mapTo(String.class).list());
  }

  @Override
  public List<Event> events(JobId job) {
    return read(
        handle ->
            handle
                .createQuery("SELECT * FROM event WHERE job = :job ORDER BY seq")
                .bind("job", job.value())
                .map((row, context) -> Records.event(row))
                .list());
  }

  @Override
  public void park(ParkedAccount account) {
    write(
        handle -> {
          unpark(handle, account.account());
          return handle
              .createUpdate(Statements.PARK)
              .bind("account", account.account())
              .bind("provider", account.provider())
              .bind("secret", account.secret())
              .bind("code", account.code())
              .bind("reason", Bindings.cut(account.reason()))
              .bind("since", account.since().toEpochMilli())
              .bind("look", account.look().toEpochMilli())
              .execute();
        });
  }

  @Override
  public void release(String account, String provider, Instant now) {
    write(
        handle -> {
          unpark(handle, account);
          return handle
              .createUpdate(Statements.WAKE)
              .bind("provider", provider)
              .bind("account", account)
              .bind("now", now.toEpochMilli())
              .bind("never", Part.Pause.NEVER.toEpochMilli())
              .execute();
        });
  }

  private static void unpark(Handle handle, String account) {
    handle
        .createUpdate("DELETE FROM parked_account WHERE account = :account")
        .bind("account", account)
        .execute();
  }

  @Override
  public List<ParkedAccount> parkedAccounts() {
    return read(
        handle ->
            handle
                .createQuery("SELECT * FROM parked_account ORDER BY account")
                .map((row, context) -> Records.parkedAccount(row))
                .list());
  }

  @Override
  public void limitTold(String account, String model, long tokens, Instant at) {
    write(
        handle -> {
          handle
              .createUpdate("DELETE FROM told_limit WHERE account = :account AND model = :model")
              .bind("account", account)
              .bind("model", model)
              .execute();
          return handle
              .createUpdate(
                  "INSERT INTO told_limit (account, model, tokens, told_at)"
                      + " VALUES (:account, :model, :tokens, :at)")
              .bind("account", account)
              .bind("model", model)
              .bind("tokens", tokens)
              .bind("at", at.toEpochMilli())
              .execute();
        });
  }

  @Override
  public Optional<Long> toldLimit(String account, String model, Instant since) {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT tokens FROM told_limit"
                        + " WHERE account = :account AND model = :model AND told_at >= :since")
                .bind("account", account)
                .bind("model", model)
                .bind("since", since.toEpochMilli())
                .mapTo(Long.class)
                .findOne());
  }

  @Override
  public boolean stray(StrayBatch batch) {
    return write(
        handle -> {
          boolean known = forget(handle, batch);
          handle
              .createUpdate(Statements.INSERT_STRAY)
              .bind("batch", batch.batch())
              .bind("account", batch.account())
              .bind("provider", batch.provider())
              .bind("key", batch.key())
              .bind("file", batch.file())
              .bind("status", batch.status())
              .bind("seen", batch.seen().toEpochMilli())
              .execute();
          return !known;
        });
  }

  @Override
  public List<StrayBatch> strays(String account, PartId part) {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM stray_batch WHERE account = :account"
                        + " AND submission_key LIKE :keys ORDER BY seen_at, batch_id")
                .bind("account", account)
                .bind("keys", part.slice() + "/%")
                .map((row, context) -> Records.strayBatch(row))
                .list());
  }

  @Override
  public List<StrayBatch> strays(int limit) {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM stray_batch ORDER BY seen_at DESC, batch_id LIMIT :limit")
                .bind("limit", limit)
                .map((row, context) -> Records.strayBatch(row))
                .list());
  }

  @Override
  public void adopted(StrayBatch batch) {
    write(handle -> forget(handle, batch));
  }

  private static boolean forget(Handle handle, StrayBatch batch) {
    return handle
            .createUpdate("DELETE FROM stray_batch WHERE account = :account AND batch_id = :batch")
            .bind("account", batch.account())
            .bind("batch", batch.batch())
            .execute()
        > 0;
  }

  @Override
  public synchronized void close() {
    try {
      Connection open = connection;
      connection = null;
      if (open != null) {
        open.close();
      }
    } catch (SQLException e) {
      throw new JournalException("journal can't be closed: " + e.getMessage(), e);
    }
  }

  private List<PartId> due(String which, Instant now, int limit) {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT job, number, generation FROM part WHERE "
                        + which
                        + " AND due_at <= :now ORDER BY due_at, job, number LIMIT :limit")
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new PartId(new JobId(row.getString(1)), row.getInt(2), row.getInt(3)))
                .list());
  }

  private <T> T write(Function<Handle, T> work) {
    return work("written", jdbi -> jdbi.inTransaction(work::apply));
  }

  private <T> T read(Function<Handle, T> work) {
    return work("read", jdbi -> jdbi.withHandle(work::apply));
  }

  private synchronized <T> T work(String what, Function<Jdbi, T> work) {
    Connection open = connection;
    if (open == null) {
      throw new JournalException(
          "journal can't be " + what + ": it is closed", new SQLException("closed"));
    }
    try {
      return work.apply(jdbi);
    } catch (JdbiException e) {
      reconnect(open, e);
      throw new JournalException("journal can't be " + what + ": " + e.getMessage(), e);
    }
  }

  /** A disk that was full or gone may have left the connection unusable; a fresh one is not. */
  private void reconnect(Connection broken, JdbiException cause) {
    try {
      Connection fresh = (readOnly ? dialect.readers() : dialect.writers()).getConnection();
      connection = fresh;
      jdbi = Jdbi.create(fresh);
      broken.close();
    } catch (SQLException e) {
      // The next use fails likewise, says why, and comes here again.
      cause.addSuppressed(e);
    }
  }

  private static boolean update(Handle handle, Job seen, Job changed) {
    return Bindings.bind(handle.createUpdate(Statements.UPDATE_JOB), changed)
            .bind("seen", seen.version())
            .execute()
        > 0;
  }

  private Optional<Part> change(
      Handle handle, Part seen, Part changed, Optional<Part> next, String detail) {
    int hits =
        Bindings.bind(handle.createUpdate(Statements.UPDATE_PART), changed)
            .bind("seen", seen.version())
            .execute();
    if (hits == 0) {
      return Optional.empty();
    }
    next.ifPresent(part -> insert(handle, part));
    if (!seen.state().label().equals(changed.state().label())) {
      event(
          handle,
          seen.id().job(),
          Optional.of(seen.id()),
          Optional.of(seen.state().label()),
          changed.state().label(),
          detail);
    }
    return find(handle, seen.id());
  }

  private static Optional<Job> find(Handle handle, JobId id) {
    return handle
        .createQuery("SELECT * FROM job WHERE id = :id")
        .bind("id", id.value())
        .map((row, context) -> Records.job(row))
        .findOne();
  }

  private static Optional<Part> find(Handle handle, PartId id) {
    return handle
        .createQuery(
            "SELECT * FROM part WHERE job = :job AND number = :number AND generation = :generation")
        .bind("job", id.job().value())
        .bind("number", id.number())
        .bind("generation", id.generation())
        .map((row, context) -> Records.part(row))
        .findOne();
  }

  private void insert(Handle handle, Part part) {
    if (find(handle, part.id()).isPresent()) {
      return;
    }
    Bindings.bind(handle.createUpdate(Statements.INSERT_PART), part).execute();
    event(
        handle,
        part.id().job(),
        Optional.of(part.id()),
        Optional.empty(),
        part.state().label(),
        "");
  }

  private void event(
      Handle handle,
      JobId job,
      Optional<PartId> part,
      Optional<String> from,
      String to,
      String detail) {
    handle
        .createUpdate(Statements.INSERT_EVENT)
        .bind("at", clock.instant().toEpochMilli())
        .bind("job", job.value())
        .bind("number", part.map(PartId::number).orElse(null))
        .bind("generation", part.map(PartId::generation).orElse(null))
        .bind("from", from.orElse(null))
        .bind("to", to)
        .bind("detail", Bindings.cut(detail))
        .execute();
  }
}
