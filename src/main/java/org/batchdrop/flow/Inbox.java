package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.input.Claim;
import org.batchdrop.input.QuietPeriod;
import org.batchdrop.input.QuietPeriod.Look;
import org.batchdrop.input.UnfinishedNames;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.journal.Journal;
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
  private final Random random = new Random();

  public Inbox(
      Home home,
      Catalog catalog,
      Journal journal,
      QuietPeriod quiet,
      InstantSource clock,
      Story story) {
    this.home = home;
    this.catalog = catalog;
    this.journal = journal;
    this.quiet = quiet;
    this.clock = clock;
    this.story = story;
  }

  /** Makes a folder for each pipeline, and records claims that a crash left unrecorded. */
  public void open() throws IOException {
    Files.createDirectories(home.inbox());
    Files.createDirectories(home.outbox());
    for (String pipeline : catalog.pipelineNames()) {
      Files.createDirectories(home.inbox(pipeline));
    }
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
    if (relative.getNameCount() > 2) {
      return true;
    }
    return quiet.settled(home.inbox().resolve(relative)).isPresent();
  }

  /**
   * Claims the entry that a found file belongs to.
   *
   * @param file relative to the inbox
   * @return the job; null when the entry is gone or not settled after all
   * @throws IOException when the disk fails; the entry stays in the inbox
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
    JobId id =
        JobId.of(
            clock.instant(),
            ZoneId.systemDefault(),
            entry.getFileName().toString(),
            random.nextInt());
    return Claim.take(pipeline, entry, look.get(), home.job(id), text.get().text())
        .map(claim -> record(id, claim))
        .orElse(null);
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
            Job.Times.received(clock.instant()),
            Optional.empty(),
            Optional.empty(),
            0);
    if (journal.received(job)) {
      story.received(job);
    }
    return id;
  }

  private void recover(JobId id, JobFolder folder) throws IOException {
    if (journal.job(id).isEmpty()) {
      Claim.recover(folder).ifPresent(claim -> record(id, claim));
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
