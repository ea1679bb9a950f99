package org.batchdrop.flow;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.StrayBatch;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;

/**
 * Looks through an account's batches for those of ours that the journal does not know: after each
 * start, before anything is bought, and every hour. A journal that was brought back from a backup
 * thus learns what was bought since; a batch beside the one that a part has is cancelled. Steps of
 * {@code adopt-batches} and {@code adopt-account}.
 */
public final class Adoption {

  private static final Duration LOOK_BACK = Duration.ofDays(30);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final int MOST_NAMES = 200;

  private static final Look NO_LOOK = new Look(false, 0, "");

  private final Settings settings;
  private final Journal journal;
  private final Accounts accounts;
  private final NamedProviders providers;
  private final Parking parking;
  private final Attempts attempts;
  private final Superseding superseding;
  private final InstantSource clock;
  private final Story story;
  private final Map<String, Look> looks = new ConcurrentHashMap<>();
  private final Map<String, Instant> next = new ConcurrentHashMap<>();
  private final BatchOwners owners = new BatchOwners();

  /** By provider: of how many batches the name is still asked for. */
  private final Map<String, Integer> asking = new ConcurrentHashMap<>();

  /** What became of the looks at an account since the start. */
  private record Look(boolean isDone, int failures, String why) {}

  /**
   * Something to find out or to do about a batch of the list.
   *
   * @param isSurplus whether nobody wants it, and it is to be cancelled; otherwise its file's name
   *     is wanted
   * @param batch the batch
   */
  public record Task(boolean isSurplus, BatchView batch) {}

  /** Prepares the looks; those at {@code providers} are made even when nothing is under way. */
  Adoption(
      Settings settings,
      Journal journal,
      Accounts accounts,
      Supplier<List<String>> providers,
      Parking parking,
      Attempts attempts,
      Superseding superseding,
      InstantSource clock,
      Story story) {
    this.settings = settings;
    this.journal = journal;
    this.accounts = accounts;
    this.providers = new NamedProviders(providers, clock);
    this.parking = parking;
    this.attempts = attempts;
    this.superseding = superseding;
    this.clock = clock;
    this.story = story;
  }

  /**
   * Tells whether a part may have a batch of which the journal knows nothing. In the realtime lane
   * that is one that was not begun, of a slice that once was to go as a batch.
   */
  boolean concerns(Part part) {
    return part.lane() == Lane.BATCH
        || (part.state() instanceof PartState.Built
            && journal.parts(part.id().job()).stream()
                .anyMatch(
                    other ->
                        other.id().number() == part.id().number() && other.lane() == Lane.BATCH));
  }

  /** Tells whether the account was looked through since the start, as far as it can be. */
  boolean isUpToDate(Account account) {
    Look look = looks.get(account.fingerprint());
    return !account.profile().batch().habits().canList() || (look != null && look.isDone());
  }

  /** Why nothing is bought for an account that is not up to date, if that is a failure. */
  Optional<String> trouble(Account account) {
    return Optional.ofNullable(looks.get(account.fingerprint()))
        .filter(look -> !look.isDone() && !look.why().isEmpty())
        .map(Look::why);
  }

  /** The providers whose time has come. */
  public List<String> dueProviders() {
    Instant now = clock.instant();
    Set<String> all = new TreeSet<>(journal.busyProviders());
    all.addAll(providers.get());
    return all.stream()
        .filter(provider -> !next.getOrDefault(provider, now).isAfter(now))
        .filter(this::canBeLooked)
        .toList();
  }

  private boolean canBeLooked(String provider) {
    try {
      return accounts.account(provider).profile().batch().habits().canList();
    } catch (KeyMissing | IllegalArgumentException e) {
      // Whoever needs this account says so; here there is nothing to look for.
      return false;
    }
  }

  /** Begins a walk through a provider's list. */
  public Listing look(@Variable("provider") String provider) throws KeyMissing {
    return listing(accounts.account(provider), clock.instant());
  }

  /** A walk as far back as providers show their batches. */
  static Listing listing(Account account, Instant now) {
    return new Listing(account, now.minus(LOOK_BACK), Set.of());
  }

  /**
   * Takes a finished walk in.
   *
   * @return what is left to be done about single batches
   */
  public List<Task> take(
      @Variable("provider") String provider, @Variable("listing") Listing listing)
      throws KeyMissing {
    Account account = accounts.account(provider);
    if (listing.failure().isPresent()) {
      failed(account, listing.failure().get());
      return List.of();
    }
    owners.keepOnly(account, listing.found());
    List<Task> tasks = new ArrayList<>();
    for (BatchView batch : listing.found()) {
      Optional<PartId> part = owners.of(account, batch);
      if (part.isPresent()) {
        place(account, part.get(), batch)
            .or(() -> unwanted(part.get(), batch))
            .ifPresent(tasks::add);
      } else if (owners.isToBeAsked(account, batch) && tasks.size() < MOST_NAMES) {
        tasks.add(new Task(false, batch));
      }
    }
    parking.works(account);
    int names = (int) tasks.stream().filter(task -> !task.isSurplus()).count();
    asking.put(provider, names);
    next.put(provider, clock.instant().plus(settings.retries().first()));
    if (names == 0) {
      lookedThrough(account);
    }
    return tasks;
  }

  /** Every batch of the walk has its place now, as far as it can be known whose it is. */
  private void lookedThrough(Account account) {
    looks.put(account.fingerprint(), new Look(true, 0, ""));
    Instant now = clock.instant();
    // Another look that is due at once stays so.
    next.computeIfPresent(
        account.profile().name(), (name, at) -> at.isAfter(now) ? now.plus(EVERY) : at);
  }

  /**
   * Looks at a walk that was made for another reason.
   *
   * @return batches beside the ones that parts have
   */
  public List<Task> surplus(
      @Variable("provider") String provider, @Variable("listing") Listing listing)
      throws KeyMissing {
    Account account = accounts.account(provider);
    List<Task> tasks = new ArrayList<>();
    for (BatchView batch : listing.found()) {
      owners.of(account, batch).flatMap(part -> place(account, part, batch)).ifPresent(tasks::add);
    }
    return tasks;
  }

  private void failed(Account account, Reply failure) {
    String provider = account.profile().name();
    Look before = looks.getOrDefault(account.fingerprint(), NO_LOOK);
    if (failure instanceof Reply.Never) {
      // It can't be listed: then a lost reply parks its part, and nothing else can be done.
      looks.put(account.fingerprint(), new Look(true, 0, ""));
      next.put(provider, clock.instant().plus(EVERY));
      return;
    }
    if (failure instanceof Reply.Later later && Parking.isAccountRefused(later)) {
      parking.refused(account, later);
    }
    again(account, before, "its batches can't be listed: " + failure.why());
  }

  private void again(Account account, Look before, String why) {
    String provider = account.profile().name();
    int failures = before.failures() + 1;
    looks.put(account.fingerprint(), new Look(before.isDone(), failures, why));
    next.put(provider, clock.instant().plus(settings.retries().after(failures)));
    story.troubled("provider " + provider, why);
  }

  /** The call of a task. */
  public Call call(@Variable("provider") String provider, @Body Task task) throws KeyMissing {
    Account account = accounts.account(provider);
    return task.isSurplus()
        ? account.cancel(task.batch().id())
        : account.file(task.batch().inputFile().orElseThrow());
  }

  /** Takes the reply to a task's call. */
  public void done(
      @Variable("provider") String provider, @Variable("task") Task task, @Body Reply reply)
      throws KeyMissing {
    if (task.isSurplus()) {
      return;
    }
    Account account = accounts.account(provider);
    if (!(reply instanceof Reply.Done || reply instanceof Reply.Never)) {
      Look before = looks.getOrDefault(account.fingerprint(), NO_LOOK);
      again(account, before, "the names of its files can't be read: " + reply.reason());
      return;
    }
    // One that nobody wants is cancelled by the next look, which is not far away.
    owners
        .learn(account, task.batch(), reply)
        .flatMap(part -> place(account, part, task.batch()).or(() -> unwanted(part, task.batch())))
        .ifPresent(surplus -> next.put(provider, clock.instant()));
    if (asking.merge(provider, -1, Integer::sum) == 0) {
      lookedThrough(account);
    }
  }

  /** Finds a batch's place in the journal: known, adopted, surplus, or stray. */
  private Optional<Task> place(Account account, PartId id, BatchView batch) {
    Optional<Part> found = journal.part(id);
    StrayBatch stray = stray(account, id, batch);
    if (found.isEmpty()) {
      if (journal.stray(stray)) {
        story.stray(account.profile().name(), batch.id(), id.submissionKey());
      }
      return Optional.empty();
    }
    Part part = found.get();
    boolean isItsOwn = part.state().batchId().equals(Optional.of(batch.id()));
    boolean isForeign = !part.account().isEmpty() && !part.account().equals(account.fingerprint());
    if (isItsOwn || isForeign) {
      return Optional.empty();
    }
    if (canAdopt(part)) {
      adopt(part, account, stray);
      return Optional.empty();
    }
    boolean isSearched =
        part.state() instanceof PartState.Creating || part.state() instanceof PartState.Unclear;
    if (isSearched || batch.hasEnded() || batch.status().equals("cancelling")) {
      return Optional.empty();
    }
    story.alert(id.job(), id.label() + " was bought more than once; cancelling " + batch.id());
    return Optional.of(new Task(true, batch));
  }

  /** Whoever cancelled a job ended the batches that the journal knew of then. */
  private Optional<Task> unwanted(PartId id, BatchView batch) {
    boolean isRunning = !batch.hasEnded() && !batch.status().equals("cancelling");
    boolean isItsOwn =
        journal.part(id).flatMap(part -> part.state().batchId()).equals(Optional.of(batch.id()));
    if (!isRunning || !isItsOwn || !isCancelled(id)) {
      return Optional.empty();
    }
    story.alert(
        id.job(), id.label() + " of the cancelled job still runs; cancelling " + batch.id());
    return Optional.of(new Task(true, batch));
  }

  private boolean isCancelled(PartId id) {
    return journal.job(id.job()).filter(job -> job.orders().cancelled()).isPresent();
  }

  private static boolean canAdopt(Part part) {
    // What is unclear is found by its own search, which knows how to choose among several.
    return part.state() instanceof PartState.Built
        || part.state() instanceof PartState.Uploading
        || part.state() instanceof PartState.Uploaded;
  }

  private static StrayBatch stray(Account account, PartId id, BatchView batch) {
    return new StrayBatch(
        batch.id(),
        account.fingerprint(),
        account.profile().name(),
        id.submissionKey(),
        batch.inputFile().orElse(""),
        batch.status(),
        batch.createdAt().orElse(Instant.EPOCH));
  }

  /**
   * Gives a part the batch that was seen before the part was known. When only a later generation
   * has one, this try came to nothing, and the next generation is looked at in its turn: what was
   * bought then holds the same rows.
   *
   * @return whether there is one
   */
  boolean takes(Part part, Account account) throws IOException {
    if (!canAdopt(part)) {
      return false;
    }
    List<StrayBatch> strays = journal.strays(account.fingerprint(), part.id());
    Optional<StrayBatch> own = strays.stream().filter(stray -> isOf(stray, part, 0)).findFirst();
    if (own.isPresent()) {
      adopt(part, account, own.get());
      if (isCancelled(part.id())) {
        // The next look ends it at the provider.
        next.put(account.profile().name(), clock.instant());
      }
      return true;
    }
    Optional<StrayBatch> later = strays.stream().filter(stray -> isOf(stray, part, 1)).findFirst();
    if (later.isPresent()) {
      superseding.supersede(part, "a later try was bought already: " + later.get().batch());
    }
    return later.isPresent();
  }

  /** Tells whether a later try at a part's rows was bought of which the journal knows nothing. */
  boolean knowsLater(Part part, Account account) {
    return journal.strays(account.fingerprint(), part.id()).stream()
        .anyMatch(stray -> isOf(stray, part, 1));
  }

  private static boolean isOf(StrayBatch stray, Part part, int direction) {
    return PartId.ofSubmissionKey(stray.key())
        .map(id -> Integer.signum(id.compareTo(part.id())) == direction)
        .orElse(false);
  }

  private void adopt(Part part, Account account, StrayBatch stray) {
    Part live =
        part.boughtBy(account.fingerprint())
            .to(part.state().adopted(stray.file(), stray.batch()), clock.instant());
    if (journal.change(part, live, Optional.empty(), stray.batch()).isPresent()) {
      journal.adopted(stray);
      story.live(part, stray.batch(), true);
    }
  }

  /** Lets a part wait for the first look at its account, with the reason if there is one. */
  void awaitLook(Part part, Account account) {
    trouble(account).ifPresent(why -> attempts.waiting(part, settings.retries().first(), why));
  }
}
