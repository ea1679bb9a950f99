package org.batchdrop.provider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** No key is longer; a path that names something else by mistake costs no memory. */
  private static final int MOST_BYTES = 16 * 1024;

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
    try (InputStream in = Files.newInputStream(home.resolve(file.path()))) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElse("");
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
