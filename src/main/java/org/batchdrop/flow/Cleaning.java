package org.batchdrop.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.config.Home;
import org.batchdrop.input.Tree;
import org.batchdrop.job.JobId;
import org.batchdrop.journal.Journal;

/**
 * Removes what a home no longer needs of its own: work folders of jobs whose results are published,
 * rotated logs, and what a hand-over that was killed has left. Safe beside a daemon, which never
 * comes back to a job in a final state; what waits in the inbox and the outbox are never touched.
 */
public final class Cleaning {

  private static final int MOST_JOBS = 1_000_000;
  private static final String LOGS = "batchdrop.*.log.gz";

  /** What {@code retry} works in. */
  private static final String RETRIES = ".retry-*";

  /** A copy that has not got its name yet. */
  private static final String COPIES = ".*.submit.tmp";

  /** A copy that nothing was written to for so long is not under way any more. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Home home;

  /** Looks at a home. */
  public Cleaning(Home home) {
    this.home = home;
  }

  /**
   * Something to remove.
   *
   * @param path a work folder, a log, or a copy that was not finished
   * @param bytes what it holds
   */
  public record Item(Path path, long bytes) {}

  /**
   * Finds what can go.
   *
   * @param journal the home's
   * @param before jobs that were published, and logs and copies that were last written, before this
   * @param now copies that may still be under way are left out
   * @throws IOException when a folder can't be read
   */
  public List<Item> find(Journal journal, Instant before, Instant now) throws IOException {
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
    Instant abandoned = now.minus(ABANDONED);
    Instant untouched = before.isBefore(abandoned) ? before : abandoned;
    items.addAll(unfinished(home.work(), RETRIES, untouched));
    if (Files.isDirectory(home.inbox())) {
      try (DirectoryStream<Path> inboxes =
          Files.newDirectoryStream(home.inbox(), folder -> Files.isDirectory(folder))) {
        for (Path inbox : inboxes) {
          items.addAll(unfinished(inbox, COPIES, untouched));
        }
      }
    }
    return items;
  }

  private static List<Item> unfinished(Path folder, String names, Instant untouched)
      throws IOException {
    List<Item> items = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, names)) {
      for (Path entry : entries) {
        unfinished(entry, untouched).ifPresent(items::add);
      }
    }
    return items;
  }

  private static Optional<Item> unfinished(Path entry, Instant untouched) throws IOException {
    try {
      return isUntouched(entry, untouched)
          ? Optional.of(new Item(entry, size(entry)))
          : Optional.empty();
    } catch (NoSuchFileException | UncheckedIOException e) {
      // It was under way after all, and is gone now.
      return Optional.empty();
    }
  }

  private static boolean isUntouched(Path entry, Instant since) throws IOException {
    try (Stream<Path> all = Files.walk(entry)) {
      for (Path path : all.toList()) {
        Instant touched = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        if (!touched.isBefore(since)) {
          return false;
        }
      }
      return true;
    }
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
