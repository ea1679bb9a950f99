package org.batchdrop.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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
 * Looks at the live batches of each account: one walk through the list for many batches, a call of
 * its own for what the list lacks. Steps of {@code poll-batches}, {@code poll-account} and {@code
 * retrieve-batch}.
 */
public final class Polling {

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(15);
  private static final Duration LONGEST_GAP = Duration.ofMinutes(10);
  private static final int LOST_AFTER = 5;

  private final Journal journal;
  private final Accounts accounts;
  private final InstantSource clock;
  private final Story story;
  private final Map<String, Visit> visits = new ConcurrentHashMap<>();
  private final Map<PartId, Integer> unseen = new ConcurrentHashMap<>();

  /** When a provider is next looked at, and how often in a row that failed. */
  private record Visit(Instant next, int failures) {}

  Polling(Journal journal, Accounts accounts, InstantSource clock, Story story) {
    this.journal = journal;
    this.accounts = accounts;
    this.clock = clock;
    this.story = story;
  }

  /** The providers with live batches whose time has come. */
  public List<String> dueProviders() {
    Instant now = clock.instant();
    return journal.liveParts().stream()
        .map(Part::provider)
        .distinct()
        .filter(provider -> !visits.getOrDefault(provider, new Visit(now, 0)).next().isAfter(now))
        .toList();
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
    return live.size() <= 1 ? listing.skipped() : listing;
  }

  /**
   * Records what the list says.
   *
   * @return the live parts that it lacks
   */
  public List<PartId> note(
      @Variable("provider") String provider, @Variable("listing") Listing listing)
      throws KeyMissing {
    Account account = accounts.account(provider);
    Map<String, Part> live = live(account);
    plan(account, listing.failure());
    if (listing.failure().isPresent()) {
      return List.of();
    }
    for (BatchView batch : listing.found()) {
      Part part = live.remove(batch.id());
      if (part != null) {
        note(part, batch);
      }
    }
    return live.values().stream().map(Part::id).toList();
  }

  /** The call that reads one batch. */
  public Call retrieve(@Variable("part") PartId id) throws KeyMissing {
    Part part = journal.part(id).orElseThrow();
    return accounts.account(part.provider()).retrieve(part.state().batchId().orElseThrow());
  }

  /** Records what one batch says. */
  public void noteOne(@Variable("part") PartId id, @Body Reply reply) {
    Part part = journal.part(id).orElseThrow();
    Optional<BatchView> batch =
        reply instanceof Reply.Done done ? BatchView.of(done.body()) : Optional.empty();
    if (batch.isPresent()) {
      unseen.remove(id);
      note(part, batch.get());
    } else {
      miss(part, reply);
    }
  }

  /** Parts of a provider that ended and wait to be collected. */
  public List<PartId> ended() {
    return journal.partsToCollect(clock.instant(), 1000);
  }

  private void note(Part part, BatchView batch) {
    if (!(part.state() instanceof PartState.Live live)) {
      return;
    }
    Part seen = part.seen(batch.seen());
    if (batch.hasEnded()) {
      PartState.Ended ended = live.ended(batch.end());
      journal
          .change(part, seen.to(ended, clock.instant()), Optional.empty(), batch.status())
          .ifPresent(changed -> story.ended(changed, batch.status()));
    } else if (!part.seen().equals(batch.seen())) {
      journal.change(part, seen, Optional.empty(), "");
    }
  }

  /**
   * A batch of ours that the provider does not show may be a hiccup: it stays live, and is told.
   */
  private void miss(Part part, Reply reply) {
    int times = unseen.merge(part.id(), 1, Integer::sum);
    if (times >= LOST_AFTER) {
      story.waiting(
          part.id(),
          "the provider does not show its batch: " + reply.why(),
          clock.instant().plus(LONGEST_GAP));
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
    }
    visits.put(provider, new Visit(clock.instant().plus(gap), failures));
  }

  /** Batches bought with another key or address are left alone. */
  private Map<String, Part> live(Account account) {
    String fingerprint = account.fingerprint();
    String provider = account.profile().name();
    List<Part> all = new ArrayList<>(journal.liveParts());
    all.removeIf(part -> !part.provider().equals(provider));
    Set<PartId> foreign =
        all.stream()
            .filter(part -> !part.account().equals(fingerprint))
            .map(Part::id)
            .collect(Collectors.toSet());
    foreign.forEach(
        id ->
            story.waiting(
                id,
                "its batch was bought with another key or base-url of provider " + provider,
                clock.instant()));
    Map<String, Part> live = new TreeMap<>();
    for (Part part : all) {
      if (!foreign.contains(part.id())) {
        part.state().batchId().ifPresent(batch -> live.put(batch, part));
      }
    }
    return live;
  }
}
