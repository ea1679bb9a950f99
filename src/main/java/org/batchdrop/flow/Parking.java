package org.batchdrop.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.ParkedAccount;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;

/**
 * Parks an account whose provider refuses to work for it: no money left, or a key that is not
 * accepted. It is told once, whatever number of parts wait; a single part finds out now and then
 * whether the account works again, and then all go on.
 */
public final class Parking {

  private final Settings settings;
  private final Journal journal;
  private final Accounts accounts;
  private final Attempts attempts;
  private final InstantSource clock;
  private final Story story;
  private final Map<String, PartId> scouts = new ConcurrentHashMap<>();
  private final Set<String> takenOver = ConcurrentHashMap.newKeySet();

  Parking(
      Settings settings,
      Journal journal,
      Accounts accounts,
      Attempts attempts,
      InstantSource clock,
      Story story) {
    this.settings = settings;
    this.journal = journal;
    this.accounts = accounts;
    this.attempts = attempts;
    this.clock = clock;
    this.story = story;
  }

  /** Tells whether a reply says that nothing works for the account any more. */
  static boolean isAccountRefused(Reply.Later reply) {
    return reply.cause() == Reply.Cause.KEY_REFUSED || reply.cause() == Reply.Cause.QUOTA_EXHAUSTED;
  }

  /** Parks the account, and tells that once. */
  void refused(Account account, Reply.Later reply) {
    Optional<ParkedAccount> known = parked(account);
    scouts.remove(account.fingerprint());
    Instant now = clock.instant();
    String code = reply.cause().name().toLowerCase(Locale.ROOT);
    journal.park(
        new ParkedAccount(
            account.fingerprint(),
            account.profile().name(),
            account.keyFingerprint(),
            code,
            reply.message(),
            known.map(ParkedAccount::since).orElse(now),
            now.plus(pause(reply))));
    if (known.isEmpty()) {
      story.accountParked(account.profile().name(), reply.message());
    }
  }

  /** As {@link #refused(Account, Reply.Later)}, and the part that found out is parked too. */
  void refused(Part part, Account account, Reply.Later reply) {
    refused(account, reply);
    attempts.park(part, clock.instant().plus(pause(reply)), reason(reply.message()));
  }

  /** Tells whether nothing works for an account until a person has done something. */
  boolean isParked(Account account) {
    return parked(account).isPresent();
  }

  /** Tells whether a part must wait for its account; such a part is parked. */
  boolean holds(Part part, Account account) {
    Optional<ParkedAccount> parked = parked(account);
    if (parked.isEmpty()) {
      return false;
    }
    ParkedAccount known = parked.get();
    Instant now = clock.instant();
    if (!known.secret().equals(account.keyFingerprint())) {
      works(account);
      return false;
    }
    if (part.id().equals(scouts.get(account.fingerprint()))) {
      return false;
    }
    if (now.isBefore(known.look())) {
      attempts.park(part, known.look(), reason(known.reason()));
      return true;
    }
    // This part finds out, in as many steps as it takes; the others wait for what it finds.
    scouts.put(account.fingerprint(), part.id());
    journal.park(known.lookedAt(now.plus(settings.parkedLook())));
    return false;
  }

  /** A paid call, or one that needs the key, was accepted. */
  void works(Account account) {
    scouts.remove(account.fingerprint());
    if (parked(account).isPresent()) {
      journal.release(account.fingerprint(), account.profile().name(), clock.instant());
      story.accountReleased(account.profile().name());
    }
  }

  /** Lets accounts go on whose key was changed; a step of {@code sweep-journal}. */
  public void review() {
    for (ParkedAccount parked : journal.parkedAccounts()) {
      Optional<Account> current = current(parked);
      boolean isSame = current.map(Account::fingerprint).equals(Optional.of(parked.account()));
      if (isSame) {
        current
            .filter(account -> !account.keyFingerprint().equals(parked.secret()))
            .ifPresent(this::works);
      } else {
        current.ifPresent(account -> takeOver(parked, account));
      }
    }
  }

  /** What the parked account had not begun yet, another one can buy. */
  private void takeOver(ParkedAccount parked, Account account) {
    if (takenOver.add(parked.account() + " " + account.fingerprint())) {
      journal.release("", parked.provider(), clock.instant());
    }
  }

  /** The account as profile and key say now; empty when there is no key, or no profile. */
  private Optional<Account> current(ParkedAccount parked) {
    try {
      return Optional.of(accounts.account(parked.provider()));
    } catch (KeyMissing | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<ParkedAccount> parked(Account account) {
    return journal.parkedAccounts().stream()
        .filter(parked -> parked.account().equals(account.fingerprint()))
        .findFirst();
  }

  private Duration pause(Reply.Later reply) {
    Duration asked = reply.retryAfter().orElse(Duration.ZERO);
    Duration look = settings.parkedLook();
    return asked.compareTo(look) > 0 ? asked : look;
  }

  private static String reason(String message) {
    return "its account is parked: " + message;
  }
}
