package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.config.Home;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.StrayBatch;
import org.batchdrop.result.OutboxCheck;

/**
 * Looks whether a home keeps what is promised, without changing anything: rows are accounted for,
 * published folders are whole and unchanged, inputs are there, states only moved forward, no row
 * has two live batches, no batch is unknown.
 */
public final class Fsck {

  private static final int MOST_JOBS = 1_000_000;
  private static final int MOST_STRAYS = 10_000;

  /** Which state a part may enter from which; a create that was refused for now goes back. */
  private static final Map<String, Set<String>> FORWARD =
      Map.of(
          "built", Set.of("uploading", "asking", "live", "superseded", "unbought"),
          "asking", Set.of("ended"),
          "uploading", Set.of("uploaded", "live", "superseded", "unbought"),
          "uploaded", Set.of("creating", "live", "superseded", "unbought"),
          "creating", Set.of("live", "uploaded", "unclear", "unbought"),
          "unclear", Set.of("live", "superseded", "unbought"),
          "live", Set.of("ended"),
          "ended", Set.of("collected"));

  private static final Map<String, Set<String>> FORWARD_OF_JOBS =
      Map.of(
          "received", Set.of("prepared", "refused"),
          "prepared", Set.of("collected"),
          "collected", Set.of("delivered"),
          "refused", Set.of("rejected"));

  private final Home home;
  private final Journal journal;

  /** Looks at a home and its journal. */
  public Fsck(Home home, Journal journal) {
    this.home = home;
    this.journal = journal;
  }

  /**
   * What was found.
   *
   * @param jobs how many were looked at
   * @param problems what is wrong, one line each, with the job
   * @param notes what is worth knowing
   */
  public record Findings(int jobs, List<String> problems, List<String> notes) {}

  /**
   * Looks at everything.
   *
   * @throws IOException when a folder can't be read
   */
  public Findings check() throws IOException {
    List<String> problems = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<Job> jobs = journal.jobs(MOST_JOBS);
    for (Job job : jobs) {
      List<String> own = new ArrayList<>();
      checkEvents(job, own);
      checkParts(job, own);
      if (job.state().isFinal()) {
        checkOutbox(job, own, notes);
      } else {
        checkInput(job, own);
      }
      own.forEach(problem -> problems.add(job.id() + ": " + problem));
    }
    for (StrayBatch stray : journal.strays(MOST_STRAYS)) {
      notes.add(
          "provider %s: batch %s (%s) carries the key %s, which this home does not know"
              .formatted(stray.provider(), stray.batch(), stray.status(), stray.key()));
    }
    return new Findings(jobs.size(), List.copyOf(problems), List.copyOf(notes));
  }

  private void checkEvents(Job job, List<String> problems) {
    Map<Optional<PartId>, String> last = new HashMap<>();
    for (Event event : journal.events(job.id())) {
      String before = last.put(event.part(), event.to());
      String from = event.from().orElse(null);
      Map<String, Set<String>> forward = event.part().isPresent() ? FORWARD : FORWARD_OF_JOBS;
      boolean isFirst = before == null && from == null;
      boolean isStep =
          from != null
              && from.equals(before)
              && forward.getOrDefault(from, Set.of()).contains(event.to());
      if (!isFirst && !isStep) {
        problems.add(
            "%s went from %s to %s"
                .formatted(event.part().map(PartId::label).orElse("the job"), before, event.to()));
      }
    }
  }

  private void checkParts(Job job, List<String> problems) {
    Map<Integer, Part> open = new HashMap<>();
    for (Part part : journal.parts(job.id())) {
      if (part.state().isFinal()) {
        continue;
      }
      Part other = open.put(part.id().number(), part);
      if (other != null) {
        problems.add(other.id().label() + " and " + part.id().label() + " are both under way");
      }
      boolean isCollecting = part.state() instanceof PartState.Ended;
      if (!isCollecting && !Files.isRegularFile(home.job(job.id()).requests(part.id()))) {
        problems.add(
            "the request lines of " + part.id().label() + " are missing in its work folder");
      }
      if (job.state().isFinal()) {
        problems.add(part.id().label() + " is under way although the job is over");
      }
    }
  }

  private void checkInput(Job job, List<String> problems) {
    Path input = home.job(job.id()).input().resolve(job.inputName());
    if (!Files.exists(input, LinkOption.NOFOLLOW_LINKS)) {
      problems.add("its input is missing: expected " + home.show(input));
    }
  }

  private void checkOutbox(Job job, List<String> problems, List<String> notes) throws IOException {
    Path folder = home.root().resolve(job.outbox().orElse("outbox"));
    if (job.outbox().isEmpty() || !Files.isDirectory(folder)) {
      notes.add(job.id() + ": its results are no longer in " + home.show(folder));
      return;
    }
    OutboxCheck.problems(folder, job)
        .forEach(problem -> problems.add(home.show(folder) + ": " + problem));
    Path input = folder.resolve("input").resolve(job.inputName());
    if (!Files.exists(input, LinkOption.NOFOLLOW_LINKS)) {
      problems.add("its input is missing: expected " + home.show(input));
    }
    boolean isRejected = job.state() instanceof JobState.Rejected;
    if (!isRejected && job.totals().answered() + job.totals().failed() != job.totals().rows()) {
      problems.add("the journal's balance does not add up");
    }
  }
}
