package org.batchdrop.journal;

import java.time.Instant;

/**
 * An account for which nothing is bought until a person has done something.
 *
 * @param account its fingerprint
 * @param provider its profile's name
 * @param secret tells whether the key has changed since; a fingerprint of the key alone
 * @param code {@code key_refused} or {@code quota_exhausted}
 * @param reason the provider's words
 * @param since when it was parked
 * @param look when one call may find out whether it works again
 */
public record ParkedAccount(
    String account,
    String provider,
    String secret,
    String code,
    String reason,
    Instant since,
    Instant look) {

  /** The same account, to be tried again at another time. */
  public ParkedAccount lookedAt(Instant next) {
    return new ParkedAccount(account, provider, secret, code, reason, since, next);
  }
}
