package org.batchdrop.flow;

import java.io.IOException;
import org.batchdrop.config.Home;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.journal.Journal;
import org.batchdrop.result.Outbox;

/** Knows whether anybody still wants answers that a job has not bought yet, in either lane. */
final class Wanted {

  private final Home home;
  private final Journal journal;

  Wanted(Home home, Journal journal) {
    this.home = home;
    this.journal = journal;
  }

  /**
   * Tells whether a job is to be bought on. It is not when it was cancelled, nor when its results
   * stand in the outbox, and will not change: then a journal that was brought back from a backup
   * knows less than the disk, and would buy in vain.
   *
   * @throws IOException when the disk can't say
   */
  boolean is(JobId id) throws IOException {
    Job job = journal.job(id).orElseThrow();
    return !job.orders().cancelled() && !isPublished(job);
  }

  /**
   * Tells whether a job's results stand in the outbox.
   *
   * @throws IOException when the disk can't say
   */
  boolean isPublished(JobId id) throws IOException {
    return isPublished(journal.job(id).orElseThrow());
  }

  private boolean isPublished(Job job) throws IOException {
    return Tree.look(Outbox.folder(home.outbox(), job.pipeline(), job.id())).isPresent();
  }
}
