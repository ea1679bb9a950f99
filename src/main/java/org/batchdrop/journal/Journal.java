package org.batchdrop.journal;

import java.nio.file.Files;
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
import org.batchdrop.job.PartState;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The only truth about jobs and parts. A change is durable when its method returns; each change of
 * a state also appends an event in the same transaction. Thread-safe: one connection, one at a
 * time.
 *
 * <p>A change names the version that it saw. A lost race is an empty return value, not an error:
 * whoever lost reads again and decides anew.
 */
public final class Journal implements AutoCloseable {

  private static final int MAX_TEXT = 2000;

  private final Connection connection;
  private final Jdbi jdbi;
  private final InstantSource clock;

  private Journal(Connection connection, InstantSource clock) {
    this.connection = connection;
    this.jdbi = Jdbi.create(connection);
    this.clock = clock;
  }

  /**
   * Opens the journal for the daemon and brings its tables up to date.
   *
   * @param file the database; made when it is absent
   * @param clock dates the events
   * @throws JournalException when the file can't be opened, is damaged, or was written by a newer
   *     version
   */
  public static Journal open(Path file, InstantSource clock) {
    Dialect dialect = Dialect.sqlite(file);
    try {
      Flyway.configure()
          .dataSource(dialect.dataSource())
          .locations("classpath:org/batchdrop/journal/migration")
          .loggers("slf4j")
          .ignoreMigrationPatterns(new String[0])
          .load()
          .migrate();
      return new Journal(dialect.dataSource().getConnection(), clock);
    } catch (SQLException | RuntimeException e) {
      throw new JournalException("journal " + file + " can't be opened: " + e.getMessage(), e);
    }
  }

  /**
   * Opens the journal to look at it, beside a running daemon or without one.
   *
   * @return empty when there is none yet
   * @throws JournalException when the file can't be opened
   */
  public static Optional<Journal> openReadOnly(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Journal(Dialect.sqlite(file).readers().getConnection(), InstantSource.system()));
    } catch (SQLException e) {
      throw new JournalException("journal " + file + " can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * Records a claimed input.
   *
   * @return false when the job is known already
   */
  public boolean received(Job job) {
    return write(
        handle -> {
          if (find(handle, job.id()).isPresent()) {
            return false;
          }
          bind(handle.createUpdate(Statements.INSERT_JOB), job).execute();
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

  /**
   * Records a changed job, together with parts that are new.
   *
   * @param seen the job as it was read
   * @param changed the job as it shall be
   * @param parts added; those that exist already are left alone
   * @param detail for the event
   * @return the job as it is now; empty when somebody else changed it first
   */
  public Optional<Job> change(Job seen, Job changed, List<Part> parts, String detail) {
    return write(
        handle -> {
          int hits =
              bind(handle.createUpdate(Statements.UPDATE_JOB), changed)
                  .bind("seen", seen.version())
                  .execute();
          if (hits == 0) {
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

  /**
   * Records a changed part, together with its next generation if there is one.
   *
   * @param seen the part as it was read
   * @param changed the part as it shall be
   * @param next the next generation; added when present
   * @param detail for the event
   * @return the part as it is now; empty when somebody else changed it first
   */
  public Optional<Part> change(Part seen, Part changed, Optional<Part> next, String detail) {
    return write(
        handle -> {
          int hits =
              bind(handle.createUpdate(Statements.UPDATE_PART), changed)
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
        });
  }

  /** Reads a job. */
  public Optional<Job> job(JobId id) {
    return read(handle -> find(handle, id));
  }

  /** The newest jobs first. */
  public List<Job> jobs(int limit) {
    return read(
        handle ->
            handle
                .createQuery("SELECT * FROM job ORDER BY received_at DESC, id DESC LIMIT :limit")
                .bind("limit", limit)
                .map((row, context) -> Records.job(row))
                .list());
  }

  /** Jobs in a state, oldest first. */
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

  /** Finished jobs that were delivered or rejected before a time. */
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

  /** Prepared jobs none of whose parts can change any more. */
  public List<JobId> jobsWhosePartsEnded(int limit) {
    return read(
        handle ->
            handle
                .createQuery(Statements.ENDED_JOBS)
                .bind("limit", limit)
                .map((row, context) -> new JobId(row.getString(1)))
                .list());
  }

  /** Reads a part. */
  public Optional<Part> part(PartId id) {
    return read(handle -> find(handle, id));
  }

  /** Every generation of every part of a job, in order. */
  public List<Part> parts(JobId job) {
    return read(
        handle ->
            handle
                .createQuery("SELECT * FROM part WHERE job = :job ORDER BY number, generation")
                .bind("job", job.value())
                .map((row, context) -> Records.part(row))
                .list());
  }

  /** Parts on the way to a batch that are due. */
  public List<PartId> partsToSubmit(Instant now, int limit) {
    return due("('built', 'uploading', 'uploaded', 'creating', 'unclear')", now, limit);
  }

  /** Ended parts whose files are due to be fetched. */
  public List<PartId> partsToCollect(Instant now, int limit) {
    return due("('ended')", now, limit);
  }

  /** Parts whose batch is under way, oldest first. */
  public List<Part> liveParts() {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM part WHERE state = 'live' ORDER BY since_at, job, number")
                .map((row, context) -> Records.part(row))
                .list());
  }

  /** What happened to a job and its parts, in order. */
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
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new JournalException("journal can't be closed: " + e.getMessage(), e);
    }
  }

  private List<PartId> due(String states, Instant now, int limit) {
    return read(
        handle ->
            handle
                .createQuery(
                    "SELECT job, number, generation FROM part WHERE state IN "
                        + states
                        + " AND due_at <= :now ORDER BY due_at, job, number LIMIT :limit")
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new PartId(new JobId(row.getString(1)), row.getInt(2), row.getInt(3)))
                .list());
  }

  private synchronized <T> T write(Function<Handle, T> work) {
    try {
      return jdbi.inTransaction(work::apply);
    } catch (JdbiException e) {
      throw new JournalException("journal can't be written: " + e.getMessage(), e);
    }
  }

  private synchronized <T> T read(Function<Handle, T> work) {
    try {
      return jdbi.withHandle(work::apply);
    } catch (JdbiException e) {
      throw new JournalException("journal can't be read: " + e.getMessage(), e);
    }
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
    bind(handle.createUpdate(Statements.INSERT_PART), part).execute();
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
        .bind("detail", cut(detail))
        .execute();
  }

  private static Update bind(Update update, Job job) {
    return update
        .bind("id", job.id().value())
        .bind("pipeline", job.pipeline())
        .bind("inputName", job.inputName())
        .bind("inputBytes", job.inputBytes())
        .bind("inputKey", job.inputKey())
        .bind("state", job.state().label())
        .bind("provider", job.provider())
        .bind("rows", job.totals().rows())
        .bind("unsent", job.totals().unsent())
        .bind("answered", job.totals().answered())
        .bind("failed", job.totals().failed())
        .bind("parts", job.totals().parts())
        .bind("receivedAt", job.times().received().toEpochMilli())
        .bind("preparedAt", millis(job.times().prepared()))
        .bind("collectedAt", millis(job.times().collected()))
        .bind("deliveredAt", millis(job.times().delivered()))
        .bind("outbox", job.outbox().orElse(null))
        .bind("problem", job.problem().map(Journal::cut).orElse(null));
  }

  private static Update bind(Update update, Part part) {
    Optional<PartState.BatchEnd> end = Records.end(part.state());
    Optional<PartState.Unbought> unbought =
        part.state() instanceof PartState.Unbought state ? Optional.of(state) : Optional.empty();
    return update
        .bind("job", part.id().job().value())
        .bind("number", part.id().number())
        .bind("generation", part.id().generation())
        .bind("state", part.state().label())
        .bind("rows", part.size().rows())
        .bind("firstRow", part.size().firstRow())
        .bind("lastRow", part.size().lastRow())
        .bind("bytes", part.size().bytes())
        .bind("endpoint", part.endpoint())
        .bind("model", part.model())
        .bind("provider", part.provider())
        .bind("account", part.account())
        .bind("fileId", part.state().fileId().orElse(null))
        .bind("batchId", part.state().batchId().orElse(null))
        .bind("endStatus", end.map(PartState.BatchEnd::status).orElse(null))
        .bind("outputFile", end.flatMap(PartState.BatchEnd::outputFile).orElse(null))
        .bind("errorFile", end.flatMap(PartState.BatchEnd::errorFile).orElse(null))
        .bind(
            "code",
            end.map(PartState.BatchEnd::code)
                .or(() -> unbought.map(PartState.Unbought::code))
                .orElse(null))
        .bind(
            "message",
            end.map(PartState.BatchEnd::message)
                .or(() -> unbought.map(PartState.Unbought::message))
                .map(Journal::cut)
                .orElse(null))
        .bind("seenStatus", part.seen().status())
        .bind("seenCompleted", part.seen().completed())
        .bind("seenFailed", part.seen().failed())
        .bind("tries", part.pause().tries())
        .bind("begunAt", part.pause().begun().toEpochMilli())
        .bind("sinceAt", part.pause().since().toEpochMilli())
        .bind("dueAt", part.pause().due().toEpochMilli())
        .bind("reason", part.pause().reason().map(Journal::cut).orElse(null));
  }

  private static @Nullable Long millis(Optional<Instant> time) {
    return time.map(Instant::toEpochMilli).orElse(null);
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
