package org.batchdrop.sim;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.JournalException;
import org.batchdrop.journal.ParkedAccount;
import org.batchdrop.journal.Reservation;
import org.batchdrop.journal.StrayBatch;

/**
 * A journal on the heap with the meaning of the one in a database, that can be made to fail, to be
 * the last thing a process did, and to be an old one. It outlives the process that wrote it. Not
 * thread-safe.
 *
 * <p>Longer than other files because the interface is.
 */
public final class MemoryJournal implements Journal {

  /** What works. */
  public enum Health {
    GOOD,
    /** The disk is full or read-only: it can be read. */
    NOT_WRITABLE,
    /** Nothing works. */
    GONE
  }

  /**
   * One transaction that writes.
   *
   * @param number from 1
   * @param what for people
   */
  public record Write(long number, String what) {}

  /** Is called around each transaction that writes; may end it or the process. */
  public interface Observer {
    /** Before: what is thrown here keeps it from being done. */
    void before(Write write);

    /** After it became durable: what is thrown here keeps the process from learning of it. */
    void after(Write write);
  }

  private static final Observer NOBODY =
      new Observer() {
        @Override
        public void before(Write write) {}

        @Override
        public void after(Write write) {}
      };

  private final InstantSource clock;
  private Tables tables = new Tables();
  private Observer observer = NOBODY;
  private Health health = Health.GOOD;
  private long writes;

  /** Makes an empty one; the clock dates the events. */
  public MemoryJournal(InstantSource clock) {
    this.clock = clock;
  }

  /** A copy of all that it holds, for {@link #restore}. */
  public Object backup() {
    return tables.copy();
  }

  /** From now on it holds what it held when the backup was made. */
  public void restore(Object backup) {
    tables = ((Tables) backup).copy();
  }

  /** Sets who is called around each write. */
  public void observe(Observer next) {
    observer = next;
  }

  /** Sets what works. */
  public void health(Health now) {
    health = now;
  }

  /** Tells what works. */
  public Health health() {
    return health;
  }

  /** Transactions that wrote, or tried to, so far. */
  public long writes() {
    return writes;
  }

  /** What is under way, all parts counted; for judges. */
  public Journal.View everything() {
    return new MemoryView(tables, Optional.empty());
  }

  /** All parts, whatever the health; for judges. */
  public List<Part> allParts() {
    return List.copyOf(tables.parts.values());
  }

  /** All jobs, whatever the health; for judges. */
  public List<Job> allJobs() {
    return List.copyOf(tables.jobs.values());
  }

  /** All events of a job, whatever the health; for judges. */
  public List<Event> allEvents(JobId job) {
    return List.copyOf(tables.events.getOrDefault(job, List.of()));
  }

  private static JournalException failure(String what) {
    return new JournalException(
        "journal can't be " + what + ": simulated", new SQLException("simulated"));
  }

  private <T> T read(Supplier<T> work) {
    if (health == Health.GONE) {
      throw failure("read");
    }
    return work.get();
  }

  private <T> T write(String what, Supplier<T> work) {
    if (health != Health.GOOD) {
      throw failure("written");
    }
    Write write = new Write(++writes, what);
    observer.before(write);
    T done = work.get();
    observer.after(write);
    return done;
  }

  @Override
  public boolean received(Job job) {
    return write(
        "received",
        () -> {
          if (tables.jobs.containsKey(job.id())) {
            return false;
          }
          tables.jobs.put(job.id(), Tables.stored(job, job, 1));
          event(job.id(), Optional.empty(), Optional.empty(), job.state().label(), job.inputName());
          return true;
        });
  }

  @Override
  public Optional<Job> change(Job seen, Job changed, List<Part> parts, String detail) {
    return write(
        changed.state().label(),
        () -> {
          Job old = tables.jobs.get(changed.id());
          if (old == null || old.version() != seen.version()) {
            return Optional.empty();
          }
          parts.forEach(this::requireJob);
          Job now = Tables.stored(old, changed, old.version() + 1);
          tables.jobs.put(now.id(), now);
          parts.forEach(this::insert);
          if (!seen.state().equals(changed.state())) {
            event(
                seen.id(),
                Optional.empty(),
                Optional.of(seen.state().label()),
                changed.state().label(),
                detail);
          }
          return Optional.of(now);
        });
  }

  @Override
  public Optional<Part> change(Part seen, Part changed, Optional<Part> next, String detail) {
    return write(changed.state().label(), () -> changed(seen, changed, next, detail));
  }

  private Optional<Part> changed(Part seen, Part changed, Optional<Part> next, String detail) {
    Part old = tables.parts.get(changed.id());
    if (old == null || old.version() != seen.version()) {
      return Optional.empty();
    }
    next.ifPresent(this::requireJob);
    Part now = Tables.stored(old, changed, old.version() + 1);
    tables.parts.put(now.id(), now);
    next.ifPresent(this::insert);
    String from = seen.state().label();
    if (!from.equals(changed.state().label())) {
      event(
          seen.id().job(),
          Optional.of(seen.id()),
          Optional.of(from),
          changed.state().label(),
          detail);
    }
    return Optional.of(now);
  }

  @Override
  public Reservation reserve(Part seen, Part changed, Rule rule, String detail) {
    return write(
        "reserve",
        () -> {
          Optional<Reservation.Refused> refusal =
              rule.refusal(new MemoryView(tables, Optional.of(seen.id())));
          if (refusal.isPresent()) {
            return refusal.get();
          }
          return changed(seen, changed, Optional.empty(), detail)
              .<Reservation>map(Reservation.Granted::new)
              .orElseGet(Reservation.Lost::new);
        });
  }

  @Override
  public Optional<Job> claimContents(Job job, String contents) {
    return write(
        "claim contents",
        () -> {
          Optional<Job> earlier =
              tables.jobs.values().stream()
                  .filter(other -> isSame(other, job, contents))
                  .min(Comparator.comparing((Job other) -> other.times().received()));
          Job old = tables.jobs.get(job.id());
          if (earlier.isEmpty() && old != null && old.version() == job.version()) {
            tables.jobs.put(job.id(), Tables.stored(old, job.of(contents), old.version() + 1));
          }
          return earlier;
        });
  }

  private static boolean isSame(Job other, Job job, String contents) {
    boolean isRefused =
        other.state() instanceof JobState.Refused || other.state() instanceof JobState.Rejected;
    boolean isComplete =
        !(other.state() instanceof JobState.Delivered) || other.totals().failed() == 0;
    return other.contents().equals(contents)
        && other.pipeline().equals(job.pipeline())
        && !other.id().equals(job.id())
        && !other.orders().cancelled()
        && !isRefused
        && isComplete;
  }

  @Override
  public Optional<Job> job(JobId id) {
    return read(() -> Optional.ofNullable(tables.jobs.get(id)));
  }

  private static Comparator<Job> byTime() {
    return Comparator.comparing((Job job) -> job.times().received()).thenComparing(Job::id);
  }

  @Override
  public List<Job> jobs(int limit) {
    return read(
        () -> tables.jobs.values().stream().sorted(byTime().reversed()).limit(limit).toList());
  }

  @Override
  public List<Job> jobsIn(JobState state, int limit) {
    return read(
        () ->
            tables.jobs.values().stream()
                .filter(job -> job.state().label().equals(state.label()))
                .sorted(byTime())
                .limit(limit)
                .toList());
  }

  @Override
  public List<JobId> finishedBefore(Instant time, int limit) {
    return read(
        () ->
            tables.jobs.values().stream()
                .filter(job -> job.state().isFinal())
                .filter(
                    job ->
                        job.times()
                            .delivered()
                            .filter(at -> at.toEpochMilli() < time.toEpochMilli())
                            .isPresent())
                .sorted(
                    Comparator.comparing((Job job) -> job.times().delivered().orElseThrow())
                        .reversed())
                .limit(limit)
                .map(Job::id)
                .toList());
  }

  @Override
  public List<JobId> jobsWhosePartsEnded(int limit) {
    return read(
        () ->
            tables.jobs.values().stream()
                .filter(job -> job.state() instanceof JobState.Prepared)
                .filter(job -> partsOf(job.id()).allMatch(part -> part.state().isFinal()))
                .sorted(Comparator.comparing((Job job) -> job.times().received()))
                .limit(limit)
                .map(Job::id)
                .toList());
  }

  private Stream<Part> partsOf(JobId job) {
    return tables.parts.values().stream().filter(part -> part.id().job().equals(job));
  }

  @Override
  public Optional<Part> part(PartId id) {
    return read(() -> Optional.ofNullable(tables.parts.get(id)));
  }

  @Override
  public List<Part> parts(JobId job) {
    return read(() -> partsOf(job).toList());
  }

  @Override
  public List<PartId> partsToSubmit(Instant now, int limit) {
    return due(
        part ->
            part.lane() == Lane.BATCH
                && (part.state() instanceof PartState.Built
                    || part.state() instanceof PartState.Uploading
                    || part.state() instanceof PartState.Uploaded
                    || part.state() instanceof PartState.Creating
                    || part.state() instanceof PartState.Unclear),
        now,
        limit);
  }

  @Override
  public List<PartId> partsToAsk(Instant now, int limit) {
    return due(
        part ->
            part.lane() == Lane.REALTIME
                && (part.state() instanceof PartState.Built
                    || part.state() instanceof PartState.Asking),
        now,
        limit);
  }

  @Override
  public List<PartId> partsToCollect(Instant now, int limit) {
    return due(part -> part.state() instanceof PartState.Ended, now, limit);
  }

  private List<PartId> due(Predicate<Part> which, Instant now, int limit) {
    return read(
        () ->
            tables.parts.values().stream()
                .filter(which)
                .filter(part -> part.pause().due().toEpochMilli() <= now.toEpochMilli())
                .sorted(
                    Comparator.comparing((Part part) -> part.pause().due()).thenComparing(Part::id))
                .limit(limit)
                .map(Part::id)
                .toList());
  }

  @Override
  public List<Part> liveParts() {
    return read(
        () ->
            tables.parts.values().stream()
                .filter(part -> part.state() instanceof PartState.Live)
                .sorted(
                    Comparator.comparing((Part part) -> part.pause().since())
                        .thenComparing(Part::id))
                .toList());
  }

  @Override
  public List<String> busyProviders() {
    return read(
        () ->
            tables.parts.values().stream()
                .filter(part -> part.lane() == Lane.BATCH || part.id().generation() > 1)
                .filter(part -> !part.state().isFinal())
                .map(Part::provider)
                .distinct()
                .sorted()
                .toList());
  }

  @Override
  public List<Event> events(JobId job) {
    return read(() -> allEvents(job));
  }

  @Override
  public void park(ParkedAccount account) {
    write(
        "park account",
        () ->
            tables.parked.put(
                account.account(),
                new ParkedAccount(
                    account.account(),
                    account.provider(),
                    account.secret(),
                    account.code(),
                    Tables.cut(account.reason()),
                    Tables.millis(account.since()),
                    Tables.millis(account.look()))));
  }

  @Override
  public void release(String account, String provider, Instant now) {
    write(
        "release account",
        () -> {
          tables.parked.remove(account);
          for (Part part : allParts()) {
            Instant due = part.pause().due();
            boolean waits =
                part.pause().parked()
                    && due.toEpochMilli() > now.toEpochMilli()
                    && due.isBefore(Part.Pause.NEVER);
            boolean isItsOwn = part.account().isEmpty() || part.account().equals(account);
            if (waits && isItsOwn && part.provider().equals(provider) && !part.state().isFinal()) {
              tables.parts.put(part.id(), woken(part, now));
            }
          }
          return true;
        });
  }

  private static Part woken(Part part, Instant now) {
    Part.Pause pause = part.pause();
    Part awake = part.waiting(now, pause.reason().orElse(""));
    return Tables.stored(part, awake, part.version() + 1);
  }

  @Override
  public List<ParkedAccount> parkedAccounts() {
    return read(() -> List.copyOf(tables.parked.values()));
  }

  @Override
  public void limitTold(String account, String model, long tokens, Instant at) {
    write(
        "limit told",
        () ->
            tables.told.put(
                new Tables.LimitKey(account, model), new Tables.Told(tokens, Tables.millis(at))));
  }

  @Override
  public Optional<Long> toldLimit(String account, String model, Instant since) {
    return read(
        () ->
            Optional.ofNullable(tables.told.get(new Tables.LimitKey(account, model)))
                .filter(told -> told.at().toEpochMilli() >= since.toEpochMilli())
                .map(Tables.Told::tokens));
  }

  @Override
  public boolean stray(StrayBatch batch) {
    return write(
        "stray batch",
        () ->
            tables.strays.put(
                    new Tables.StrayKey(batch.account(), batch.batch()),
                    new StrayBatch(
                        batch.batch(),
                        batch.account(),
                        batch.provider(),
                        batch.key(),
                        batch.file(),
                        batch.status(),
                        Tables.millis(batch.seen())))
                == null);
  }

  @Override
  public List<StrayBatch> strays(String account, PartId part) {
    return read(
        () ->
            tables.strays.values().stream()
                .filter(stray -> stray.account().equals(account))
                .filter(stray -> stray.key().startsWith(part.slice() + "/"))
                .sorted(Comparator.comparing(StrayBatch::seen).thenComparing(StrayBatch::batch))
                .toList());
  }

  @Override
  public List<StrayBatch> strays(int limit) {
    return read(
        () ->
            tables.strays.values().stream()
                .sorted(
                    Comparator.comparing(StrayBatch::seen)
                        .reversed()
                        .thenComparing(StrayBatch::batch))
                .limit(limit)
                .toList());
  }

  @Override
  public void adopted(StrayBatch batch) {
    write(
        "stray adopted",
        () ->
            Optional.ofNullable(
                tables.strays.remove(new Tables.StrayKey(batch.account(), batch.batch()))));
  }

  /** What it holds outlives this. */
  @Override
  public void close() {}

  private void requireJob(Part part) {
    if (!tables.jobs.containsKey(part.id().job())) {
      throw failure("written");
    }
  }

  private void insert(Part part) {
    if (!tables.parts.containsKey(part.id())) {
      tables.parts.put(part.id(), Tables.stored(part, part, 1));
      event(part.id().job(), Optional.of(part.id()), Optional.empty(), part.state().label(), "");
    }
  }

  private void event(
      JobId job, Optional<PartId> part, Optional<String> from, String to, String detail) {
    tables
        .events
        .computeIfAbsent(job, id -> new ArrayList<>())
        .add(new Event(Tables.millis(clock.instant()), part, from, to, Tables.cut(detail)));
  }
}
