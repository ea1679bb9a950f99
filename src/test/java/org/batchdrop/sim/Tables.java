package org.batchdrop.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.ParkedAccount;
import org.batchdrop.journal.StrayBatch;

/** What a {@link MemoryJournal} holds, as exact as a database holds it. */
final class Tables {

  private static final int MAX_TEXT = 2000;

  final Map<JobId, Job> jobs = new TreeMap<>();
  final Map<PartId, Part> parts = new TreeMap<>();
  final Map<JobId, List<Event>> events = new HashMap<>();
  final Map<String, ParkedAccount> parked = new TreeMap<>();
  final Map<LimitKey, Told> told = new HashMap<>();
  final Map<StrayKey, StrayBatch> strays = new HashMap<>();

  /** Whose limit. */
  record LimitKey(String account, String model) {}

  /** A limit, and when it was told. */
  record Told(long tokens, Instant at) {}

  /** Tells stray batches apart. */
  record StrayKey(String account, String batch) {}

  Tables copy() {
    Tables copy = new Tables();
    copy.jobs.putAll(jobs);
    copy.parts.putAll(parts);
    events.forEach((job, list) -> copy.events.put(job, new ArrayList<>(list)));
    copy.parked.putAll(parked);
    copy.told.putAll(told);
    copy.strays.putAll(strays);
    return copy;
  }

  static Instant millis(Instant time) {
    return Instant.ofEpochMilli(time.toEpochMilli());
  }

  static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }

  /** A job as it is read back: what never changes is that of {@code first}. */
  static Job stored(Job first, Job now, long version) {
    Job.Times times = now.times();
    return new Job(
        first.id(),
        first.pipeline(),
        first.inputName(),
        first.inputBytes(),
        first.inputKey(),
        now.state(),
        now.provider(),
        now.totals(),
        new Job.Times(
            millis(first.times().received()),
            times.prepared().map(Tables::millis),
            times.collected().map(Tables::millis),
            times.delivered().map(Tables::millis)),
        now.outbox(),
        now.problem().map(Tables::cut),
        now.contents(),
        now.orders(),
        version);
  }

  /** A part as it is read back: what never changes is that of {@code first}. */
  static Part stored(Part first, Part now, long version) {
    Part.Pause pause = now.pause();
    return new Part(
        first.id(),
        stored(now.state()),
        first.size(),
        first.lane(),
        first.endpoint(),
        first.model(),
        first.provider(),
        now.account(),
        now.seen(),
        new Part.Pause(
            pause.tries(),
            millis(pause.begun()),
            millis(pause.since()),
            millis(pause.due()),
            pause.reason().map(Tables::cut),
            pause.parked()),
        stored(now.purchase()),
        version);
  }

  /** Both amounts share one column for their currency. */
  private static Part.Purchase stored(Part.Purchase costs) {
    Optional<String> currency = costs.spent().or(costs::estimate).map(Money::currency);
    return new Part.Purchase(
        costs.attempt(),
        costs.refusals(),
        costs.tokens(),
        costs.estimate().map(money -> new Money(money.nanos(), currency.orElseThrow())),
        costs.spent().map(money -> new Money(money.nanos(), currency.orElseThrow())),
        costs.intended().map(Tables::millis));
  }

  private static PartState stored(PartState state) {
    if (state instanceof PartState.Ended ended) {
      return new PartState.Ended(ended.file(), ended.batch(), stored(ended.end()));
    }
    if (state instanceof PartState.Collected collected) {
      return new PartState.Collected(collected.file(), collected.batch(), stored(collected.end()));
    }
    return state instanceof PartState.Unbought unbought
        ? new PartState.Unbought(unbought.file(), unbought.code(), cut(unbought.message()))
        : state;
  }

  private static BatchEnd stored(BatchEnd end) {
    return new BatchEnd(
        end.status(), end.outputFile(), end.errorFile(), end.code(), cut(end.message()));
  }
}
