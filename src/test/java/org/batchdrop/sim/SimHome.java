package org.batchdrop.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.batchdrop.config.Home;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderFile;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.flow.SimDaemon;
import org.batchdrop.provider.Accounts;

/** What a person has written into the home of a world, and what is read from it once for all. */
final class SimHome {

  static final String PROVIDER = "sim";

  private static final String PROFILE =
      """
      base-url: https://sim.invalid/v1
      key: {none: true}
      poll-interval: 60s
      realtime: {offered: true}
      batch:
        endpoints: [/v1/chat/completions]
        windows: {one-of: [24h]}
        max-requests: 4
        submission-key: batchdrop
        metadata: true
        list-page: 4
        settle-time: 10m
      """;

  private static final String TABLE =
      """
      input: {type: csv}
      request:
        url: /v1/chat/completions
        body:
          model: m
          messages:
            - {role: user, content: "{{text}}"}
      result:
        columns: {answer: /choices/0/message/content}
      """;

  private static final String REQUESTS = "input: {type: requests}\n";

  private static final String PRICES =
      """
      date: 2026-03-01
      prices:
        - {provider: sim, model: m, currency: USD, input: 1, output: 1, batch: {discount: 50%}}
      """;

  private final Settings settings;
  private final ProviderProfile profile;
  private final SimRoutes routes;

  SimHome() {
    Problems problems = new Problems();
    settings =
        Settings.read("application.properties", "", name -> Optional.empty(), problems)
            .orElseThrow();
    profile =
        ProviderFile.read(
                PROVIDER,
                new ProviderFile.Source("sim.yaml", PROFILE),
                name -> Optional.empty(),
                problems)
            .orElseThrow();
    try {
      routes = SimRoutes.read(Path.of("routes"), SimDaemon.beanTypes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Settings settings() {
    return settings;
  }

  SimRoutes routes() {
    return routes;
  }

  /** The profile as its file says, without reading it each time. */
  Accounts.Profiles profiles() {
    return (name, problems) -> name.equals(PROVIDER) ? Optional.of(profile) : Optional.empty();
  }

  /** Writes the files; they are durable. */
  static void write(SimDisk disk, Home home, WorldPlan plan) throws IOException {
    Files.createDirectories(home.pipelines());
    Files.createDirectories(home.providers());
    Files.createDirectories(home.inbox("table"));
    Files.createDirectories(home.inbox("requests"));
    Files.writeString(home.providers().resolve("sim.yaml"), PROFILE);
    String bound = plan.budget().map(most -> "budget: {per-job: " + most + "}\n").orElse("");
    String head = "provider: " + PROVIDER + "\n" + plan.lanes().text();
    Files.writeString(home.pipelines().resolve("table.yaml"), head + TABLE + bound);
    Files.writeString(home.pipelines().resolve("requests.yaml"), head + REQUESTS);
    Files.writeString(home.prices(), PRICES);
    disk.sync();
  }
}
