package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Problem;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.config.Suggestion;
import org.batchdrop.flow.Belongings;
import org.batchdrop.flow.ProviderSession;
import org.batchdrop.flow.ProviderTrouble;
import org.batchdrop.flow.RawReplies;
import org.batchdrop.journal.Journal;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code --home --provider --json --debug}: the same for every command that looks at a provider.
 */
final class ProviderOption {

  static final Function<String, Optional<String>> ENVIRONMENT =
      name -> Optional.ofNullable(System.getenv(name));

  @Mixin HomeOption homeOption = new HomeOption();

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description = "The profile of the provider (default: the only one that pipelines name).")
  Optional<String> provider = Optional.empty();

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Option(
      names = "--debug",
      description = "Print the provider's raw answers to standard error, without keys.")
  boolean debug;

  /** What a command does at a provider. */
  interface Work {
    int at(ProviderSession session, String provider, Belongings belongings)
        throws ProviderTrouble, IOException;
  }

  /**
   * Does something at the provider.
   *
   * @return the exit code; that of a usage error when the configuration or {@code --provider} is
   *     wrong, 1 when the provider was in the way; the person was told
   */
  int run(Console console, Work work) throws IOException {
    Home home = homeOption.home();
    Optional<Settings> settings = settings(console, home);
    if (settings.isEmpty()) {
      return ExitCode.USAGE;
    }
    Catalog catalog = new Catalog(home, settings.get().requestsProvider());
    Optional<String> name = name(console, catalog);
    if (name.isEmpty()) {
      return ExitCode.USAGE;
    }
    if (Files.isDirectory(home.work())) {
      LogFile.useQuietlyFor(home);
    }
    Belongings belongings = belongings(home, name.get());
    try (ProviderSession session =
        ProviderSession.open(home, settings.get(), catalog, ENVIRONMENT, raw(console))) {
      return work.at(session, name.get(), belongings);
    } catch (ProviderTrouble e) {
      console.error(String.valueOf(e.getMessage()));
      return ExitCode.FAILED_ROWS;
    }
  }

  /** Where raw answers go. */
  Optional<RawReplies> raw(Console console) {
    return debug ? Optional.of(new RawReplies(console::error)) : Optional.empty();
  }

  private static Belongings belongings(Home home, String provider) {
    Optional<Journal> found = Journal.openReadOnly(home.journal());
    try {
      return Belongings.of(found, provider);
    } finally {
      found.ifPresent(Journal::close);
    }
  }

  /** The settings of a home; empty when they have problems, which were told. */
  static Optional<Settings> settings(Console console, Home home) throws IOException {
    Problems problems = new Problems();
    String text = Files.isRegularFile(home.settings()) ? Files.readString(home.settings()) : "";
    Optional<Settings> settings =
        Settings.read(home.show(home.settings()), text, ENVIRONMENT, problems);
    problems.all().stream().map(Problem::toString).forEach(console::error);
    return settings;
  }

  private Optional<String> name(Console console, Catalog catalog) throws IOException {
    if (provider.isPresent()) {
      return named(console, catalog, provider.get());
    }
    List<String> named =
        catalog.providersOfPipelines().stream()
            .filter(profile -> profile.baseUrl().isPresent())
            .map(ProviderProfile::name)
            .toList();
    if (named.size() == 1) {
      return Optional.of(named.get(0));
    }
    console.error(
        named.isEmpty()
            ? "no pipeline names a provider that is reached over the network; expected --provider"
                + " NAME"
            : "pipelines name several providers: expected --provider with one of "
                + String.join(", ", named));
    return Optional.empty();
  }

  private static Optional<String> named(Console console, Catalog catalog, String name)
      throws IOException {
    if (!catalog.profileNames().contains(name)) {
      console.error(
          "there is no provider '" + name + "'" + Suggestion.hint(name, catalog.profileNames()));
      return Optional.empty();
    }
    Problems problems = new Problems();
    Optional<ProviderProfile> profile = catalog.profile(name, problems);
    problems.all().stream().map(Problem::toString).forEach(console::error);
    return profile.map(ProviderProfile::name);
  }
}
