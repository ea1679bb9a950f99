package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.config.Home;
import org.batchdrop.flow.HomeLock;
import org.batchdrop.flow.Retry;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobState;
import org.batchdrop.journal.Journal;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchdrop retry}: drops what has no answer again, as a new job. */
@Command(
    name = "retry",
    description = "Hands the rows of a finished job that have no answer over again, as a new job.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The new input goes into the inbox of the same pipeline, as NAME-retry1.ext.",
      "It has the failed rows as they were dropped, and the pipeline as it is now buys",
      "them. A rejected job is handed over whole. Published results never change.",
      "",
      "Exit codes: 0 handed over, or every row has its answer; 2 it can't be done.",
      "",
      "Example: batchdrop retry 3fa9c1"
    })
final class RetryCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Parameters(paramLabel = "JOB", description = "The job's id, or its end.")
  private String id = "";

  @ArgGroup private Rows rows = new Rows();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** Which rows. */
  private static final class Rows {

    @Option(
        names = "--only",
        paramLabel = "WHICH",
        description =
            "Which rows: ${COMPLETION-CANDIDATES}, those without an answer (the default).")
    private Only only = Only.failed;

    @Option(
        names = "--all",
        description = "Every row; answers that there are already are bought once more.")
    private boolean all;

    boolean isWhole() {
      return all || only != Only.failed;
    }
  }

  /** What {@code --only} takes; spelled as people type it. */
  private enum Only {
    failed
  }

  RetryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Home home = homeOption.home();
    Optional<Journal> found = Journal.openReadOnly(home.journal());
    if (found.isEmpty()) {
      console.error("there are no jobs yet in " + home.root());
      return ExitCode.USAGE;
    }
    Optional<Job> job;
    try (Journal journal = found.get()) {
      job = JobView.find(journal, id);
    }
    if (job.isEmpty()) {
      console.error("there is no job '" + id + "'; 'batchdrop jobs' lists them");
      return ExitCode.USAGE;
    }
    Path scratch = Files.createTempDirectory(home.work(), ".retry-");
    try {
      return handOver(home, new Retry(home, job.get()).make(rows.isWhole(), scratch));
    } catch (Retry.Impossible e) {
      console.error(String.valueOf(e.getMessage()));
      return ExitCode.USAGE;
    } catch (FileAlreadyExistsException e) {
      console.error(e.getFile() + " waits in the inbox already; nothing was handed over");
      return ExitCode.USAGE;
    } finally {
      Tree.remove(scratch);
    }
  }

  private int handOver(Home home, Retry.Ready ready) throws IOException {
    if (ready.entry().isEmpty()) {
      console.line(
          json
              ? ready.toJson(Optional.empty())
              : ready.job().id() + ": every row has its answer; nothing to hand over");
      return ExitCode.OK;
    }
    Retry.Entry entry = ready.entry().get();
    String pipeline = ready.job().pipeline();
    HandOver.again(home, pipeline, entry.source(), entry.name(), entry.rows());
    String shown = home.show(home.inbox(pipeline).resolve(entry.name()));
    console.line(
        json
            ? ready.toJson(Optional.of(shown))
            : "handed over: " + shown + " (" + what(ready) + ")");
    if (!HomeLock.isHeld(home.lock())) {
      console.error("no daemon runs in " + home.root() + "; the file waits until 'batchdrop run'");
    }
    return ExitCode.OK;
  }

  private String what(Retry.Ready ready) {
    Job job = ready.job();
    if (job.state() instanceof JobState.Rejected) {
      return "the whole input of " + job.id();
    }
    String count = JobView.rows(ready.rows()) + (ready.rows() == 1 ? " row" : " rows");
    return rows.isWhole()
        ? "all " + count + " of " + job.id()
        : count + " of " + job.id() + " without an answer" + along(ready);
  }

  private static String along(Retry.Ready ready) {
    if (ready.along() == 0) {
      return "";
    }
    boolean isOne = ready.along() == 1;
    return ", and "
        + JobView.rows(ready.along())
        + " with one, as files go whole: "
        + (ready.keepsAnswers()
            ? (isOne ? "it keeps its answer" : "they keep their answers")
                + " as far as these were kept for 'reuse: true'"
            : (isOne ? "it is bought once more" : "they are bought once more")
                + " unless the pipeline has 'reuse: true'");
  }
}
