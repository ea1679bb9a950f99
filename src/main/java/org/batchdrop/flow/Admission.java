package org.batchdrop.flow;

import java.io.IOException;
import java.util.Optional;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;

/**
 * Decides whether a part may go on towards its batch now; whoever may not waits in the journal with
 * the reason. Nothing is bought while the account is parked, while nobody has looked for batches
 * that the journal does not know, while the disk could not take the results, or while there is no
 * room.
 */
final class Admission {

  private final Adoption adoption;
  private final Parking parking;
  private final Space space;
  private final Room room;
  private final Rates rates;
  private final Attempts attempts;

  Admission(
      Adoption adoption, Parking parking, Space space, Room room, Rates rates, Attempts attempts) {
    this.adoption = adoption;
    this.parking = parking;
    this.space = space;
    this.room = room;
    this.rates = rates;
    this.attempts = attempts;
  }

  /** Tells whether a part may take its next step at all, in either lane. */
  boolean allows(Part part, Account account) throws IOException {
    if (parking.holds(part, account)) {
      return false;
    }
    if (adoption.concerns(part)) {
      if (!adoption.isUpToDate(account)) {
        adoption.awaitLook(part, account);
        return false;
      }
      if (adoption.takes(part, account)) {
        return false;
      }
    }
    boolean buys =
        part.state() instanceof PartState.Built
            || part.state() instanceof PartState.Asking
            || part.state() instanceof PartState.Uploading
            || part.state() instanceof PartState.Uploaded;
    Optional<String> full = buys ? space.refusal(part) : Optional.empty();
    full.ifPresent(reason -> attempts.waiting(part, room.look(), reason));
    return full.isEmpty();
  }

  /**
   * Tells whether a part that bought nothing, as far as the journal knows, can be ended for good. A
   * journal from a backup knows less than the provider: what was bought since is looked for first,
   * and taken. An account that shows nothing until a person has done something is not waited for.
   */
  boolean isDroppable(Part part, Accounts accounts) throws IOException {
    if (!adoption.concerns(part)) {
      return true;
    }
    Optional<Account> account = account(part, accounts);
    if (account.isEmpty()) {
      return true;
    }
    return isLookedThrough(part, account.get()) && !adoption.takes(part, account.get());
  }

  /**
   * Tells whether a part that has ended can be settled without another try: what a later try bought
   * would be known by now.
   */
  boolean isSettleable(Part part, Account account) {
    return !account.profile().batch().offered() || isLookedThrough(part, account);
  }

  private boolean isLookedThrough(Part part, Account account) {
    boolean isKnown = adoption.isUpToDate(account);
    if (isKnown || parking.isParked(account) || attempts.isExhausted(part)) {
      return true;
    }
    adoption.awaitLook(part, account);
    return false;
  }

  private static Optional<Account> account(Part part, Accounts accounts) {
    try {
      return Optional.of(accounts.account(part.provider()));
    } catch (KeyMissing e) {
      return Optional.empty();
    }
  }

  /**
   * Tells why a part is given up that nobody could submit for as long as the settings say.
   *
   * @return empty when it goes on waiting
   */
  Optional<String> isUnreachable(Part part, Account account) {
    return adoption.trouble(account).filter(why -> attempts.isExhausted(part));
  }

  /** Lets a part in that was not submitted yet: it holds its room from now on. */
  boolean enters(Part part, Account account) throws IOException {
    Optional<Part> granted = room.take(part, account);
    return granted.isPresent() && uploads(granted.get(), account);
  }

  /** Tells whether a part's file may be uploaded now. */
  boolean uploads(Part part, Account account) {
    String kind = "upload";
    int perMinute = account.profile().batch().rates().uploadsPerMinute();
    if (rates.take(account.fingerprint(), kind, perMinute, 1) == 1) {
      return true;
    }
    attempts.waiting(
        part,
        rates.pause(account.fingerprint(), kind),
        "the account uploads " + perMinute + " files a minute");
    return false;
  }

  /** The provider refused the part because it refuses the account. */
  void accountRefused(Part part, Account account, Reply.Later reply) {
    parking.refused(part, account, reply);
  }

  /** The provider accepted a paid call. */
  void accountWorks(Account account) {
    parking.works(account);
  }

  /** The provider refused the part for want of room. */
  void hasNoRoom(Part part, Account account, Reply.Later reply) {
    room.refused(part, account, reply);
  }
}
