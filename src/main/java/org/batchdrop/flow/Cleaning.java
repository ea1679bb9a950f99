package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.config.Home;
import org.batchdrop.input.Tree;
import org.batchdrop.job.JobId;
import org.batchdrop.journal.Journal;

/**
 * Removes what a home no longer needs of its own: work folders of jobs whose results are published,
 * and rotated logs. Safe beside a daemon, which never comes back to a job in a final state; inbox
 * and outbox are never touched.
 */
public final class Cleaning {

  private static final int MOST_JOBS = 1_000_000;
  private static final String LOGS = "batchdrop.*.log.gz";

  private final Home home;

  /** Looks at a home. */
  public Cleaning(Home home) {
    this.home = home;
  }

  /**
   * Something to remove.
   *
   * @param path a work folder or a log
   * @param bytes what it holds
   */
  public record Item(Path path, long bytes) {}

  /**
   * Finds what can go.
   *
   * @param journal the home's
   * @param before jobs that were published, and logs that were last written, before this
   * @throws IOException when a folder can't be read
   */
  public List<Item> find(Journal journal, Instant before) throws IOException {
    List<Item> items = new ArrayList<>();
    for (JobId job : journal.finishedBefore(before, MOST_JOBS)) {
      Path folder = home.job(job).root();
      boolean isOver = journal.job(job).filter(found -> found.state().isFinal()).isPresent();
      if (isOver && Files.isDirectory(folder)) {
        items.add(new Item(folder, size(folder)));
      }
    }
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(home.work(), LOGS)) {
      for (Path log : logs) {
        if (Files.getLastModifiedTime(log).toInstant().isBefore(before)) {
          items.add(new Item(log, Files.size(log)));
        }
      }
    }
    return items;
  }

  private static long size(Path folder) throws IOException {
    long bytes = 0;
    for (Path file : Tree.files(folder)) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  /**
   * Removes something; what the daemon removes at the same time is no failure.
   *
   * @throws IOException when it can't be removed
   */
  public void remove(Item item) throws IOException {
    try {
      Tree.remove(item.path());
    } catch (NoSuchFileException e) {
      // The daemon cleans up, too, and was first: what it left is removed here.
      Tree.remove(item.path());
    }
  }
}
