package org.batchdrop.flow;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.job.Job;
import org.batchdrop.job.Lane;
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
 * Brings a part to its batch. Each method is a step of {@code submit-part}, {@code upload-part} or
 * {@code create-batch}: the intent is durable in the journal before the call leaves, and the reply
 * is recorded before the next step.
 */
public final class Submission {

  private final Home home;
  private final JobPipelines pipelines;
  private final Journal journal;
  private final Accounts accounts;
  private final Wanted wanted;
  private final Admission admission;
  private final Deadlines deadlines;
  private final Superseding superseding;
  private final Costs costs;
  private final Attempts attempts;
  private final InstantSource clock;
  private final Story story;

  Submission(
      Home home,
      Journal journal,
      Accounts accounts,
      Admission admission,
      Deadlines deadlines,
      Superseding superseding,
      Costs costs,
      Attempts attempts,
      InstantSource clock,
      Story story) {
    this.home = home;
    this.pipelines = new JobPipelines(home);
    this.journal = journal;
    this.accounts = accounts;
    this.wanted = new Wanted(home, journal);
    this.admission = admission;
    this.deadlines = deadlines;
    this.superseding = superseding;
    this.costs = costs;
    this.attempts = attempts;
    this.clock = clock;
    this.story = story;
  }

  /**
   * What a part needs next.
   *
   * @return {@code upload}, {@code create}, {@code reconcile}, {@code ended} (nothing was bought,
   *     and nothing will be) or {@code wait}
   */
  public String next(@Variable("part") PartId id) throws IOException {
    Part part = part(id);
    if (part.state() instanceof PartState.Unbought) {
      return "ended";
    }
    if (part.state().isFinal() || part.pause().due().isAfter(clock.instant())) {
      return "wait";
    }
    Optional<PartState.Unbought> end =
        wanted.is(id.job()) ? Optional.empty() : cancelled(part.state());
    if (end.isEmpty()) {
      return next(part);
    }
    if (!wanted.isPublished(id.job()) && !admission.isDroppable(part, accounts)) {
      return "wait";
    }
    if (deadlines.isPastUnbought(part) && Asking.isAskedSince(home, id, journal)) {
      // A journal from a backup does not know that the rows went on without a batch.
      goOnWithoutBatch(part);
      return "wait";
    }
    change(part, end.get(), PartState.CANCELLED);
    return "ended";
  }

  /** The provider's list was looked through: no batch holds these rows. */
  private void goOnWithoutBatch(Part part) throws IOException {
    Job job = journal.job(part.id().job()).orElseThrow();
    Part.Purchase dearer = costs.estimate(part.going(Lane.REALTIME), pipelines.of(job));
    superseding.supersede(part, Lane.REALTIME, dearer, "finish-by has passed");
  }

  private String next(Part part) throws IOException {
    Account account;
    try {
      account = accounts.account(part.provider());
    } catch (KeyMissing e) {
      attempts.later(part, e);
      return "wait";
    }
    Optional<String> unreachable = admission.isUnreachable(part, account);
    if (unreachable.isPresent() && part.state() instanceof PartState.Built built) {
      unbought(part, built.unbought("provider_unreachable", unreachable.get()));
      return "ended";
    }
    boolean isOwn = part.state().fileId().isEmpty() || attempts.isOwn(part, account);
    if (!isOwn || !admission.allows(part, account)) {
      return "wait";
    }
    if (deadlines.isPastUnbought(part)) {
      goOnWithoutBatch(part);
      return "wait";
    }
    PartState state = part.state();
    if (state instanceof PartState.Creating creating) {
      // Nobody waits for this reply any more: the daemon died between intent and record.
      journal.change(
          part, part.to(creating.unclear(), part.pause().since()), Optional.empty(), "interrupted");
      return "reconcile";
    }
    if (state instanceof PartState.Built) {
      return admission.enters(part, account) ? "upload" : "wait";
    }
    if (state instanceof PartState.Uploading) {
      return admission.uploads(part, account) ? "upload" : "wait";
    }
    if (state instanceof PartState.Unclear) {
      return "reconcile";
    }
    return state instanceof PartState.Uploaded ? "create" : "wait";
  }

  /** How a part of an unwanted job ends; empty when it may have been bought. */
  private static Optional<PartState.Unbought> cancelled(PartState state) {
    String code = PartState.CANCELLED;
    String message = PartState.CANCELLED_UNSENT;
    if (state instanceof PartState.Built built) {
      return Optional.of(built.unbought(code, message));
    }
    if (state instanceof PartState.Uploading uploading) {
      return Optional.of(uploading.unbought(code, message));
    }
    return state instanceof PartState.Uploaded uploaded
        ? Optional.of(uploaded.unbought(code, message))
        : Optional.empty();
  }

  /** The call that uploads the part's file. */
  public Call beginUpload(@Variable("part") PartId id) throws KeyMissing {
    Part part = part(id);
    Account account = accounts.account(part.provider());
    if (!part.account().equals(account.fingerprint())) {
      // Uploading is free; whoever uploads last also buys.
      journal.change(part, part.boughtBy(account.fingerprint()), Optional.empty(), "");
    }
    return account.upload(home.job(id.job()).requests(id), id);
  }

  /** Records what the upload came to. */
  public void endUpload(@Variable("part") PartId id, @Body Reply reply) throws KeyMissing {
    Part part = part(id);
    if (!(part.state() instanceof PartState.Uploading uploading)) {
      return;
    }
    if (reply instanceof Reply.Done done) {
      Optional<String> fileId = BatchView.of(done.body()).map(BatchView::id);
      if (fileId.isPresent()) {
        change(part, uploading.uploaded(fileId.get()), fileId.get());
      } else {
        notUploaded(part, uploading, nameless(done));
      }
    } else if (reply instanceof Reply.Never never) {
      unbought(part, uploading.unbought(never.code(), never.message()));
    } else if (reply instanceof Reply.Later later) {
      notUploaded(part, uploading, later);
    }
  }

  /** Nothing is paid by an upload: a damaged reply is worth another one. */
  private static Reply.Later nameless(Reply.Done done) {
    return new Reply.Later(
        Reply.Cause.UNAVAILABLE,
        "the upload was answered without a file's id; " + done.why(),
        Optional.empty());
  }

  private void notUploaded(Part part, PartState.Uploading uploading, Reply.Later later)
      throws KeyMissing {
    if (Parking.isAccountRefused(later)) {
      admission.accountRefused(part, accounts.account(part.provider()), later);
    } else if (attempts.isExhausted(part, later)) {
      unbought(part, uploading.unbought("provider_unreachable", later.message()));
    } else {
      attempts.later(part, later);
    }
  }

  /** Records the intent to buy, durably, and gives the one call that may do it. */
  public Call beginCreate(@Variable("part") PartId id) throws KeyMissing, IOException {
    Part part = part(id);
    if (!(part.state() instanceof PartState.Uploaded uploaded)) {
      throw new IllegalStateException(id + " is " + part.state().label() + "; expected uploaded");
    }
    Account account = accounts.account(part.provider());
    if (!part.account().isEmpty() && !part.account().equals(account.fingerprint())) {
      throw new IllegalStateException(
          id + " was uploaded with another key or base-url of provider " + part.provider());
    }
    Pipeline.Batch batch = pipelines.of(journal.job(id.job()).orElseThrow()).batch();
    Call call =
        account.batch(
            id, uploaded.file(), part.endpoint(), batch.completionWindow(), batch.metadata());
    Part intended =
        part.boughtBy(account.fingerprint()).intended(uploaded.creating(), clock.instant());
    if (journal.change(part, intended, Optional.empty(), uploaded.file()).isEmpty()) {
      throw new IllegalStateException(id + " was changed by somebody else");
    }
    return call;
  }

  /** Records what the create came to. */
  public void endCreate(@Variable("part") PartId id, @Body Reply reply) throws KeyMissing {
    Part part = part(id);
    if (!(part.state() instanceof PartState.Creating creating)) {
      return;
    }
    Optional<String> batchId =
        reply instanceof Reply.Done done
            ? BatchView.of(done.body()).map(BatchView::id)
            : Optional.empty();
    if (batchId.isPresent()) {
      change(part, creating.live(batchId.get()), batchId.get());
      story.live(part, batchId.get(), false);
      admission.accountWorks(accounts.account(part.provider()));
    } else if (reply instanceof Reply.Never never) {
      unbought(part, creating.unbought(never.code(), never.message()));
    } else if (reply instanceof Reply.Later later) {
      notCreated(part, creating, later);
    } else {
      String why =
          reply instanceof Reply.Done done ? "it has no batch's id; " + done.why() : reply.reason();
      change(part, creating.unclear(), why);
      story.waiting(id, "nobody knows whether the batch was created: " + why, clock.instant());
    }
  }

  /** The provider is known not to have created the batch. */
  private void notCreated(Part part, PartState.Creating creating, Reply.Later later)
      throws KeyMissing {
    boolean isExhausted = attempts.isExhausted(part, later);
    if (isExhausted && later.cause() == Reply.Cause.FILE_NOT_READY) {
      // The uploaded file is gone. Reconciling makes sure of it, and uploads anew.
      change(part, creating.unclear(), later.message());
      return;
    }
    if (isExhausted && later.cause() == Reply.Cause.UNAVAILABLE) {
      unbought(part, creating.unbought("provider_unreachable", later.message()));
      return;
    }
    Part back = part.within(creating.refusedForNow(), clock.instant());
    Optional<Part> changed = journal.change(part, back, Optional.empty(), later.message());
    if (changed.isPresent()) {
      Account account = accounts.account(part.provider());
      if (Parking.isAccountRefused(later)) {
        admission.accountRefused(changed.get(), account, later);
      } else if (later.cause() == Reply.Cause.NO_ROOM) {
        admission.hasNoRoom(changed.get(), account, later);
      } else {
        attempts.later(changed.get(), later);
      }
    }
  }

  private void change(Part part, PartState next, String detail) {
    journal.change(part, part.to(next, clock.instant()), Optional.empty(), detail);
  }

  private void unbought(Part part, PartState.Unbought next) {
    change(part, next, next.code() + ": " + next.message());
    story.unbought(part.id(), next.code(), next.message());
  }

  private Part part(PartId id) {
    return journal
        .part(id)
        .orElseThrow(() -> new IllegalStateException("the journal knows no part " + id));
  }
}
