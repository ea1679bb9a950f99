package org.batchdrop.flow;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Units;
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
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.LineProblems;
import org.batchdrop.result.LineProblems.LineProblem;

/**
 * Looks at the live batches of each account: one walk through the list for many batches, a call of
 * its own for what the list lacks. Steps of {@code poll-batches}, {@code poll-account} and {@code
 * retrieve-batch}.
 */
public final class Polling {

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(15);
  private static final Duration LONGEST_GAP = Duration.ofMinutes(10);
  private static final Duration LATE = Duration.ofHours(1);
  private static final int LOST_AFTER = 5;

  /** A batch that stays unseen for less may be a hiccup. */
  private static final Duration LOST_FOR = Duration.ofHours(1);

  private final Home home;
  private final Journal journal;
  private final Accounts accounts;
  private final Parking parking;
  private final Rates rates;
  private final Attempts attempts;
  private final InstantSource clock;
  private final Story story;
  private final Map<String, Visit> visits = new ConcurrentHashMap<>();
  private final Map<PartId, Unseen> unseen = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();

  /** When a provider is next looked at, and how often in a row that failed. */
  private record Visit(Instant next, int failures) {}

  /** How often in a row a batch was not shown, and since when. */
  private record Unseen(int times, Instant since) {}

  Polling(
      Home home,
      Journal journal,
      Accounts accounts,
      Parking parking,
      Rates rates,
      Attempts attempts,
      InstantSource clock,
      Story story) {
    this.home = home;
    this.journal = journal;
    this.accounts = accounts;
    this.parking = parking;
    this.rates = rates;
    this.attempts = attempts;
    this.clock = clock;
    this.story = story;
  }

  /** The providers with live batches whose time has come. */
  public List<String> dueProviders() {
    Instant now = clock.instant();
    return journal.liveParts().stream()
        .map(Part::provider)
        .distinct()
        .filter(provider -> isDue(provider, now))
        .toList();
  }

  /** A visit that lies farther ahead than any is planned was planned by a clock set back since. */
  private boolean isDue(String provider, Instant now) {
    Instant next = visits.getOrDefault(provider, new Visit(now, 0)).next();
    Duration interval = accounts.profile(provider).pollInterval();
    Duration farthest = interval.compareTo(LONGEST_GAP) > 0 ? interval : LONGEST_GAP;
    return !next.isAfter(now) || next.isAfter(now.plus(farthest));
  }

  /** Begins a walk through a provider's list, or skips it when a single batch is live. */
  public Listing look(@Variable("provider") String provider) throws KeyMissing {
    Account account = accounts.account(provider);
    Map<String, Part> live = live(account);
    Instant oldest =
        live.values().stream()
            .map(part -> part.pause().since())
            .min(Instant::compareTo)
            .orElse(clock.instant());
    Listing listing = new Listing(account, oldest.minus(CLOCK_SKEW), live.keySet());
    boolean isWorthIt = live.size() > 1 && account.profile().batch().habits().canList();
    return isWorthIt && polls(account, 1) == 1 ? listing : listing.skipped();
  }

  /**
   * Records what the list says.
   *
   * @return the live parts that it lacks
   */
  public List<PartId> note(
      @Variable("provider") String provider, @Variable("listing") Listing listing)
      throws KeyMissing, IOException {
    Account account = accounts.account(provider);
    Map<String, Part> live = live(account);
    boolean hasNoList = listing.isWithoutList();
    plan(account, hasNoList ? Optional.empty() : listing.failure());
    if (listing.failure().isPresent() && !hasNoList) {
      return List.of();
    }
    for (BatchView batch : listing.found()) {
      Part part = live.remove(batch.id());
      if (part != null) {
        note(part, batch);
      }
    }
    List<PartId> lacking = new ArrayList<>(live.values().stream().map(Part::id).toList());
    int allowed = polls(account, lacking.size());
    // Nobody is always last.
    Collections.rotate(lacking, -turn.getAndAdd(allowed) % Math.max(1, lacking.size()));
    return List.copyOf(lacking.subList(0, allowed));
  }

  private int polls(Account account, int wanted) {
    int perMinute = account.profile().batch().rates().pollsPerMinute();
    return rates.take(account.fingerprint(), "poll", perMinute, wanted);
  }

  /** The call that reads one batch. */
  public Call retrieve(@Variable("part") PartId id) throws KeyMissing {
    Part part = journal.part(id).orElseThrow();
    return accounts.account(part.provider()).retrieve(part.state().batchId().orElseThrow());
  }

  /** Records what one batch says. */
  public void noteOne(@Variable("part") PartId id, @Body Reply reply)
      throws IOException, KeyMissing {
    Part part = journal.part(id).orElseThrow();
    Optional<BatchView> batch =
        reply instanceof Reply.Done done ? BatchView.of(done.body()) : Optional.empty();
    if (batch.isPresent()) {
      unseen.remove(id);
      parking.works(accounts.account(part.provider()));
      note(part, batch.get());
    } else if (reply instanceof Reply.Later later && Parking.isAccountRefused(later)) {
      parking.refused(accounts.account(part.provider()), later);
    } else {
      miss(part, reply);
    }
  }

  /** Parts of a provider that ended and wait to be collected. */
  public List<PartId> ended() {
    return journal.partsToCollect(clock.instant(), 1000);
  }

  private void note(Part part, BatchView batch) throws IOException {
    if (!(part.state() instanceof PartState.Live live)) {
      return;
    }
    unseen.remove(part.id());
    Part seen = part.seen(batch.seen());
    if (batch.hasEnded()) {
      keepLineProblems(part, batch);
      PartState.Ended ended = live.ended(batch.end());
      journal
          .change(part, seen.to(ended, clock.instant()), Optional.empty(), batch.status())
          .ifPresent(changed -> story.ended(changed, batch.status()));
    } else if (part.pause().parked()) {
      journal.change(part, seen.due(clock.instant()), Optional.empty(), "");
    } else if (!part.seen().equals(batch.seen())) {
      journal.change(part, seen, Optional.empty(), "");
    }
    if (!batch.hasEnded() && isOverdue(part)) {
      story.overdue(part, batch.status());
    }
  }

  /** Which lines the provider did not accept; read when the rest is bought without them. */
  private void keepLineProblems(Part part, BatchView batch) throws IOException {
    List<LineProblem> problems =
        batch.problems().stream()
            .filter(problem -> problem.line() > 0)
            .map(p -> new LineProblem(p.line(), new Reason(p.code(), p.message())))
            .toList();
    if (!problems.isEmpty()) {
      LineProblems.write(home.job(part.id().job()).lineProblems(part.id()), problems);
    }
  }

  /** A provider may be late; its batch is never bought again while it lives. */
  private boolean isOverdue(Part part) {
    Duration window =
        Units.parseDuration(accounts.profile(part.provider()).batch().windows().longest())
            .orElse(Duration.ofDays(14));
    return clock.instant().isAfter(part.pause().since().plus(window).plus(LATE));
  }

  /**
   * A batch of ours that the provider does not show stays live; after a while it is parked with the
   * reason, and looked for all the same.
   */
  private void miss(Part part, Reply reply) {
    Instant now = clock.instant();
    Unseen before = unseen.getOrDefault(part.id(), new Unseen(0, now));
    Unseen missed = new Unseen(before.times() + 1, before.since());
    unseen.put(part.id(), missed);
    boolean isGone = reply instanceof Reply.Never never && never.status() == 404;
    boolean isLong = !now.isBefore(missed.since().plus(LOST_FOR));
    if (missed.times() >= LOST_AFTER && isGone && isLong) {
      attempts.park(
          part,
          Part.Pause.NEVER,
          "the provider no longer shows its batch ("
              + reply.why()
              + "); 'batchdrop approve JOB' buys its rows again, 'batchdrop cancel JOB' goes on"
              + " without them");
    } else if (missed.times() >= LOST_AFTER) {
      story.waiting(
          part.id(), "the provider does not show its batch: " + reply.why(), now.plus(LONGEST_GAP));
    }
  }

  private void plan(Account account, Optional<Reply> failure) {
    String provider = account.profile().name();
    Duration gap = account.profile().pollInterval();
    int failures = 0;
    if (failure.isPresent()) {
      failures = visits.getOrDefault(provider, new Visit(Instant.MIN, 0)).failures() + 1;
      gap = gap.multipliedBy(1L << Math.min(failures, 8));
      gap = gap.compareTo(LONGEST_GAP) > 0 ? LONGEST_GAP : gap;
      story.troubled("provider " + provider, "batches can't be listed: " + failure.get().why());
      if (failure.get() instanceof Reply.Later later && Parking.isAccountRefused(later)) {
        parking.refused(account, later);
      }
    }
    visits.put(provider, new Visit(clock.instant().plus(gap), failures));
  }

  /** Batches bought with another key or address are left alone. */
  private Map<String, Part> live(Account account) {
    String provider = account.profile().name();
    Map<String, Part> live = new TreeMap<>();
    for (Part part : journal.liveParts()) {
      if (part.provider().equals(provider) && attempts.isOwn(part, account)) {
        part.state().batchId().ifPresent(batch -> live.put(batch, part));
      }
    }
    return live;
  }
}
