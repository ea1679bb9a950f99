package org.batchdrop.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.Home;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.JournalException;

/**
 * Waits for jobs by reading the journal beside the daemon, and shows how far they are: bars on a
 * terminal, a line for each change elsewhere.
 */
final class Watch {

  /** What is said when waiting is stopped from outside: the job is the daemon's. */
  static final String LEFT =
      "no longer waiting; the job goes on ('batchdrop jobs' shows it, 'batchdrop cancel JOB' ends"
          + " it)";

  private static final Duration GAP = Duration.ofMillis(250);
  private static final int NEWEST = 1_000;

  private final Home home;
  private final Console console;
  private final Map<String, String> told = new HashMap<>();
  private final Map<Handed, JobId> known = new HashMap<>();
  private int drawn;

  /**
   * What was handed over.
   *
   * @param pipeline to which pipeline
   * @param name under which name
   * @param key the identity of the file; may be empty
   * @param since milliseconds since 1970 before it was handed over
   */
  record Handed(String pipeline, String name, String key, long since) {

    boolean is(Job job) {
      if (!job.pipeline().equals(pipeline) || !job.inputName().equals(name)) {
        return false;
      }
      boolean sameFile = key.isEmpty() || key.equals(job.inputKey());
      return sameFile && job.times().received().toEpochMilli() >= since;
    }
  }

  Watch(Home home, Console console) {
    this.home = home;
    this.console = console;
  }

  /**
   * Waits until every job has ended or is parked.
   *
   * @return the jobs in the order in which they were handed over
   * @throws InterruptedException when the process is stopped; the jobs go on
   */
  List<JobView> await(List<Handed> handed) throws InterruptedException {
    while (true) {
      List<Optional<JobView>> views = look(handed);
      show(handed, views);
      if (views.stream().allMatch(Watch::isOver)) {
        return views.stream().map(Optional::orElseThrow).toList();
      }
      Thread.sleep(GAP.toMillis());
    }
  }

  private static boolean isOver(Optional<JobView> view) {
    return view.isPresent() && (view.get().job().state().isFinal() || view.get().isParked());
  }

  private List<Optional<JobView>> look(List<Handed> handed) {
    try (Journal journal = Journal.openReadOnly(home.journal()).orElse(null)) {
      if (journal == null) {
        return handed.stream().map(one -> Optional.<JobView>empty()).toList();
      }
      List<Optional<JobView>> views = new ArrayList<>();
      for (Handed one : handed) {
        Optional<Job> job = find(journal, one);
        job.ifPresent(found -> known.put(one, found.id()));
        views.add(job.map(found -> new JobView(found, journal.parts(found.id()))));
      }
      return views;
    } catch (JournalException e) {
      // The daemon is just making its tables.
      return handed.stream().map(one -> Optional.<JobView>empty()).toList();
    }
  }

  private Optional<Job> find(Journal journal, Handed handed) {
    JobId id = known.get(handed);
    return id == null
        ? journal.jobs(NEWEST).stream().filter(handed::is).findFirst()
        : journal.job(id);
  }

  private void show(List<Handed> handed, List<Optional<JobView>> views) {
    List<String> lines = new ArrayList<>();
    int width = handed.stream().mapToInt(one -> one.name().length()).max().orElse(0);
    for (int i = 0; i < handed.size(); i++) {
      Handed one = handed.get(i);
      Optional<JobView> view = views.get(i);
      String name = one.name() + " ".repeat(width - one.name().length());
      String doing = view.map(JobView::doing).orElse("in the inbox");
      lines.add(name + "  " + Console.bar(view.map(JobView::share).orElse(0.0)) + "  " + doing);
      if (!console.isTerminal() && !doing.equals(told.put(one.name(), doing))) {
        console.line(one.name() + ": " + doing);
      }
    }
    if (console.isTerminal()) {
      drawn = console.redraw(lines, drawn);
    }
  }
}
