package org.batchdrop.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.camel.Body;
import org.apache.camel.Variable;
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

  /** A clock in the wrong zone must not hide a batch: what is missed here is bought twice. */
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

  private final Journal journal;
  private final Accounts accounts;
  private final Attempts attempts;
  private final Superseding superseding;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Story story;
  private final Map<PartId, Long> searched = new ConcurrentHashMap<>();

  Reconciliation(
      Journal journal,
      Accounts accounts,
      Attempts attempts,
      Superseding superseding,
      InstantSource clock,
      LongSupplier nanoTime,
      Story story) {
    this.journal = journal;
    this.accounts = accounts;
    this.attempts = attempts;
    this.superseding = superseding;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.story = story;
  }

  /** Begins a walk through the list of the part's account. */
  public Listing search(@Variable("part") PartId id) throws KeyMissing {
    Part part = part(id);
    Account account = accounts.account(part.provider());
    if (!account.profile().batch().habits().canList()) {
      return new Listing(account, Instant.MAX, Set.of()).impossible();
    }
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
      unreadable(part, listing.failure().get());
      return "wait";
    }
    Optional<BatchView> match = oldest(matches(part, listing));
    if (match.isPresent()) {
      String batchId = match.get().id();
      searched.remove(id);
      journal.change(
          part, part.to(unclear.found(batchId), clock.instant()), Optional.empty(), batchId);
      story.live(part, batchId, true);
      return "found";
    }
    Duration left = untilSettled(part, accounts.profile(part.provider()).batch().settle());
    if (left.compareTo(Duration.ZERO) > 0) {
      // Not later than that: nothing is learned from waiting on, and its rows wait too.
      Duration pause = left.compareTo(pause(part)) < 0 ? left : pause(part);
      attempts.later(part, pause, "looking for the batch in the provider's list");
      return "wait";
    }
    return "fence";
  }

  /** By both clocks: one may jump, the other knows nothing of the time before the last start. */
  private Duration untilSettled(Part part, Duration settle) {
    long now = nanoTime.getAsLong();
    long first = searched.computeIfAbsent(part.id(), id -> now);
    Duration here = settle.minusNanos(now - first);
    Duration since = Duration.between(clock.instant(), part.pause().since().plus(settle));
    return here.compareTo(since) > 0 ? here : since;
  }

  private void unreadable(Part part, Reply failure) {
    String why = "the provider's list can't be read: " + failure.why();
    if (failure instanceof Reply.Never) {
      attempts.park(
          part,
          Part.Pause.NEVER,
          why
              + "; so nobody knows whether its batch was created: look there, then 'batchdrop"
              + " approve JOB' buys it (again), 'batchdrop cancel JOB' goes on without it");
    } else {
      attempts.later(part, pause(part), why);
    }
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

  /** Tells whether the provider lets the uploaded file be deleted; a part is parked otherwise. */
  public boolean canFence(@Variable("part") PartId id) {
    boolean canDelete = accounts.profile(part(id).provider()).batch().habits().canDelete();
    return canDelete
        || isFenced(
            id, new Reply.Never("can_not_delete", "the profile says that it deletes no files", 0));
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
    boolean isUnknown =
        reply instanceof Reply.Never never
            && never.status() == 404
            && !never.code().equals("not_a_batch_api");
    boolean isDeleted = reply instanceof Reply.Done done && isDeleted(done.body());
    if (isDeleted || isUnknown) {
      return true;
    }
    Part part = part(id);
    boolean isMute = reply instanceof Reply.Done;
    String why =
        "the uploaded file can't be deleted, so nothing is bought again: "
            + (isMute ? "nothing says that it is deleted; " : "")
            + reply.why();
    if (reply instanceof Reply.Never || (isMute && attempts.isExhausted(part))) {
      attempts.park(
          part,
          Part.Pause.NEVER,
          why
              + "; 'batchdrop approve JOB' buys it again, 'batchdrop cancel JOB' goes on without it");
    } else {
      attempts.later(part, LONGEST_PAUSE, why);
    }
    return false;
  }

  /** A gateway's empty or failed reply under a good status deletes nothing. */
  private static boolean isDeleted(JsonNode reply) {
    return reply.path("deleted").asBoolean(false)
        || (!reply.has("deleted") && !reply.hasNonNull("error") && reply.hasNonNull("id"));
  }

  /** After the fence: adopts what the last walk found, else lets the next generation buy. */
  public void conclude(@Variable("part") PartId id, @Variable("listing") Listing listing)
      throws KeyMissing, IOException {
    if (!judge(id, listing).equals("fence")) {
      return;
    }
    boughtNothing(id);
  }

  /**
   * Records that the try bought nothing, on the word of the provider or of a person: the next
   * generation may buy, unless the job was cancelled. Does nothing to a part that is not unclear.
   */
  void boughtNothing(PartId id) throws IOException {
    Part part = part(id);
    searched.remove(id);
    if (!(part.state() instanceof PartState.Unclear unclear)) {
      return;
    }
    if (journal.job(id.job()).orElseThrow().orders().cancelled()) {
      PartState.Unbought end = unclear.unbought(PartState.CANCELLED, PartState.CANCELLED_UNSENT);
      journal.change(part, part.to(end, clock.instant()), Optional.empty(), "no batch exists");
      return;
    }
    superseding.supersede(part, "no batch exists");
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

  private Part part(PartId id) {
    return journal
        .part(id)
        .orElseThrow(() -> new IllegalStateException("the journal knows no part " + id));
  }
}
