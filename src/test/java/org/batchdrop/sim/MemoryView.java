package org.batchdrop.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.Standing;
import org.batchdrop.journal.Journal;

/**
 * What is under way beside a part.
 *
 * @param without not counted; empty: all parts are
 */
record MemoryView(Tables tables, Optional<PartId> without) implements Journal.View {

  private static final Duration HOUR = Duration.ofHours(1);

  private Stream<Part> others() {
    return tables.parts.values().stream().filter(part -> !without.equals(Optional.of(part.id())));
  }

  private static boolean holdsRoom(PartState state) {
    return state instanceof PartState.Uploading
        || state instanceof PartState.Uploaded
        || state instanceof PartState.Creating
        || state instanceof PartState.Unclear
        || state instanceof PartState.Live;
  }

  @Override
  public Standing standing(String account, String model, Instant now) {
    long since = now.minus(HOUR).toEpochMilli();
    long queued = 0;
    int running = 0;
    int creates = 0;
    for (Part part : others().filter(other -> other.account().equals(account)).toList()) {
      if (holdsRoom(part.state())) {
        running++;
        queued += part.model().equals(model) ? part.purchase().tokens() : 0;
      }
      if (part.lane() == Lane.BATCH
          && part.purchase().intended().filter(at -> at.toEpochMilli() > since).isPresent()) {
        creates++;
      }
    }
    return new Standing(queued, running, creates);
  }

  @Override
  public long committed(Journal.Scope scope, String currency, Instant since) {
    return others()
        .filter(MemoryView::isBegun)
        .filter(part -> isIn(part, scope))
        .filter(part -> currency(part.purchase()).equals(Optional.of(currency)))
        .filter(
            part ->
                part.purchase()
                    .intended()
                    .filter(at -> at.toEpochMilli() >= since.toEpochMilli())
                    .isPresent())
        .mapToLong(MemoryView::amount)
        .sum();
  }

  private static boolean isBegun(Part part) {
    return !(part.state() instanceof PartState.Built
        || part.state() instanceof PartState.Unbought
        || part.state() instanceof PartState.Superseded);
  }

  private static Optional<String> currency(Part.Purchase costs) {
    return costs.spent().or(costs::estimate).map(Money::currency);
  }

  private static long amount(Part part) {
    Optional<Money> estimate = part.purchase().estimate();
    Optional<Money> known =
        part.state() instanceof PartState.Collected
            ? part.purchase().spent().or(() -> estimate)
            : estimate;
    return known.map(Money::nanos).orElse(0L);
  }

  private boolean isIn(Part part, Journal.Scope scope) {
    if (scope instanceof Journal.Scope.OfPipeline of) {
      Job job = tables.jobs.get(part.id().job());
      return job != null && job.pipeline().equals(of.pipeline());
    }
    return scope instanceof Journal.Scope.OfAccount of
        ? part.account().equals(of.account())
        : part.id().job().equals(((Journal.Scope.OfJob) scope).job());
  }

  @Override
  public Journal.Pending pending(JobId job) {
    long nanos = 0;
    boolean first = true;
    for (Part part : tables.parts.values()) {
      if (!part.id().job().equals(job)) {
        continue;
      }
      if (part.state() instanceof PartState.Built) {
        nanos += part.purchase().estimate().map(Money::nanos).orElse(0L);
      } else {
        first = false;
      }
    }
    return new Journal.Pending(nanos, first);
  }
}
