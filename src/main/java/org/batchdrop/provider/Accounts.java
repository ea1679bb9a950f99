package org.batchdrop.provider;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Problem;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings.Timeouts;

/**
 * Finds the account behind a provider's name: profile, address and key.
 *
 * @param profiles where they are read
 * @param keyring the keys
 * @param sandbox the address of the embedded sandbox; asked for only when a profile needs it
 * @param timeouts deadlines of calls
 */
public record Accounts(
    Profiles profiles, Keyring keyring, Supplier<URI> sandbox, Timeouts timeouts) {

  /** Reads profiles, as {@link Catalog#profile} does. */
  public interface Profiles {
    /**
     * Reads a profile.
     *
     * @return empty when a problem was reported, or there is none of that name
     */
    Optional<ProviderProfile> profile(String name, Problems problems) throws IOException;
  }

  /** Reads the profiles of a home. */
  public Accounts(Catalog catalog, Keyring keyring, Supplier<URI> sandbox, Timeouts timeouts) {
    this(catalog::profile, keyring, sandbox, timeouts);
  }

  /**
   * The account of a provider.
   *
   * @throws KeyMissing when the profile's key is not there
   * @throws IllegalArgumentException when the profile is missing or has problems
   */
  public Account account(String provider) throws KeyMissing {
    ProviderProfile profile = profile(provider);
    Secret key = keyring.key(profile);
    return new Account(profile, profile.baseUrl().orElseGet(sandbox), key, timeouts);
  }

  /**
   * The profile of a provider.
   *
   * @throws IllegalArgumentException when the profile is missing or has problems
   */
  public ProviderProfile profile(String provider) {
    Problems problems = new Problems();
    try {
      Optional<ProviderProfile> profile = profiles.profile(provider, problems);
      return profile.orElseThrow(
          () ->
              new IllegalArgumentException(
                  problems.all().stream()
                      .findFirst()
                      .map(Problem::toString)
                      .orElse("there is no profile of provider '" + provider + "'")));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the profile of provider '" + provider + "' can't be read: " + e.getMessage(), e);
    }
  }
}
