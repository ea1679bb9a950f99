package org.batchdrop.cli;

import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;

/**
 * A job as people see it.
 *
 * @param job the job
 * @param parts its parts
 */
record JobView(Job job, List<Part> parts) {

  /** Finds a job by its id or the end of it. */
  static Optional<Job> find(Journal journal, String id) {
    if (JobId.isValid(id)) {
      return journal.job(new JobId(id));
    }
    return id.length() < 4
        ? Optional.empty()
        : journal.jobs(10_000).stream().filter(job -> job.id().value().endsWith(id)).findFirst();
  }

  /** Why a part does not go on, in a word or two. */
  static String pause(Part part, DateTimeFormatter time) {
    if (part.pause().due().equals(Part.Pause.NEVER)) {
      return "parked";
    }
    return (part.pause().parked() ? "parked, looked at " : "waits until ")
        + time.format(part.pause().due());
  }

  /** Whether a person must resolve something before the job goes on. */
  boolean isParked() {
    return !job.state().isFinal() && parts.stream().anyMatch(JobView::isParked);
  }

  private static boolean isParked(Part part) {
    return !part.state().isFinal() && part.pause().parked();
  }

  /** How far the job is, from 0 to 1; counts of the provider are a hint only. */
  double share() {
    if (job.state().isFinal()) {
      return 1;
    }
    long rows = Math.max(1, job.totals().rows());
    double done = job.totals().unsent();
    for (Part part : parts) {
      boolean isLast =
          parts.stream()
              .noneMatch(
                  other ->
                      other.id().number() == part.id().number()
                          && other.id().generation() > part.id().generation());
      boolean isOver = part.state().isFinal() || part.state() instanceof PartState.Ended;
      long seen = part.seen().completed();
      // What an earlier try left unanswered is in a later one.
      done +=
          !isLast
              ? seen
              : isOver
                  ? part.size().rows()
                  : Math.min(part.size().rows(), seen + part.seen().failed());
    }
    // Something always remains until the results are published.
    return job.state() instanceof JobState.Received ? 0 : Math.min(0.99, done / rows);
  }

  /** What is going on, in a few words. */
  String doing() {
    JobState state = job.state();
    if (state instanceof JobState.Received) {
      return job.problem().orElse("preparing");
    }
    if (state instanceof JobState.Collected) {
      return job.problem().orElse("joining answers to rows");
    }
    if (state instanceof JobState.Delivered) {
      return rows(job.totals().answered())
          + " answered, "
          + rows(job.totals().failed())
          + " failed";
    }
    if (state instanceof JobState.Refused || state instanceof JobState.Rejected) {
      return "rejected: " + job.problem().orElse("see report.json");
    }
    return waiting().orElseGet(this::counts);
  }

  private Optional<String> waiting() {
    Optional<String> parked =
        parts.stream()
            .filter(JobView::isParked)
            .flatMap(part -> part.pause().reason().stream())
            .findFirst();
    return parked
        .map(reason -> "parked: " + reason)
        .or(
            () ->
                parts.stream()
                    .filter(part -> !part.state().isFinal())
                    .flatMap(part -> part.pause().reason().stream())
                    .findFirst()
                    .map(reason -> "waits: " + reason));
  }

  private String counts() {
    long batches =
        parts.stream().filter(part -> !(part.state() instanceof PartState.Superseded)).count();
    long ended = parts.stream().filter(part -> part.state().isFinal()).count();
    long answered = parts.stream().mapToLong(part -> part.seen().completed()).sum();
    return rows(answered)
        + " of "
        + rows(job.totals().rows())
        + " rows answered, "
        + ended
        + " of "
        + batches
        + (batches == 1 ? " part" : " parts")
        + " ended";
  }

  static String rows(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** What the process says when it waited for this job. */
  int exitCode() {
    if (job.state() instanceof JobState.Rejected) {
      return ExitCode.REJECTED;
    }
    if (job.orders().cancelled()) {
      return ExitCode.CANCELLED;
    }
    if (isParked()) {
      return ExitCode.PARKED;
    }
    return job.totals().failed() == 0 ? ExitCode.OK : ExitCode.FAILED_ROWS;
  }
}
