package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.input.InputAddress;
import org.batchdrop.input.InputEntry;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Lane;
import org.batchdrop.job.PartId;
import org.batchdrop.journal.Journal;

/**
 * Reads from the journal what is due in each stage, for {@code sweep-journal}: whatever a crash, a
 * restart or a lost hint left behind.
 */
public final class Due {

  private static final int AT_ONCE = 500;

  private final Home home;
  private final Settings settings;
  private final Journal journal;
  private final InstantSource clock;

  Due(Home home, Settings settings, Journal journal, InstantSource clock) {
    this.home = home;
    this.settings = settings;
    this.journal = journal;
    this.clock = clock;
  }

  /** Jobs that were claimed: to prepare, or whose file is to be fetched first. */
  public List<JobId> received() {
    return ids(new JobState.Received());
  }

  /**
   * The stage that brings a claimed job to its parts.
   *
   * @throws IOException when the disk fails
   */
  public String firstStage(@Body JobId job) throws IOException {
    return isToBeFetched(job) ? "fetch-input" : "prepare-job";
  }

  /** Whether an address was dropped whose file must be here before the job can go on. */
  boolean isToBeFetched(JobId id) throws IOException {
    Job job = journal.job(id).orElseThrow();
    Path input = home.job(id).input();
    return job.state() instanceof JobState.Received
        && !job.orders().cancelled()
        // Each sweep asks this of each job: most need no look at the disk.
        && InputAddress.isOne(input.resolve(job.inputName()))
        && InputEntry.of(input).isUnfetched();
  }

  /** Parts to submit. */
  public List<PartId> unsubmitted() {
    return journal.partsToSubmit(clock.instant(), AT_ONCE);
  }

  /** Parts to ask for. */
  public List<PartId> unasked() {
    return journal.partsToAsk(clock.instant(), AT_ONCE);
  }

  /** The stage that brings a part to its answers. */
  public String stage(@Body PartId part) {
    return journal.part(part).orElseThrow().lane() == Lane.BATCH ? "submit-part" : "ask-part";
  }

  /** Parts to collect. */
  public List<PartId> ended() {
    return journal.partsToCollect(clock.instant(), AT_ONCE);
  }

  /** Jobs all of whose parts have ended. */
  public List<JobId> complete() {
    return journal.jobsWhosePartsEnded(AT_ONCE);
  }

  /** Jobs to deliver: collected ones and refused ones. */
  public List<JobId> undelivered() {
    return Stream.concat(
            ids(new JobState.Refused()).stream(), ids(new JobState.Collected()).stream())
        .toList();
  }

  /** Finished jobs whose work folder has been kept long enough. */
  public List<JobId> outdated() {
    return journal.finishedBefore(clock.instant().minus(settings.keepWork()), AT_ONCE).stream()
        .filter(job -> Files.exists(home.job(job).root()))
        .toList();
  }

  /** Removes the work folder of a finished job; its results stand in the outbox. */
  public void remove(@Body JobId job) throws IOException {
    if (journal.job(job).filter(found -> found.state().isFinal()).isEmpty()) {
      return;
    }
    Tree.remove(home.job(job).root());
  }

  private List<JobId> ids(JobState state) {
    return journal.jobsIn(state, AT_ONCE).stream().map(Job::id).toList();
  }
}
