package org.batchdrop.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Part;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;

/** Records that a step of a part failed for now, or waits, and when it goes on. */
final class Attempts {

  /** Parts that failed together do not come back together. */
  private static final int JITTER_PERCENT = 10;

  private final Settings settings;
  private final Journal journal;
  private final InstantSource clock;
  private final Story story;

  Attempts(Settings settings, Journal journal, InstantSource clock, Story story) {
    this.settings = settings;
    this.journal = journal;
    this.clock = clock;
    this.story = story;
  }

  /** The part goes on later: after what the provider asked for, else after a growing pause. */
  void later(Part part, Reply.Later reply) {
    Duration pause =
        reply.retryAfter().orElseGet(() -> settings.retries().after(part.pause().tries() + 1));
    later(part, pause, reply.message());
  }

  /** There is no key to go on with; the part looks again later. */
  void later(Part part, KeyMissing missing) {
    later(
        part,
        new Reply.Later(
            Reply.Cause.KEY_REFUSED, String.valueOf(missing.getMessage()), Optional.empty()));
  }

  /** The part failed, and goes on after a pause. */
  void later(Part part, Duration pause, String reason) {
    Instant due = due(part, pause);
    record(part, part.later(due, reason), reason);
    story.waiting(part.id(), reason, due);
  }

  /** The part did not fail, but goes on only after a pause. */
  void waiting(Part part, Duration pause, String reason) {
    waiting(part, part, pause, reason);
  }

  /** As {@link #waiting(Part, Duration, String)}, with something else of the part changed too. */
  void waiting(Part part, Part changed, Duration pause, String reason) {
    Instant due = due(part, pause);
    record(part, changed.waiting(due, reason), reason);
    story.waiting(part.id(), reason, due);
  }

  /**
   * The part stops until a person resolves the reason.
   *
   * @param look when to see whether the reason is gone; {@link Part.Pause#NEVER}: only a person can
   *     say
   */
  void park(Part part, Instant look, String reason) {
    boolean isNews = !part.pause().parked() || !part.pause().reason().equals(Optional.of(reason));
    if (isNews || !part.pause().due().isAfter(clock.instant())) {
      record(part, part.parked(look, reason), reason);
    }
    if (isNews) {
      story.parked(part.id(), reason);
    }
  }

  private void record(Part part, Part changed, String reason) {
    journal.change(part, changed, Optional.empty(), reason);
  }

  private Instant due(Part part, Duration pause) {
    long share = Math.floorMod(part.id().hashCode(), JITTER_PERCENT);
    return clock.instant().plus(pause).plus(pause.multipliedBy(share).dividedBy(100));
  }

  /**
   * Tells whether a part's file and batch belong to the account that the profile and key name now.
   * What another key or address bought is left alone: it is parked, and says so.
   */
  boolean isOwn(Part part, Account account) {
    if (part.account().isEmpty() || part.account().equals(account.fingerprint())) {
      return true;
    }
    park(
        part,
        clock.instant().plus(settings.retries().longest()),
        "it was uploaded or bought with another key or base-url of provider "
            + part.provider()
            + "; expected those again");
    return false;
  }

  /** Tells whether a part has waited in its current step for as long as it may. */
  boolean isExhausted(Part part) {
    return clock.instant().isAfter(part.pause().begun().plus(settings.giveUpAfter()));
  }

  /** Tells whether a part has tried its current step for as long as it may. */
  boolean isExhausted(Part part, Reply.Later reply) {
    Duration patience = reply.patience().orElse(settings.giveUpAfter());
    return clock.instant().isAfter(part.pause().begun().plus(patience));
  }
}
