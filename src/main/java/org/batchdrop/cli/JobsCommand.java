package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.config.Home;
import org.batchdrop.job.Job;
import org.batchdrop.journal.Journal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchdrop jobs}: the newest jobs. */
@Command(
    name = "jobs",
    description = "Lists the newest jobs.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: batchdrop jobs --limit 50 --json"})
final class JobsCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneId.systemDefault());

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Mixin private JsonOption jsonOption = new JsonOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int limit = 20;

  JobsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Home home = homeOption.home();
    Optional<Journal> found = Journal.openReadOnly(home.journal());
    if (jsonOption.json) {
      return json(found);
    }
    if (found.isEmpty()) {
      console.line("no jobs yet in " + home.root());
      return ExitCode.OK;
    }
    try (Journal journal = found.get()) {
      List<Job> jobs = journal.jobs(limit);
      if (jobs.isEmpty()) {
        console.line("no jobs yet in " + home.root());
      }
      int width = jobs.stream().mapToInt(job -> job.id().value().length()).max().orElse(0);
      int pipelines = jobs.stream().mapToInt(job -> job.pipeline().length()).max().orElse(0);
      for (Job job : jobs) {
        JobView view = new JobView(job, journal.parts(job.id()));
        String id = padded(job.id().value(), width);
        console.line(
            TIME.format(job.times().received())
                + "  "
                + id
                + "  "
                + padded(job.pipeline(), pipelines)
                + "  "
                + view.doing());
      }
    }
    return ExitCode.OK;
  }

  private int json(Optional<Journal> found) {
    ArrayNode array = Json.array();
    if (found.isPresent()) {
      try (Journal journal = found.get()) {
        for (Job job : journal.jobs(limit)) {
          array.add(JobJson.job(new JobView(job, journal.parts(job.id()))));
        }
      }
    }
    console.json(array);
    return ExitCode.OK;
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
