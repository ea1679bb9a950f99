package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Brings both files of an ended batch to the disk, whatever the ending was. Steps of {@code
 * collect-part} and {@code download-file}. Fetching again changes nothing.
 */
public final class Collection {

  private static final String UNFETCHED = "its result file can't be fetched: ";

  /** How long before results age out people are told. */
  private static final Duration NOTICE = Duration.ofDays(3);

  private final Home home;
  private final Journal journal;
  private final Accounts accounts;
  private final Attempts attempts;
  private final Admission admission;
  private final Resubmission resubmission;
  private final Parking parking;
  private final Settings settings;
  private final InstantSource clock;
  private final Story story;

  /**
   * A file to fetch.
   *
   * @param fileId at the provider
   * @param target on the disk
   */
  public record Fetch(String fileId, Path target) {}

  Collection(
      Home home,
      Journal journal,
      Accounts accounts,
      Attempts attempts,
      Admission admission,
      Resubmission resubmission,
      Parking parking,
      Settings settings,
      InstantSource clock,
      Story story) {
    this.home = home;
    this.journal = journal;
    this.accounts = accounts;
    this.attempts = attempts;
    this.admission = admission;
    this.resubmission = resubmission;
    this.parking = parking;
    this.settings = settings;
    this.clock = clock;
    this.story = story;
  }

  /** The files that are not here yet; none while the part waits. */
  public List<Fetch> missing(@Variable("part") PartId id) throws KeyMissing {
    Part part = journal.part(id).orElseThrow();
    if (!(part.state() instanceof PartState.Ended ended)
        || part.pause().due().isAfter(clock.instant())
        || !attempts.isOwn(part, accounts.account(part.provider()))) {
      return List.of();
    }
    return fetches(part, ended.end()).stream()
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
   * as it takes: the job waits, visibly, rather than to end without them; when the file stays gone,
   * a person must say that its rows may be bought again.
   */
  public void fetched(@Variable("part") PartId id, @Body Reply reply) throws KeyMissing {
    Part part = journal.part(id).orElseThrow();
    if (reply instanceof Reply.Done || !(part.state() instanceof PartState.Ended)) {
      return;
    }
    Account account = accounts.account(part.provider());
    String why = UNFETCHED + reply.why();
    if (reply instanceof Reply.Later later && Parking.isAccountRefused(later)) {
      parking.refused(part, account, later);
    } else if (isGone(part, reply)) {
      attempts.park(
          part,
          clock.instant().plus(settings.retries().longest()),
          why
              + "; 'batchdrop approve JOB' buys its rows again, 'batchdrop cancel JOB' delivers"
              + " without them");
    } else {
      Optional<Duration> asked =
          reply instanceof Reply.Later later ? later.retryAfter() : Optional.empty();
      attempts.later(part, new Reply.Later(Reply.Cause.UNAVAILABLE, why, asked));
    }
    warnOfRetention(part, account, why);
  }

  /** Tells whether a part waits for a person to say that its result files are gone. */
  static boolean areFilesGone(Part part) {
    return part.pause().parked()
        && part.pause().reason().filter(why -> why.startsWith(UNFETCHED)).isPresent();
  }

  private boolean isGone(Part part, Reply reply) {
    boolean isMissing =
        reply instanceof Reply.Never
            || (reply instanceof Reply.Later later && later.cause() == Reply.Cause.FILE_NOT_READY);
    return isMissing && part.hasWaited(settings.giveUpAfter(), clock.instant());
  }

  /** Results are kept for a while only; whoever must act should know in time. */
  private void warnOfRetention(Part part, Account account, String why) {
    Instant gone = part.pause().since().plus(account.profile().batch().habits().retention());
    if (clock.instant().isAfter(gone.minus(NOTICE))) {
      story.agingOut(part, gone, why);
    }
  }

  /**
   * Ends the step: when both files are here, the part is settled, and rows without an answer go
   * into its next try.
   *
   * @return {@code complete} when this part of the job can't change any more, {@code again} when a
   *     next try was made, {@code wait} when files are missing
   */
  public String finish(@Variable("part") PartId id) throws IOException, KeyMissing {
    Part part = journal.part(id).orElseThrow();
    if (!(part.state() instanceof PartState.Ended ended)
        || !fetches(part, ended.end()).stream().allMatch(fetch -> Files.exists(fetch.target()))) {
      return "wait";
    }
    boolean isLast = journal.job(id.job()).orElseThrow().orders().cancelled();
    if (isLast && !admission.isSettleable(part, accounts.account(part.provider()))) {
      return "wait";
    }
    return resubmission.settle(part, ended) ? "again" : "complete";
  }

  /** The part's next try; the body of {@code hand-over}. */
  public PartId nextTry(@Variable("part") PartId id) {
    return id.next();
  }

  /**
   * The call that deletes the part's uploaded file, whose answers are here.
   *
   * @return null when it is to stay, or there is nothing to delete
   */
  public @Nullable Call deleteUpload(@Variable("part") PartId id) throws KeyMissing {
    Part part = journal.part(id).orElseThrow();
    Account account = accounts.account(part.provider());
    boolean isWanted =
        account.profile().batch().habits().canDelete()
            && account.profile().batch().habits().deleteInputs()
            && part.account().equals(account.fingerprint());
    return isWanted
        ? part.state().fileId().filter(file -> !file.isEmpty()).map(account::delete).orElse(null)
        : null;
  }

  private List<Fetch> fetches(Part part, BatchEnd end) {
    PartId id = part.id();
    JobFolder folder = home.job(id.job());
    List<Fetch> fetches = new ArrayList<>();
    if (part.state().batchId().isEmpty()) {
      // Its answers were written here, one by one.
      return fetches;
    }
    end.outputFile().ifPresent(file -> fetches.add(new Fetch(file, folder.output(id))));
    end.errorFile().ifPresent(file -> fetches.add(new Fetch(file, folder.errors(id))));
    return fetches;
  }
}
