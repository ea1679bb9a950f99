package org.batchdrop.flow;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.journal.Journal;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the ended parts of a job for {@code aggregate-job}. The aggregator lives in memory and
 * may be fed any part any number of times: the journal alone says when a job is complete.
 */
public final class Gathering implements AggregationStrategy {

  private final Journal journal;
  private final InstantSource clock;

  Gathering(Journal journal, InstantSource clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /** The job that a part belongs to. */
  public JobId job(@Body PartId part) {
    return part.job();
  }

  /** A job needs no more than its newest part: what ended before stands in the journal. */
  @Override
  public Exchange aggregate(@Nullable Exchange oldExchange, Exchange newExchange) {
    return newExchange;
  }

  /** Tells whether none of the job's parts can change any more. */
  public boolean isComplete(@Body PartId part) {
    List<Part> parts = journal.parts(part.job());
    return !parts.isEmpty() && parts.stream().allMatch(p -> p.state().isFinal());
  }

  /** One part of a job, to feed the aggregator after a restart. */
  public PartId anyPart(@Body JobId job) {
    return new PartId(job, 1, 1);
  }

  /**
   * Records that the job is collected.
   *
   * @return the job; null when somebody else was first
   */
  public @Nullable JobId close(@Body PartId part) {
    Job job = journal.job(part.job()).orElseThrow();
    if (!(job.state() instanceof JobState.Prepared prepared)) {
      return null;
    }
    Job.Times times = job.times();
    Job changed =
        job.to(prepared.collected())
            .with(
                new Job.Times(
                    times.received(),
                    times.prepared(),
                    Optional.of(clock.instant()),
                    Optional.empty()));
    return journal.change(job, changed, List.of(), "").map(Job::id).orElse(null);
  }
}
