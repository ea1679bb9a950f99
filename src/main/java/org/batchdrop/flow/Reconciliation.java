package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;

/**
 * Finds out what became of a create whose reply was lost, without ever creating again before it is
 * known. The provider's list is searched for the uploaded file, then for the submission key; when
 * the batch stays unseen for the settle time, the uploaded file is deleted, so that a late create
 * names a dead file, and the list is searched once more before the next generation buys.
 */
public final class Reconciliation {

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(15);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

  private final Home home;
  private final Journal journal;
  private final Accounts accounts;
  private final Attempts attempts;
  private final InstantSource clock;
  private final Story story;

  Reconciliation(
      Home home,
      Journal journal,
      Accounts accounts,
      Attempts attempts,
      InstantSource clock,
      Story story) {
    this.home = home;
    this.journal = journal;
    this.accounts = accounts;
    this.attempts = attempts;
    this.clock = clock;
    this.story = story;
  }

  /** Begins a walk through the list of the part's account. */
  public Listing search(@Variable("part") PartId id) throws KeyMissing {
    Part part = part(id);
    Account account = accounts.account(part.provider());
    Instant intent =
        part.pause().since().minus(CLOCK_SKEW).minus(account.profile().batch().settle());
    return new Listing(account, intent, Set.of());
  }

  /**
   * Judges a finished walk.
   *
   * @return {@code found}, {@code wait}, or {@code fence} when the settle time is over
   */
  public String judge(@Variable("part") PartId id, @Variable("listing") Listing listing)
      throws KeyMissing {
    Part part = part(id);
    if (!(part.state() instanceof PartState.Unclear unclear)) {
      return "wait";
    }
    if (listing.failure().isPresent()) {
      attempts.later(
          part, pause(part), "the provider's list can't be read: " + listing.failure().get().why());
      return "wait";
    }
    Optional<BatchView> match = oldest(matches(part, listing));
    if (match.isPresent()) {
      String batchId = match.get().id();
      journal.change(
          part, part.to(unclear.found(batchId), clock.instant()), Optional.empty(), batchId);
      story.live(part, batchId, true);
      return "found";
    }
    Duration settle = accounts.profile(part.provider()).batch().settle();
    if (clock.instant().isBefore(part.pause().since().plus(settle))) {
      attempts.later(part, pause(part), "looking for the batch in the provider's list");
      return "wait";
    }
    return "fence";
  }

  /** Batches of the same part beside the one that is kept; they are to be cancelled. */
  public List<String> surplus(@Variable("part") PartId id, @Variable("listing") Listing listing) {
    Part part = part(id);
    List<String> surplus =
        matches(part, listing).stream()
            .filter(batch -> !batch.hasEnded())
            .map(BatchView::id)
            .filter(batch -> !part.state().batchId().equals(Optional.of(batch)))
            .toList();
    if (!surplus.isEmpty()) {
      story.alert(
          id.job(),
          id.label() + " was bought more than once; cancelling " + String.join(", ", surplus));
    }
    return surplus;
  }

  /** The call that cancels a surplus batch. */
  public Call cancel(@Variable("part") PartId id, @Body String batchId) throws KeyMissing {
    return accounts.account(part(id).provider()).cancel(batchId);
  }

  /** The call that deletes the uploaded file. */
  public Call fence(@Variable("part") PartId id) throws KeyMissing {
    Part part = part(id);
    return accounts.account(part.provider()).delete(part.state().fileId().orElseThrow());
  }

  /**
   * Takes the reply to the deletion.
   *
   * @return true when the file is gone for sure
   */
  public boolean isFenced(@Variable("part") PartId id, @Body Reply reply) {
    boolean gone =
        reply instanceof Reply.Done
            || (reply instanceof Reply.Never never && never.status() == 404);
    if (!gone) {
      attempts.later(
          part(id),
          LONGEST_PAUSE,
          "the uploaded file can't be deleted, so nothing is bought again");
    }
    return gone;
  }

  /** After the fence: adopts what the last walk found, else lets the next generation buy. */
  public void conclude(@Variable("part") PartId id, @Variable("listing") Listing listing)
      throws KeyMissing, IOException {
    if (!judge(id, listing).equals("fence")) {
      return;
    }
    Part part = part(id);
    if (part.state() instanceof PartState.Unclear unclear) {
      Part next = part.nextGeneration(clock.instant());
      link(home.job(id.job()).requests(id), home.job(id.job()).requests(next.id()));
      link(home.job(id.job()).rows(id), home.job(id.job()).rows(next.id()));
      journal.change(
          part,
          part.to(unclear.superseded(), clock.instant()),
          Optional.of(next),
          "no batch exists");
    }
  }

  private static List<BatchView> matches(Part part, Listing listing) {
    String file = part.state().fileId().orElse("");
    String key = part.id().submissionKey();
    return listing.found().stream()
        .filter(
            batch ->
                batch.inputFile().equals(Optional.of(file)) || batch.metadata().containsValue(key))
        .distinct()
        .toList();
  }

  private static Optional<BatchView> oldest(List<BatchView> batches) {
    Comparator<BatchView> usableFirst =
        Comparator.comparing(
            batch -> batch.status().equals("failed") || batch.status().equals("cancelled"));
    return batches.stream()
        .min(usableFirst.thenComparing((BatchView batch) -> batch.createdAt().orElse(Instant.MAX)));
  }

  private static Duration pause(Part part) {
    Duration pause = Duration.ofSeconds(1L << Math.min(part.pause().tries(), 7));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
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

  private Part part(PartId id) {
    return journal
        .part(id)
        .orElseThrow(() -> new IllegalStateException("the journal knows no part " + id));
  }
}
