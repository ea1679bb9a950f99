package org.batchdrop.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.ProviderProfile.Credential;

/**
 * Finds keys where the profiles say. A key is looked up anew for each call, so that a changed file
 * takes effect at once; nothing is kept.
 *
 * @param home where relative paths begin
 * @param environment looks an environment variable up
 */
public record Keyring(Path home, Function<String, Optional<String>> environment) {

  /**
   * The key of a profile.
   *
   * @throws KeyMissing when there is none, or none that can be a key
   */
  public Secret key(ProviderProfile profile) throws KeyMissing {
    Credential credential = profile.credential();
    if (credential instanceof Credential.Environment variable) {
      String found =
          environment
              .apply(variable.variable())
              .orElseThrow(
                  () ->
                      missing(
                          profile, "environment variable " + variable.variable() + " is not set"));
      return checked(profile, "environment variable " + variable.variable(), found);
    }
    if (credential instanceof Credential.File file) {
      return checked(profile, "file " + file.path(), firstLine(profile, file));
    }
    return Secret.NONE;
  }

  private String firstLine(ProviderProfile profile, Credential.File file) throws KeyMissing {
    try {
      List<String> lines = Files.readAllLines(home.resolve(file.path()));
      return lines.isEmpty() ? "" : lines.get(0);
    } catch (IOException e) {
      throw missing(profile, "file " + file.path() + " can't be read");
    }
  }

  private static Secret checked(ProviderProfile profile, String where, String found)
      throws KeyMissing {
    try {
      return Secret.of(found);
    } catch (IllegalArgumentException e) {
      throw missing(profile, where + " holds no key: " + e.getMessage());
    }
  }

  private static KeyMissing missing(ProviderProfile profile, String what) {
    return new KeyMissing(
        "provider "
            + profile.name()
            + " has no key: "
            + what
            + "; expected the key that the profile's 'key' names");
  }
}
