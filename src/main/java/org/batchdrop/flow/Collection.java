package org.batchdrop.flow;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;

/**
 * Brings both files of an ended batch to the disk, whatever the ending was. Steps of {@code
 * collect-part} and {@code download-file}. Fetching again changes nothing.
 */
public final class Collection {

  private final Home home;
  private final Journal journal;
  private final Accounts accounts;
  private final Attempts attempts;
  private final InstantSource clock;

  /**
   * A file to fetch.
   *
   * @param fileId at the provider
   * @param target on the disk
   */
  public record Fetch(String fileId, Path target) {}

  Collection(
      Home home, Journal journal, Accounts accounts, Attempts attempts, InstantSource clock) {
    this.home = home;
    this.journal = journal;
    this.accounts = accounts;
    this.attempts = attempts;
    this.clock = clock;
  }

  /** The files that are not here yet; none while the part waits. */
  public List<Fetch> missing(@Variable("part") PartId id) throws KeyMissing {
    Part part = journal.part(id).orElseThrow();
    if (!(part.state() instanceof PartState.Ended ended)
        || part.pause().due().isAfter(clock.instant())
        || !attempts.isOwn(part, accounts.account(part.provider()))) {
      return List.of();
    }
    return fetches(id, ended.end()).stream()
        .filter(fetch -> !Files.exists(fetch.target()))
        .toList();
  }

  /** Where a file goes. */
  public Path target(@Body Fetch fetch) {
    return fetch.target();
  }

  /** The call that fetches a file. */
  public Call download(@Variable("part") PartId id, @Body Fetch fetch) throws KeyMissing {
    return accounts.account(journal.part(id).orElseThrow().provider()).content(fetch.fileId());
  }

  /**
   * Records why a file could not be fetched. Its answers are paid, so that it is tried for as long
   * as it takes: the job waits, visibly, rather than to end without them.
   */
  public void fetched(@Variable("part") PartId id, @Body Reply reply) {
    Part part = journal.part(id).orElseThrow();
    if (reply instanceof Reply.Done || !(part.state() instanceof PartState.Ended)) {
      return;
    }
    if (reply instanceof Reply.Later later) {
      attempts.later(part, later);
    } else {
      attempts.later(
          part,
          new Reply.Later(
              "its result file can't be fetched: " + reply.why(),
              Optional.empty(),
              Optional.empty()));
    }
  }

  /**
   * Ends the step.
   *
   * @return true when nothing is missing any more
   */
  public boolean finish(@Variable("part") PartId id) {
    Part part = journal.part(id).orElseThrow();
    if (part.state() instanceof PartState.Ended ended
        && fetches(id, ended.end()).stream().allMatch(fetch -> Files.exists(fetch.target()))) {
      return journal
          .change(part, part.to(ended.collected(), clock.instant()), Optional.empty(), "")
          .isPresent();
    }
    return false;
  }

  private List<Fetch> fetches(PartId id, BatchEnd end) {
    JobFolder folder = home.job(id.job());
    List<Fetch> fetches = new ArrayList<>();
    end.outputFile().ifPresent(file -> fetches.add(new Fetch(file, folder.output(id))));
    end.errorFile().ifPresent(file -> fetches.add(new Fetch(file, folder.errors(id))));
    return fetches;
  }
}
