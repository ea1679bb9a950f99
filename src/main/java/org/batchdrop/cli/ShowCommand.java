package org.batchdrop.cli;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Units;
import org.batchdrop.job.Job;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.Journal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code batchdrop show}: one job with its parts and everything that happened. */
@Command(
    name = "show",
    description = "Shows a job, its parts and what happened to them.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: batchdrop show 3fa9c1 --json"})
final class ShowCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Mixin private JsonOption jsonOption = new JsonOption();

  @Parameters(paramLabel = "JOB", description = "The job's id, or its end.")
  private String id = "";

  ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Home home = homeOption.home();
    Optional<Journal> found = Journal.openReadOnly(home.journal());
    if (found.isEmpty()) {
      console.error("there are no jobs yet in " + home.root());
      return ExitCode.USAGE;
    }
    try (Journal journal = found.get()) {
      Optional<Job> job = JobView.find(journal, id);
      if (job.isEmpty()) {
        console.error("there is no job '" + id + "'; 'batchdrop jobs' lists them");
        return ExitCode.USAGE;
      }
      if (jsonOption.json) {
        JobView view = new JobView(job.get(), journal.parts(job.get().id()));
        console.json(JobJson.whole(view, journal.events(job.get().id())));
      } else {
        print(home, journal, job.get());
      }
    }
    return ExitCode.OK;
  }

  private void print(Home home, Journal journal, Job job) {
    JobView view = new JobView(job, journal.parts(job.id()));
    console.line("job       " + job.id());
    console.line(
        "pipeline  " + job.pipeline() + (job.provider().isEmpty() ? "" : " -> " + job.provider()));
    console.line("input     " + job.inputName() + " (" + Units.showSize(job.inputBytes()) + ")");
    console.line("state     " + view.doing());
    console.line("progress  " + Console.bar(view.share()));
    console.line(
        "rows      "
            + JobView.rows(job.totals().rows())
            + ", unsent "
            + JobView.rows(job.totals().unsent()));
    console.line(
        "results   "
            + job.outbox().orElse("not yet; work folder " + home.show(home.job(job.id()).root())));
    for (Part part : view.parts()) {
      console.line(
          "part      "
              + part.id().label()
              + "  "
              + part.state().label()
              + "  "
              + JobView.rows(part.size().rows())
              + " rows  "
              + part.state().batchId().orElse("-")
              + (part.seen().status().isEmpty()
                  ? ""
                  : "  "
                      + part.seen().status()
                      + " "
                      + part.seen().completed()
                      + "+"
                      + part.seen().failed())
              + part.pause()
                  .reason()
                  .map(reason -> "  " + JobView.pause(part, TIME) + ": " + reason)
                  .orElse(""));
    }
    console.line("events");
    for (Event event : journal.events(job.id())) {
      console.line(
          "  "
              + TIME.format(event.at())
              + "  "
              + event.part().map(PartId::label).orElse("job")
              + "  "
              + event.from().map(from -> from + " -> ").orElse("")
              + event.to()
              + (event.detail().isEmpty() ? "" : "  " + event.detail()));
    }
  }
}
