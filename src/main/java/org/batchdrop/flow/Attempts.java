package org.batchdrop.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Part;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Reply;

/** Records that a step of a part failed for now, and when it goes on. */
final class Attempts {

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

  /** The part goes on after a pause. */
  void later(Part part, Duration pause, String reason) {
    Instant due = clock.instant().plus(pause);
    journal.change(part, part.later(due, reason), Optional.empty(), reason);
    story.waiting(part.id(), reason, due);
  }

  /**
   * Tells whether a part's file and batch belong to the account that the profile and key name now.
   * What another key or address bought is left alone: it waits, and says so.
   */
  boolean isOwn(Part part, Account account) {
    if (part.account().isEmpty() || part.account().equals(account.fingerprint())) {
      return true;
    }
    later(
        part,
        settings.retries().longest(),
        "it was uploaded or bought with another key or base-url of provider "
            + part.provider()
            + "; expected those again");
    return false;
  }

  /** Tells whether a part has tried its current step for as long as it may. */
  boolean isExhausted(Part part, Reply.Later reply) {
    Duration patience = reply.patience().orElse(settings.giveUpAfter());
    return clock.instant().isAfter(part.pause().begun().plus(patience));
  }
}
