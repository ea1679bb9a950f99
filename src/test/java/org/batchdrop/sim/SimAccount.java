package org.batchdrop.sim;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.Budget;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.job.Limits;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Secret;

/** The account that calls of a {@link SimProvider} are made with. */
public final class SimAccount {

  private static final URI BASE = URI.create("https://sim.invalid/v1");

  private SimAccount() {}

  /**
   * An account without a key.
   *
   * @param settle how long a created batch may stay out of the list
   * @param listPage batches on a page
   */
  public static Account of(Duration settle, int listPage) {
    ProviderProfile profile =
        new ProviderProfile(
            "sim",
            "",
            Optional.of(BASE),
            new ProviderProfile.Credential.None(),
            "Authorization",
            "Bearer",
            Map.of(),
            Map.of(),
            ProviderProfile.Thinking.UNKNOWN,
            new ProviderProfile.BatchApi(
                true,
                List.of("/v1/chat/completions"),
                Optional.empty(),
                new ProviderProfile.Windows.OneOf(List.of("24h")),
                "24h",
                50_000,
                200_000_000,
                1_000_000,
                "batch",
                Optional.of("batchdrop"),
                ProviderProfile.Metadata.ANY,
                listPage,
                settle,
                ProviderProfile.Habits.USUAL,
                Limits.NONE,
                ProviderProfile.Rates.CAREFUL,
                Optional.empty()),
            ProviderProfile.RealtimeApi.USUAL,
            Duration.ofMinutes(1),
            Optional.empty(),
            Budget.NONE);
    return new Account(
        profile,
        BASE,
        Secret.NONE,
        new Settings.Timeouts(
            Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofMinutes(10)));
  }
}
