package org.batchdrop.flow;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Job;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Limits;
import org.batchdrop.job.Part;
import org.batchdrop.job.Usage;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.Reservation;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Reply;

/**
 * Lets no more be under way than an account may have: tokens, batches, creates, money. A part that
 * is let in holds its room until its batch has ended; whoever finds none waits in the journal.
 */
final class Room {

  /** A provider's word is believed that long; then the account may have grown. */
  private static final Duration BELIEVED = Duration.ofHours(24);

  /** Fraction of a told limit that one batch may take, because its tokens are an estimate. */
  private static final double MARGIN = 0.9;

  /** A part that found no room looks again after that many times the shortest pause. */
  private static final int LOOKS = 3;

  private final Settings settings;
  private final Journal journal;
  private final JobPipelines pipelines;
  private final Costs costs;
  private final Attempts attempts;
  private final InstantSource clock;

  Room(
      Settings settings,
      Journal journal,
      JobPipelines pipelines,
      Costs costs,
      Attempts attempts,
      InstantSource clock) {
    this.settings = settings;
    this.journal = journal;
    this.pipelines = pipelines;
    this.costs = costs;
    this.attempts = attempts;
    this.clock = clock;
  }

  /**
   * Takes room for a part that is about to be bought, and records that, in one transaction. In the
   * realtime lane it is money only: the limits are those of batches.
   *
   * @return the part as it is then; empty when it waits, with the reason
   * @throws IOException when the job's pipeline or the prices can't be read
   */
  Optional<Part> take(Part part, Account account) throws IOException {
    Instant now = clock.instant();
    Job job = journal.job(part.id().job()).orElseThrow();
    Pipeline pipeline = pipelines.of(job);
    Part priced = priced(part, pipeline);
    Spending spending = new Spending(job, priced, pipeline.budget(), account, costs);
    Limits limits = part.lane() == Lane.BATCH ? limits(account, part.model()) : Limits.NONE;
    Reservation reservation =
        journal.reserve(
            part,
            priced.entered(account.fingerprint(), now),
            view ->
                limits
                    .refusal(
                        priced.purchase().tokens(),
                        view.standing(account.fingerprint(), part.model(), now))
                    .map(reason -> new Reservation.Refused("no room: " + reason, false))
                    .or(() -> spending.refusal(view, now)),
            "");
    if (reservation instanceof Reservation.Refused refused) {
      if (refused.parked()) {
        attempts.park(part, now.plus(settings.retries().longest()), refused.reason());
      } else {
        attempts.waiting(part, look(), refused.reason());
      }
    }
    return reservation instanceof Reservation.Granted granted
        ? Optional.of(granted.part())
        : Optional.empty();
  }

  /** The part with its estimate, which is made again when its price has become known. */
  private Part priced(Part part, Pipeline pipeline) throws IOException {
    boolean isCounted = part.purchase().tokens() > 0;
    boolean isAsGoodAsItGets =
        part.purchase().estimate().isPresent()
            || (isCounted && costs.cost(part, Usage.NONE).amount().isEmpty());
    return isAsGoodAsItGets ? part : part.with(costs.estimate(part, pipeline));
  }

  /** When to look again whether there is room. */
  Duration look() {
    return settings.retries().first().multipliedBy(LOOKS);
  }

  /** What an account may have under way of a model: the profile's word, and the provider's own. */
  Limits limits(Account account, String model) {
    Instant since = clock.instant().minus(BELIEVED);
    return account
        .profile()
        .batch()
        .limits()
        .withTold(journal.toldLimit(account.fingerprint(), model, since));
  }

  /** The provider has no room for a part's create: it waits longer each time, and no try counts. */
  void refused(Part part, Account account, Reply.Later reply) {
    told(part, account, reply.limit());
    Part counted = part.with(part.purchase().refused());
    Duration pause = reply.retryAfter().orElseGet(() -> pauseAfter(counted.purchase().refusals()));
    attempts.waiting(part, counted, pause, "no room at the provider: " + reply.message());
  }

  /** How long to wait after the provider had no room so many times in a row. */
  Duration pauseAfter(int refusals) {
    return settings.noRoom().after(refusals);
  }

  /** Remembers a limit that the provider told. */
  void told(Part part, Account account, Optional<Long> limit) {
    limit.ifPresent(
        tokens -> journal.limitTold(account.fingerprint(), part.model(), tokens, clock.instant()));
  }

  /** How many bytes the next try of a part may have, so that its tokens fit the limit. */
  long mostBytes(Part part, Account account) {
    long file = account.profile().batch().maxFileBytes();
    Optional<Long> limit = limits(account, part.model()).enqueuedTokens();
    long tokens = part.purchase().tokens();
    if (limit.isEmpty() || tokens <= limit.get() * MARGIN || tokens == 0) {
      return file;
    }
    double share = limit.get() * MARGIN / tokens;
    return Math.max(1, Math.min(file, (long) (part.size().bytes() * share)));
  }
}
