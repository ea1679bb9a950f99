package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.config.Suggestion;
import org.batchdrop.config.Units;
import org.batchdrop.flow.Check;
import org.batchdrop.flow.HomeCheckup;
import org.batchdrop.flow.ProviderCheckup;
import org.batchdrop.flow.ProviderTrouble;
import org.batchdrop.flow.Rehearsal;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code batchdrop doctor}. */
@Command(
    name = "doctor",
    description = "Checks the home and its providers; spends nothing unless --live is given.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "With --live a batch of one row goes the whole way: free of charge where the profile names a",
      "test model, else with --model. It is in no journal and no daemon touches it.",
      "",
      "Exit codes: 0 nothing failed; 2 the configuration must be corrected; 4 a provider failed.",
      "",
      "Examples: batchdrop doctor",
      "          batchdrop doctor --provider dashscope --live",
      "          batchdrop doctor --provider openai --live --model gpt-4o-mini --yes"
    })
final class DoctorCommand implements Callable<Integer> {

  private final Console console;
  private final InputStream in;
  private final List<Check> checks = new ArrayList<>();
  private boolean isRefused;

  @Mixin private ProviderOption option = new ProviderOption();

  @Option(names = "--live", description = "Rehearse a whole batch of one row.")
  private boolean live;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "The model of the rehearsal; the provider may charge for it.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Time.class,
      description = "How long the rehearsal may take (default: 30m).")
  private Duration timeout = Duration.ofMinutes(30);

  @Option(names = "--yes", description = "Do it without asking, although it may cost.")
  private boolean yes;

  DoctorCommand(Console console, InputStream in) {
    this.console = console;
    this.in = in;
  }

  /** {@code 30s}, {@code 10m}. */
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Units.parseDuration(text)
          .filter(time -> !time.isZero())
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is no duration above 0; expected 30s, 10m or 2h"));
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = option.homeOption.home();
    tell("home", HomeCheckup.of(home, ProviderOption.ENVIRONMENT));
    Optional<Settings> settings =
        Settings.read(
            home.show(home.settings()),
            Files.isRegularFile(home.settings()) ? Files.readString(home.settings()) : "",
            ProviderOption.ENVIRONMENT,
            new Problems());
    if (settings.isPresent()) {
      Catalog catalog = new Catalog(home, settings.get().requestsProvider());
      List<ProviderProfile> profiles = profiles(catalog);
      if (option.provider.isPresent() && profiles.isEmpty()) {
        return ExitCode.USAGE;
      }
      if (Files.isDirectory(home.work())) {
        LogFile.useQuietlyFor(home);
      }
      look(home, settings.get(), catalog, profiles);
    }
    return finish();
  }

  private List<ProviderProfile> profiles(Catalog catalog) throws IOException {
    if (option.provider.isEmpty()) {
      return catalog.providersOfPipelines();
    }
    String name = option.provider.get();
    Optional<ProviderProfile> profile = catalog.profile(name, new Problems());
    if (profile.isEmpty()) {
      console.error(
          "there is no valid provider '"
              + name
              + "'"
              + Suggestion.hint(name, catalog.profileNames()));
    }
    return profile.stream().toList();
  }

  private void look(Home home, Settings settings, Catalog catalog, List<ProviderProfile> profiles)
      throws IOException, InterruptedException {
    try (ProviderCheckup checkup =
        ProviderCheckup.open(
            home,
            settings,
            catalog,
            ProviderOption.ENVIRONMENT,
            option.raw(console),
            InstantSource.system())) {
      for (ProviderProfile profile : profiles) {
        List<Check> found = checkup.of(profile);
        tell(profile.name(), found);
        boolean works = found.stream().noneMatch(check -> check.level() == Check.Level.FAIL);
        if (live && works && profile.baseUrl().isPresent() && profile.batch().offered()) {
          rehearse(checkup, profile);
        }
      }
    }
  }

  private void rehearse(ProviderCheckup checkup, ProviderProfile profile)
      throws IOException, InterruptedException {
    Optional<Rehearsal.Request> request = request(profile);
    String at = " at provider " + profile.name();
    if (request.isEmpty()) {
      Check.Level level = option.provider.isPresent() ? Check.Level.FAIL : Check.Level.WARN;
      tell(
          profile.name(),
          List.of(
              new Check(
                  level,
                  "rehearsal",
                  "not made, as the profile names no test model",
                  "name one with --model; it may cost",
                  true)));
      return;
    }
    String question =
        "buy one request of model "
            + request.get().model()
            + at
            + ": about 10 tokens in and as many out as the model likes, at its batch price";
    boolean isFree = model.isEmpty();
    if (!isFree && !new Confirmation(console, in).isGiven(yes, question)) {
      isRefused = true;
      return;
    }
    try {
      new Rehearsal(
              checkup.session(),
              profile.name(),
              timeout,
              InstantSource.system(),
              time -> Thread.sleep(time.toMillis()),
              check -> tell(profile.name(), List.of(check)))
          .run(request.get());
    } catch (ProviderTrouble e) {
      console.error(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Rehearsal.Request> request(ProviderProfile profile) {
    List<String> urls = profile.batch().endpoints();
    return model
        .map(
            name ->
                new Rehearsal.Request(
                    name,
                    urls.contains("/v1/chat/completions") ? "/v1/chat/completions" : urls.get(0)))
        .or(
            () ->
                profile
                    .batch()
                    .rehearsal()
                    .map(free -> new Rehearsal.Request(free.model(), free.url())));
  }

  private void tell(String place, List<Check> found) {
    for (Check check : found) {
      checks.add(check);
      if (!option.json) {
        console.line(
            word(check)
                + place
                + ": "
                + check.subject()
                + ": "
                + check.text()
                + (check.advice().isEmpty() ? "" : "; " + check.advice()));
      }
    }
  }

  private static String word(Check check) {
    return switch (check.level()) {
      case OK -> "ok    ";
      case WARN -> "warn  ";
      case FAIL -> "FAIL  ";
    };
  }

  private int finish() {
    if (option.json) {
      ObjectNode document = Json.object();
      document.set("checks", Json.array(checks, DoctorCommand::json));
      console.json(document);
    }
    List<Check> failed =
        checks.stream().filter(check -> check.level() == Check.Level.FAIL).toList();
    if (failed.isEmpty()) {
      return isRefused ? ExitCode.USAGE : ExitCode.OK;
    }
    return failed.stream().anyMatch(Check::isConfiguration) ? ExitCode.USAGE : ExitCode.PARKED;
  }

  private static ObjectNode json(Check check) {
    return Json.object()
        .put("level", check.level().name().toLowerCase(Locale.ROOT))
        .put("subject", check.subject())
        .put("text", check.text())
        .put("advice", check.advice().isEmpty() ? null : check.advice());
  }
}
