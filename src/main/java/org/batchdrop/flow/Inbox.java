package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.input.Claim;
import org.batchdrop.input.QuietPeriod;
import org.batchdrop.input.QuietPeriod.Look;
import org.batchdrop.input.Tree;
import org.batchdrop.input.UnfinishedNames;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.RowOrder;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.JournalException;
import org.jspecify.annotations.Nullable;

/**
 * The inbox: which entries have settled, and how one becomes a job. The file consumer of {@code
 * watch-inbox} asks {@link #accept} for each file and folder and calls {@link #claim} for what it
 * found; entry {@code inbox/<pipeline>/<entry>} is one job, be it a file or a folder.
 */
public final class Inbox implements GenericFileFilter<Object> {

  private final Home home;
  private final Catalog catalog;
  private final Journal journal;
  private final QuietPeriod quiet;
  private final InstantSource clock;
  private final Story story;
  private final Function<String, JobId> ids;
  private final Set<JobId> unrecorded = ConcurrentHashMap.newKeySet();

  public Inbox(
      Home home,
      Catalog catalog,
      Journal journal,
      QuietPeriod quiet,
      InstantSource clock,
      Story story) {
    this(home, catalog, journal, quiet, clock, story, ids(clock));
  }

  /** Names each job by the name of its entry. */
  Inbox(
      Home home,
      Catalog catalog,
      Journal journal,
      QuietPeriod quiet,
      InstantSource clock,
      Story story,
      Function<String, JobId> ids) {
    this.home = home;
    this.catalog = catalog;
    this.journal = journal;
    this.quiet = quiet;
    this.clock = clock;
    this.story = story;
    this.ids = ids;
  }

  private static Function<String, JobId> ids(InstantSource clock) {
    Random random = new Random();
    return name -> JobId.of(clock.instant(), ZoneId.systemDefault(), name, random.nextInt());
  }

  /** Makes a folder for each pipeline, and records claims that a crash left unrecorded. */
  public void open() throws IOException {
    Files.createDirectories(home.inbox());
    Files.createDirectories(home.outbox());
    Files.createDirectories(home.orders());
    for (String pipeline : catalog.pipelineNames()) {
      Files.createDirectories(home.inbox(pipeline));
    }
    Tree.sync(home.inbox());
    Tree.sync(home.root());
    try (Stream<Path> folders = Files.list(home.work())) {
      for (Path folder : folders.sorted().toList()) {
        String name = folder.getFileName().toString();
        if (Files.isDirectory(folder) && JobId.isValid(name)) {
          recover(new JobId(name), new JobFolder(folder));
        }
      }
    }
  }

  @Override
  public boolean accept(GenericFile<Object> file) {
    Path relative = Path.of(file.getRelativeFilePath());
    for (Path segment : relative) {
      if (UnfinishedNames.contain(segment.toString())) {
        return false;
      }
    }
    if (relative.getNameCount() == 1) {
      return acceptTop(relative.toString(), file.isDirectory());
    }
    Path entry = home.inbox().resolve(relative);
    if (Files.isSymbolicLink(entry)) {
      // Behind a link to a folder the consumer would go on looking, through the whole disk.
      tellOfLink(relative);
      return false;
    }
    if (relative.getNameCount() > 2) {
      return true;
    }
    return quiet.settled(entry).isPresent();
  }

  private void tellOfLink(Path relative) {
    if (relative.getNameCount() == 2) {
      story.noPipeline(relative.toString(), "it is a link; expected the file or folder itself");
    }
  }

  /**
   * Claims the entry that a found file belongs to.
   *
   * @param file relative to the inbox
   * @return the job; null when the entry is gone or not settled after all
   * @throws IOException when the disk fails; the entry stays in the inbox, or is recorded later
   */
  public @Nullable JobId claim(@org.apache.camel.Header("CamelFileRelativePath") String file)
      throws IOException {
    Path relative = Path.of(file);
    String pipeline = relative.getName(0).toString();
    Path entry = home.inbox(pipeline).resolve(relative.getName(1));
    Optional<Look> look = quiet.settled(entry);
    Optional<Catalog.PipelineText> text = catalog.pipelineText(pipeline);
    if (look.isEmpty() || text.isEmpty()) {
      return null;
    }
    JobId id = ids.apply(entry.getFileName().toString());
    try {
      RowOrder rows = Claim.rowOrder(entry);
      return Claim.take(
              pipeline, entry, look.get(), home.job(id), text.get().text(), rows, clock.instant())
          .map(claim -> record(id, claim))
          .orElse(null);
    } catch (IOException | JournalException e) {
      // The entry may have left the inbox, so that nothing finds it there again.
      unrecorded.add(id);
      throw e;
    }
  }

  /**
   * Records claims that the journal could not take when they were made; a step of {@code
   * sweep-journal}.
   *
   * @throws IOException when the disk fails; it is tried again
   */
  public void recordClaims() throws IOException {
    for (JobId id : List.copyOf(unrecorded)) {
      recover(id, home.job(id));
      unrecorded.remove(id);
    }
  }

  private JobId record(JobId id, Claim claim) {
    Job job =
        new Job(
            id,
            claim.pipeline(),
            claim.name(),
            claim.bytes(),
            claim.key(),
            new JobState.Received(),
            "",
            Job.Totals.NONE,
            Job.Times.received(claim.taken()),
            Optional.empty(),
            Optional.empty(),
            "",
            Job.Orders.NONE,
            0);
    if (journal.received(job)) {
      story.received(job);
    }
    return id;
  }

  private void recover(JobId id, JobFolder folder) throws IOException {
    if (journal.job(id).isEmpty()) {
      Optional<Claim> claim = Claim.recover(folder, home.inbox());
      if (claim.isPresent()) {
        Path left = home.inbox(claim.get().pipeline());
        if (Files.isDirectory(left)) {
          Tree.sync(left);
        }
        record(id, claim.get());
      }
    }
  }

  private boolean acceptTop(String name, boolean folder) {
    try {
      List<String> pipelines = catalog.pipelineNames();
      if (folder && pipelines.contains(name)) {
        return true;
      }
      if (!folder || hasEntries(home.inbox(name))) {
        story.noPipeline(
            name, "expected inbox/<pipeline>/FILE; pipelines: " + String.join(", ", pipelines));
      }
    } catch (IOException e) {
      story.troubled("inbox/" + name, e.toString());
    }
    return false;
  }

  private static boolean hasEntries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isPresent();
    }
  }
}
