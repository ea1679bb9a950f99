package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.batchdrop.config.Home;
import org.batchdrop.input.Tree;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.journal.Journal;

/** Replaces a try that bought nothing by its next generation, which has the same rows. */
final class Superseding {

  private final Home home;
  private final Journal journal;
  private final InstantSource clock;

  Superseding(Home home, Journal journal, InstantSource clock) {
    this.home = home;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * Makes the next generation's files, durably, and then records both in one transaction; made
   * again after a crash in between, nothing changes.
   *
   * @param part whose try provably bought nothing
   * @param why for the journal
   * @throws FileAlreadyExistsException when the next generation has files of other contents
   */
  void supersede(Part part, String why) throws IOException {
    supersede(part, part.lane(), part.purchase(), why);
  }

  /**
   * The same, with the rows going another way.
   *
   * @param lane of the next generation
   * @param costs of it
   */
  void supersede(Part part, Lane lane, Part.Purchase costs, String why) throws IOException {
    Part next = part.nextGeneration(part.size(), lane, costs, clock.instant());
    JobFolder folder = home.job(part.id().job());
    link(folder.requests(part.id()), folder.requests(next.id()));
    link(folder.rows(part.id()), folder.rows(next.id()));
    Tree.sync(folder.root());
    journal.change(
        part, part.to(part.state().superseded(), clock.instant()), Optional.of(next), why);
  }

  private static void link(Path existing, Path link) throws IOException {
    try {
      Files.createLink(link, existing);
    } catch (FileAlreadyExistsException e) {
      if (Files.mismatch(existing, link) >= 0) {
        throw e;
      }
    }
  }
}
