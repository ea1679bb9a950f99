package org.batchdrop.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Moves one batch through its life, a short step at a time. It is the only writer of its batch;
 * steps and cancellation exclude each other.
 *
 * <pre>
 * validating -> in_progress -> finalizing -> completed
 *      |             |`-> expired    |
 *      `-> failed    `-> cancelling <-' -> cancelled
 * </pre>
 *
 * <p>How many rows are due follows from the clock and the time the batch went in_progress, so a
 * batch that slept because its process was dead catches up.
 */
final class BatchRun {
  private static final long SLICE_NANOS = 100_000_000;
  private static final int ROWS_PER_LOOK = 64;
  private static final long CHECKPOINT_MILLIS = 500;
  private static final long SHORTEST_WAIT_MILLIS = 5;
  private static final Duration HELD = Duration.ofMillis(200);

  private final String id;
  private final SandboxSettings settings;
  private final InstantSource clock;
  private final BatchStore batches;
  private final ResultFiles results;
  private final Ledger ledger;
  private final RowExecutor rows;
  private final Predicate<Batch> admission;
  private final BooleanSupplier stopping;
  private @Nullable RowIndex index;
  private long checkpointAt;

  /**
   * Prepares the run of a batch, and cuts off what a killed process left behind its progress.
   *
   * @param engine what all runs share
   * @param admission takes a validated batch in, or tells that its model's queue is full
   */
  BatchRun(Batch batch, BatchEngine.Surroundings engine, Predicate<Batch> admission)
      throws IOException {
    this.id = batch.id();
    this.settings = engine.settings();
    this.clock = engine.clock();
    this.batches = engine.batches();
    this.results = new ResultFiles(engine.batches(), engine.files());
    this.ledger = engine.ledger();
    this.rows = engine.rows();
    this.stopping = engine.stopping();
    this.admission = admission;
    try (RowWriter writer = new RowWriter(batch, batches, ledger)) {
      ledger.progressed(id, writer.flush());
    }
  }

  String id() {
    return id;
  }

  /** Does what is due now; returns when to step again, or empty when the batch has ended. */
  synchronized Optional<Duration> step() throws IOException {
    Batch batch = current();
    if (isHeld(batch)) {
      return Optional.of(HELD);
    }
    return switch (batch.status()) {
      case VALIDATING -> validate(batch);
      case IN_PROGRESS -> work(batch);
      case FINALIZING -> complete(batch);
      case CANCELLING -> finishCancelling(batch);
      case FAILED, COMPLETED, EXPIRED, CANCELLED -> Optional.empty();
    };
  }

  /** A batch that is stuck in_progress still runs some rows. */
  private boolean isHeld(Batch batch) {
    BatchScript script = batch.script();
    if (script == null || batch.status().isFinal() || batch.status() == BatchStatus.IN_PROGRESS) {
      return false;
    }
    Long entered = batch.entered(batch.status());
    long since = entered == null ? batch.createdAt() : entered;
    return script.holds(batch.status(), since, clock.millis());
  }

  /** Starts cancelling, unless the batch has ended or is being cancelled; returns it as it is. */
  synchronized Batch cancel() throws IOException {
    Batch batch = current();
    if (batch.status().isFinal() || batch.status() == BatchStatus.CANCELLING) {
      return batch;
    }
    return saved(batch.enter(BatchStatus.CANCELLING, clock.millis()));
  }

  /** Makes the progress of an unfinished batch durable. */
  synchronized void checkpoint() throws IOException {
    Batch batch = current();
    if (!batch.status().isFinal()) {
      try (RowWriter writer = new RowWriter(batch, batches, ledger)) {
        writer.force();
      }
      batches.save(batch);
    }
  }

  private Batch current() {
    return batches.find(id).orElseThrow(() -> new IllegalStateException("no batch " + id));
  }

  private Batch saved(Batch batch) throws IOException {
    batches.save(batch);
    return batch;
  }

  private Optional<Duration> validate(Batch batch) throws IOException {
    long readyAt = batch.createdAt() + settings.validation().toMillis();
    long now = clock.millis();
    if (now < readyAt) {
      return Optional.of(Duration.ofMillis(readyAt - now));
    }
    InputValidation.Result found =
        InputValidation.of(batches.input(id), batch.endpoint(), settings, stopping);
    if (found == null) {
      return Optional.of(Duration.ZERO);
    }
    ledger.contains(id, found.customIds());
    List<BatchProblem> scripted = batch.script() == null ? List.of() : batch.script().problems();
    if (!found.problems().isEmpty()) {
      return fail(batch, found.problems());
    }
    if (batch.script() != null && batch.script().failsValidation()) {
      return fail(batch, scripted);
    }
    index = ordered(found.rows());
    Batch valid =
        batch
            .validated(found.model(), found.rows().size(), found.promptTokens(), scripted)
            .enter(BatchStatus.IN_PROGRESS, readyAt);
    if (batch.script() != null && batch.script().earlyIds()) {
      valid = results.namedEarly(valid);
    }
    if (!admission.test(valid)) {
      return fail(batch, List.of(queueFull(found.model())));
    }
    return Optional.of(Duration.ZERO);
  }

  private BatchProblem queueFull(@Nullable String model) {
    return BatchProblem.ofFile(
        "token_limit_exceeded",
        ("Enqueued token limit reached for %s in organization sandbox. Limit: %,d enqueued tokens."
                + " Please try again once some in_progress batches have been completed.")
            .formatted(model, settings.enqueuedTokenLimit()));
  }

  private Optional<Duration> fail(Batch batch, List<BatchProblem> problems) throws IOException {
    return end(batch.validated(null, 0, 0, problems).enter(BatchStatus.FAILED, clock.millis()));
  }

  private Optional<Duration> work(Batch batch) throws IOException {
    long now = clock.millis();
    long expiry = expiry(batch);
    BatchScript script = batch.script();
    boolean stuck = script != null && script.holds(BatchStatus.IN_PROGRESS, startedAt(batch), now);
    int most = script == null ? batch.total() : script.rowsToRun(batch.total(), stuck);
    int due = Math.min(most, dueBy(batch, Math.min(now, expiry)));
    Batch after = batch;
    if (batch.progress().run() < due && batch.progress().unrun() == 0) {
      after = slice(batch, due, null);
    }
    int run = after.progress().run();
    if (stuck && run >= due) {
      return Optional.of(HELD);
    }
    if (script != null && script.end() != null && run >= most) {
      return endAsScripted(after, script.end(), script.restAbsent());
    }
    if (run == after.total()) {
      saved(after.enter(BatchStatus.FINALIZING, clock.millis()));
      return Optional.of(settings.finalizing());
    }
    if (run < due) {
      return Optional.of(Duration.ZERO);
    }
    if (now >= expiry) {
      return leaveOutRest(after, LeftOut.EXPIRED);
    }
    long nextAt = startedAt(batch) + settings.perRequest().multipliedBy(run + 1L).toMillis();
    long wait = Math.max(SHORTEST_WAIT_MILLIS, Math.min(nextAt, expiry) - now);
    return Optional.of(Duration.ofMillis(wait));
  }

  private Optional<Duration> endAsScripted(Batch batch, String end, boolean restAbsent)
      throws IOException {
    if (end.equals(BatchStatus.COMPLETED.label()) && batch.progress().run() == batch.total()) {
      saved(batch.enter(BatchStatus.FINALIZING, clock.millis()));
      return Optional.of(settings.finalizing());
    }
    for (LeftOut reason : LeftOut.values()) {
      if (reason.status.label().equals(end) && !restAbsent) {
        return leaveOutRest(batch, reason);
      }
    }
    return publish(batch, BatchStatus.valueOf(end.toUpperCase(Locale.ROOT)));
  }

  private Optional<Duration> finishCancelling(Batch batch) throws IOException {
    return leaveOutRest(batch, LeftOut.CANCELLED);
  }

  private Optional<Duration> leaveOutRest(Batch batch, LeftOut reason) throws IOException {
    Batch after = batch;
    if (batch.progress().ended() < batch.total()) {
      after = slice(batch, batch.total(), reason);
    }
    return after.progress().ended() < after.total()
        ? Optional.of(Duration.ZERO)
        : publish(after, reason.status);
  }

  private Optional<Duration> complete(Batch batch) throws IOException {
    Long since = batch.entered(BatchStatus.FINALIZING);
    long readyAt = Objects.requireNonNull(since) + settings.finalizing().toMillis();
    long now = clock.millis();
    return now < readyAt
        ? Optional.of(Duration.ofMillis(readyAt - now))
        : publish(batch, BatchStatus.COMPLETED);
  }

  /** Runs rows, or leaves them out for a reason, until a place in the order or for a while. */
  private Batch slice(Batch batch, int until, @Nullable LeftOut reason) throws IOException {
    RowIndex known = index;
    if (known == null) {
      known = ordered(RowIndex.of(batches.input(id), settings.maxLineBytes()));
      index = known;
    }
    long created = startedAt(batch) / 1000;
    double failing = batch.script() == null ? 0 : batch.script().failingShare();
    try (RowReader reader = new RowReader(batches.input(id), known);
        RowWriter writer = new RowWriter(batch, batches, ledger)) {
      long end = System.nanoTime() + SLICE_NANOS;
      for (int place = batch.progress().ended(); place < until; place++) {
        RequestLine row = reader.read(place);
        String customId = Objects.requireNonNull(row.customId());
        if (reason == null) {
          RequestBody body = Objects.requireNonNull(row.body());
          writer.ran(customId, rows.execute(batch.endpoint(), customId, body, created, failing));
        } else {
          writer.leftOut(customId, reason.code, reason.message);
        }
        boolean look = place % ROWS_PER_LOOK == 0;
        if (look && (stopping.getAsBoolean() || System.nanoTime() > end)) {
          break;
        }
      }
      return recorded(batch.advance(writer.flush()), writer);
    }
  }

  private Batch recorded(Batch batch, RowWriter writer) throws IOException {
    ledger.progressed(id, batch.progress());
    long now = clock.millis();
    if (now >= checkpointAt || stopping.getAsBoolean()) {
      writer.force();
      batches.save(batch);
      checkpointAt = now + CHECKPOINT_MILLIS;
    } else {
      batches.show(batch);
    }
    return batch;
  }

  private RowIndex ordered(RowIndex inFileOrder) {
    long seed = Fingerprint.of(id, settings.seed());
    return settings.shuffle() ? inFileOrder.shuffled(seed) : inFileOrder;
  }

  private long expiry(Batch batch) {
    return settings
        .expireAfter()
        .map(after -> Math.min(batch.expiresAt(), batch.createdAt() + after.toMillis()))
        .orElse(batch.expiresAt());
  }

  private static long startedAt(Batch batch) {
    Long at = batch.entered(BatchStatus.IN_PROGRESS);
    return at == null ? batch.createdAt() : at;
  }

  private int dueBy(Batch batch, long moment) {
    long spentMillis = moment - startedAt(batch);
    if (spentMillis < 0) {
      return 0;
    }
    long eachNanos = settings.perRequest().toNanos();
    if (eachNanos == 0) {
      return batch.total();
    }
    return (int) Math.min(batch.total(), Duration.ofMillis(spentMillis).toNanos() / eachNanos);
  }

  /** The ids are saved before the files exist, so that doing it again makes the same files. */
  private Optional<Duration> publish(Batch batch, BatchStatus status) throws IOException {
    Batch named = results.named(batch);
    try (RowWriter writer = new RowWriter(batch, batches, ledger)) {
      writer.force();
    }
    batches.save(named);
    results.publish(named);
    return end(named.enter(status, clock.millis()));
  }

  private Optional<Duration> end(Batch batch) throws IOException {
    if (!ledger.knowsContentOf(id)) {
      noteContent(batch);
    }
    batches.save(batch);
    ledger.progressed(id, batch.progress());
    Long endedAt = batch.entered(batch.status());
    ledger.ended(id, endedAt == null ? clock.millis() : endedAt);
    index = null;
    batches.tidy(id);
    return Optional.empty();
  }

  /** Of a batch that ends before its validation, only the ledger wants to know the rows. */
  private void noteContent(Batch batch) throws IOException {
    InputValidation.Result found =
        InputValidation.of(batches.input(id), batch.endpoint(), settings, () -> false);
    if (found != null) {
      ledger.contains(id, found.customIds());
    }
  }

  /** Why a row ends without having run. */
  private enum LeftOut {
    EXPIRED(
        BatchStatus.EXPIRED,
        "batch_expired",
        "This request could not be executed before the completion window expired."),
    CANCELLED(
        BatchStatus.CANCELLED,
        "batch_cancelled",
        "This request was not executed because the batch was cancelled.");

    private final BatchStatus status;
    private final String code;
    private final String message;

    LeftOut(BatchStatus status, String code, String message) {
      this.status = status;
      this.code = code;
      this.message = message;
    }
  }
}
