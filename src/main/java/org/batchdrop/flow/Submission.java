package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.PipelineFile;
import org.batchdrop.config.Problems;
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
  private final Journal journal;
  private final Accounts accounts;
  private final Attempts attempts;
  private final InstantSource clock;
  private final Story story;

  Submission(
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

  /**
   * What a part needs next.
   *
   * @return {@code upload}, {@code create}, {@code reconcile}, {@code ended} (nothing was bought,
   *     and nothing will be) or {@code wait}
   */
  public String next(@Variable("part") PartId id) {
    Part part = part(id);
    PartState state = part.state();
    if (part.pause().due().isAfter(clock.instant())) {
      return "wait";
    }
    if (!state.isFinal() && !isPayable(part)) {
      return "wait";
    }
    if (state instanceof PartState.Creating creating) {
      // Nobody waits for this reply any more: the daemon died between intent and record.
      journal.change(
          part, part.to(creating.unclear(), part.pause().since()), Optional.empty(), "interrupted");
      return "reconcile";
    }
    if (state instanceof PartState.Built || state instanceof PartState.Uploading) {
      return "upload";
    }
    if (state instanceof PartState.Unclear) {
      return "reconcile";
    }
    if (state instanceof PartState.Unbought) {
      return "ended";
    }
    return state instanceof PartState.Uploaded ? "create" : "wait";
  }

  /** Tells whether the key is there and is the one that owns what the part has at the provider. */
  private boolean isPayable(Part part) {
    try {
      Account account = accounts.account(part.provider());
      return part.state().fileId().isEmpty() || attempts.isOwn(part, account);
    } catch (KeyMissing e) {
      attempts.later(
          part,
          new Reply.Later(String.valueOf(e.getMessage()), Optional.empty(), Optional.empty()));
      return false;
    }
  }

  /** Records that the upload begins, and gives the call. */
  public Call beginUpload(@Variable("part") PartId id) throws KeyMissing {
    Part part = part(id);
    Account account = accounts.account(part.provider());
    Part owned = part.boughtBy(account.fingerprint());
    if (part.state() instanceof PartState.Built built) {
      journal.change(part, owned.to(built.uploading(), clock.instant()), Optional.empty(), "");
    } else {
      journal.change(part, owned, Optional.empty(), "");
    }
    return account.upload(home.job(id.job()).requests(id), id);
  }

  /** Records what the upload came to. */
  public void endUpload(@Variable("part") PartId id, @Body Reply reply) {
    Part part = part(id);
    if (!(part.state() instanceof PartState.Uploading uploading)) {
      return;
    }
    if (reply instanceof Reply.Done done) {
      Optional<String> fileId = BatchView.of(done.body()).map(BatchView::id);
      if (fileId.isPresent()) {
        change(part, uploading.uploaded(fileId.get()), fileId.get());
      } else {
        unbought(
            part, uploading.unbought("not_a_batch_api", "the reply to the upload holds no id"));
      }
    } else if (reply instanceof Reply.Never never) {
      unbought(part, uploading.unbought(never.code(), never.message()));
    } else if (reply instanceof Reply.Later later) {
      if (attempts.isExhausted(part, later)) {
        unbought(part, uploading.unbought("provider_unreachable", later.message()));
      } else {
        attempts.later(part, later);
      }
    }
  }

  /** Records the intent to buy, durably, and gives the one call that may do it. */
  public Call beginCreate(@Variable("part") PartId id) throws KeyMissing, IOException {
    Part part = part(id);
    if (!(part.state() instanceof PartState.Uploaded uploaded)) {
      throw new IllegalStateException(id + " is " + part.state().label() + "; expected uploaded");
    }
    Account account = accounts.account(part.provider());
    Pipeline.Batch batch = pipeline(id).batch();
    Call call =
        account.batch(
            id, uploaded.file(), part.endpoint(), batch.completionWindow(), batch.metadata());
    Part intended =
        part.boughtBy(account.fingerprint()).within(uploaded.creating(), clock.instant());
    if (journal.change(part, intended, Optional.empty(), uploaded.file()).isEmpty()) {
      throw new IllegalStateException(id + " was changed by somebody else");
    }
    return call;
  }

  /** Records what the create came to. */
  public void endCreate(@Variable("part") PartId id, @Body Reply reply) {
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
    } else if (reply instanceof Reply.Never never) {
      unbought(part, creating.unbought(never.code(), never.message()));
    } else if (reply instanceof Reply.Later later) {
      if (attempts.isExhausted(part, later)) {
        unbought(part, creating.unbought("provider_unreachable", later.message()));
      } else {
        refusedForNow(part, creating, later);
      }
    } else {
      String why =
          reply instanceof Reply.Unclear unclear ? unclear.message() : "the reply holds no id";
      change(part, creating.unclear(), why);
      story.waiting(id, "nobody knows whether the batch was created: " + why, clock.instant());
    }
  }

  private void refusedForNow(Part part, PartState.Creating creating, Reply.Later later) {
    Part back = part.within(creating.refusedForNow(), clock.instant());
    journal
        .change(part, back, Optional.empty(), later.message())
        .ifPresent(changed -> attempts.later(changed, later));
  }

  private void change(Part part, PartState next, String detail) {
    journal.change(part, part.to(next, clock.instant()), Optional.empty(), detail);
  }

  private void unbought(Part part, PartState.Unbought next) {
    change(part, next, next.code() + ": " + next.message());
    story.unbought(part.id(), next.code(), next.message());
  }

  private Pipeline pipeline(PartId id) throws IOException {
    Problems problems = new Problems();
    String text = Files.readString(home.job(id.job()).pipeline());
    String name = journal.job(id.job()).orElseThrow().pipeline();
    return PipelineFile.read(name, "pipelines/" + name + ".yaml", text, problems)
        .orElseThrow(() -> new IllegalStateException(problems.all().get(0).toString()));
  }

  private Part part(PartId id) {
    return journal
        .part(id)
        .orElseThrow(() -> new IllegalStateException("the journal knows no part " + id));
  }
}
