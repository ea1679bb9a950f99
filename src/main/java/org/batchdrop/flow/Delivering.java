package org.batchdrop.flow;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.batchdrop.config.Home;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.Journal;
import org.batchdrop.result.Delivery;
import org.batchdrop.result.DeliveryOrder;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.Outbox;
import org.batchdrop.result.RejectionOrder;

/**
 * Publishes what became of a job; the step of {@code deliver-job}. Publishing again changes
 * nothing, so that a crash between the rename and the record costs nothing.
 */
public final class Delivering {

  private final Home home;
  private final Journal journal;
  private final JobPipelines pipelines;
  private final Costs costs;
  private final InstantSource clock;
  private final Story story;
  private final Stopping stopping;

  Delivering(
      Home home,
      Journal journal,
      Costs costs,
      InstantSource clock,
      Story story,
      Stopping stopping) {
    this.home = home;
    this.journal = journal;
    this.pipelines = new JobPipelines(home);
    this.costs = costs;
    this.clock = clock;
    this.story = story;
    this.stopping = stopping;
  }

  /**
   * Publishes a collected or refused job and records it; does nothing for any other.
   *
   * @throws IOException when the disk fails or the daemon stops; the job shows why, and it is tried
   *     again
   * @throws IllegalStateException when the rows do not add up; likewise
   */
  public void deliver(@Body JobId id) throws IOException {
    Job job = journal.job(id).orElseThrow();
    try {
      publish(job);
    } catch (IOException | IllegalStateException e) {
      // Why an input was refused matters more than why nobody can read that yet.
      boolean isNews =
          job.state() instanceof JobState.Collected && !job.problem().equals(Optional.of(words(e)));
      if (!stopping.getAsBoolean() && isNews) {
        journal.change(job, job.withProblem(words(e)), List.of(), "");
      }
      throw e;
    }
  }

  private static String words(Exception e) {
    return "the results can't be published: " + e.getMessage();
  }

  private void publish(Job job) throws IOException {
    JobId id = job.id();
    if (job.state() instanceof JobState.Collected collected) {
      Delivery delivery = Outbox.publish(order(job), stopping::getAsBoolean);
      record(job.withoutProblem(), collected.delivered(), delivery).ifPresent(story::delivered);
    } else if (job.state() instanceof JobState.Refused refused) {
      Delivery delivery =
          Outbox.publish(
              new RejectionOrder(
                  id,
                  home.job(id),
                  job.pipeline(),
                  job.provider(),
                  home.outbox(),
                  Refusals.read(home.job(id)),
                  job.times().received(),
                  clock.instant().truncatedTo(ChronoUnit.MILLIS)));
      record(job, refused.rejected(), delivery).ifPresent(story::rejected);
    }
  }

  private Optional<Job> record(Job job, JobState next, Delivery delivery) {
    Job.Times times = job.times();
    Job.Totals totals = job.totals();
    Job changed =
        job.to(next)
            .with(
                new Job.Totals(
                    delivery.rows(),
                    totals.unsent(),
                    delivery.answered(),
                    delivery.failed(),
                    totals.parts()))
            .with(
                new Job.Times(
                    times.received(),
                    times.prepared(),
                    times.collected(),
                    Optional.of(clock.instant())))
            .publishedIn(home.show(delivery.folder()));
    return journal.change(job, changed, List.of(), delivery.state().label());
  }

  private DeliveryOrder order(Job job) throws IOException {
    JobFolder folder = home.job(job.id());
    List<Part> parts = journal.parts(job.id());
    List<DeliveryOrder.Part> tries = new ArrayList<>();
    parts.forEach(part -> tries.add(part(part)));
    return new DeliveryOrder(
        job.id(),
        folder,
        pipelines.of(job),
        home.outbox(),
        job.orders().cancelled() ? Delivery.State.CANCELLED : Delivery.State.COMPLETED,
        parts.stream().map(Part::endpoint).distinct().collect(Collectors.joining(", ")),
        parts.stream()
            .map(part -> part.lane().label())
            .distinct()
            .collect(Collectors.joining(", ")),
        parts.stream().map(Part::model).distinct().toList(),
        job.totals().rows(),
        tries,
        new DeliveryOrder.Times(
            job.times().received(),
            job.times().prepared(),
            firstLive(job.id()),
            job.times().collected(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS)),
        costs.whole(parts));
  }

  private static DeliveryOrder.Part part(Part part) {
    Optional<Reason> reason = Optional.empty();
    Optional<PartState.BatchEnd> end = Optional.empty();
    String status = part.seen().status().isEmpty() ? part.state().label() : part.seen().status();
    status = part.isReused() ? PartState.REUSED : status;
    if (part.state() instanceof PartState.Unbought unbought) {
      reason = Optional.of(new Reason(unbought.code(), unbought.message()));
    } else if (part.state() instanceof PartState.Collected collected) {
      end = Optional.of(collected.end());
      reason = Optional.of(new Reason(collected.end().code(), collected.end().message()));
    }
    return new DeliveryOrder.Part(
        part.id(),
        part.state().batchId(),
        part.state().fileId(),
        status,
        part.size().rows(),
        end.flatMap(PartState.BatchEnd::outputFile).isPresent(),
        end.flatMap(PartState.BatchEnd::errorFile).isPresent(),
        reason);
  }

  private Optional<Instant> firstLive(JobId job) {
    return journal.events(job).stream()
        .filter(event -> event.to().equals("live"))
        .map(Event::at)
        .findFirst();
  }
}
