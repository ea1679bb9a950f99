package org.batchdrop.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;

/**
 * A job as people see it.
 *
 * @param job the job
 * @param parts its parts
 */
record JobView(Job job, List<Part> parts) {

  /** How far the job is, from 0 to 1; counts of the provider are a hint only. */
  double share() {
    if (job.state().isFinal()) {
      return 1;
    }
    long rows = Math.max(1, job.totals().rows());
    double done = job.totals().unsent();
    for (Part part : parts) {
      if (part.state() instanceof PartState.Superseded) {
        continue;
      }
      boolean over = part.state().isFinal() || part.state() instanceof PartState.Ended;
      done +=
          over
              ? part.size().rows()
              : Math.min(part.size().rows(), part.seen().completed() + part.seen().failed());
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
    return waiting().map(reason -> "waits: " + reason).orElseGet(this::counts);
  }

  private Optional<String> waiting() {
    return parts.stream()
        .filter(part -> !part.state().isFinal())
        .flatMap(part -> part.pause().reason().stream())
        .findFirst();
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
    return job.totals().failed() == 0 ? ExitCode.OK : ExitCode.FAILED_ROWS;
  }
}
