package org.batchdrop.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.ProviderProfile.Credential;
import org.batchdrop.config.Settings;
import org.batchdrop.config.YamlValue;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Reply;

/**
 * Looks whether a provider can be used, with calls that cost nothing: the models and the list of
 * batches. Confined to one thread.
 */
public final class ProviderCheckup implements AutoCloseable {

  private static final Duration WRONG_CLOCK = Duration.ofMinutes(1);
  private static final int PAGES = 2;

  private final Catalog catalog;
  private final InstantSource clock;
  private final LastReply last = new LastReply();
  private final ProviderSession session;

  private ProviderCheckup(
      Home home,
      Settings settings,
      Catalog catalog,
      Function<String, Optional<String>> environment,
      Optional<RawReplies> debug,
      InstantSource clock) {
    this.catalog = catalog;
    this.clock = clock;
    WireWatch watch = debug.<WireWatch>map(last::and).orElse(last);
    this.session = ProviderSession.open(home, settings, catalog, environment, watch);
  }

  /** Begins to look. */
  public static ProviderCheckup open(
      Home home,
      Settings settings,
      Catalog catalog,
      Function<String, Optional<String>> environment,
      Optional<RawReplies> debug,
      InstantSource clock) {
    return new ProviderCheckup(home, settings, catalog, environment, debug, clock);
  }

  /** The way to the provider, for a rehearsal. */
  public ProviderSession session() {
    return session;
  }

  /**
   * Looks at one provider.
   *
   * @throws IOException when the pipelines can't be read
   */
  public List<Check> of(ProviderProfile profile) throws IOException {
    if (profile.baseUrl().isEmpty()) {
      return List.of(Check.ok("address", "lives inside the daemon; there is nothing to reach"));
    }
    List<Check> checks = new ArrayList<>();
    Account account;
    try {
      account = session.account(profile.name());
    } catch (ProviderTrouble e) {
      return List.of(
          Check.wrong(
              "key", String.valueOf(e.getMessage()), "put the key where the profile looks for it"));
    }
    checks.add(Check.ok("key", "comes from " + source(profile.credential())));
    checks.addAll(answers(profile, account));
    return checks;
  }

  private List<Check> answers(ProviderProfile profile, Account account) throws IOException {
    List<Check> checks = new ArrayList<>();
    Reply models = session.send(account.models());
    if (last.status() == 0) {
      checks.add(
          Check.refused(
              "address",
              account.baseUrl() + " can't be reached: " + models.reason(),
              "check base-url, the network, proxies and certificates"));
      return checks;
    }
    boolean isTls = "https".equals(account.baseUrl().getScheme());
    checks.add(
        Check.ok("address", account.baseUrl() + " answers" + (isTls ? " over TLS" : ", no TLS")));
    checks.add(clock());
    boolean isListed = profile.batch().offered() && profile.batch().habits().canList();
    Listing listing = new Listing(account, Instant.MIN, Set.of());
    if (isListed) {
      for (int page = 0; page < PAGES && listing.isMore(); page++) {
        listing.take(session.send(listing.nextPage()));
      }
    }
    checks.add(accepted(models, listing, isListed));
    checks.addAll(models(profile, models));
    if (isListed) {
      checks.add(list(listing));
    } else {
      checks.add(Check.ok("batches", "the profile offers no Batch API, or no list of batches"));
    }
    return checks;
  }

  private static String source(Credential credential) {
    if (credential instanceof Credential.Environment variable) {
      return "environment variable " + variable.variable();
    }
    return credential instanceof Credential.File file
        ? "file " + file.path()
        : "nowhere: the profile needs none";
  }

  private Check clock() {
    Instant now = clock.instant();
    Optional<Instant> theirs = last.date().flatMap(ProviderCheckup::time);
    if (theirs.isEmpty()) {
      return Check.warn("clock", "the provider's replies have no date", "compare it by hand");
    }
    Duration difference = Duration.between(theirs.get(), now).abs();
    String text = "differs from the provider's by " + difference.toSeconds() + " s";
    return difference.compareTo(WRONG_CLOCK) > 0
        ? Check.warn("clock", text, "set this machine's clock by NTP")
        : Check.ok("clock", text);
  }

  private static Optional<Instant> time(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Check accepted(Reply models, Listing listing, boolean isListed) {
    Optional<Reply> refusal =
        List.of(Optional.of(models), listing.failure()).stream()
            .flatMap(Optional::stream)
            .filter(reply -> reply instanceof Reply.Later)
            .filter(reply -> Parking.isAccountRefused((Reply.Later) reply))
            .findFirst();
    if (refusal.isPresent()) {
      return Check.refused(
          "account",
          refusal.get().reason(),
          "put a key of this provider and region there, or pay what is owed");
    }
    boolean isProved = models instanceof Reply.Done || (isListed && listing.failure().isEmpty());
    return isProved
        ? Check.ok("account", "the key is accepted")
        : Check.warn(
            "account",
            "no call without costs shows whether the key is accepted: " + models.reason(),
            "see below");
  }

  private List<Check> models(ProviderProfile profile, Reply models) throws IOException {
    Set<String> named = named(profile.name());
    Set<String> offered = new TreeSet<>();
    if (models instanceof Reply.Done done) {
      JsonNode list = done.body().isArray() ? done.body() : done.body().path("data");
      list.forEach(model -> offered.add(model.path("id").asText("")));
    }
    if (offered.isEmpty()) {
      return List.of(
          Check.ok("models", "the provider lists none, so those of pipelines were not compared"));
    }
    List<Check> checks = new ArrayList<>();
    for (String model : named) {
      if (!offered.contains(model)) {
        checks.add(
            Check.warn(
                "models",
                "a pipeline names '" + model + "', which the provider does not list",
                "check its name; some providers list only a part of their models"));
      }
    }
    if (checks.isEmpty()) {
      checks.add(
          Check.ok(
              "models",
              named.isEmpty()
                  ? offered.size() + " are listed; pipelines name none"
                  : "pipelines name " + String.join(", ", named) + ": all listed"));
    }
    return checks;
  }

  /** The models that valid pipelines of a provider name as a plain text. */
  private Set<String> named(String provider) throws IOException {
    Set<String> models = new TreeSet<>();
    for (Pipeline pipeline : catalog.readAll(new Problems())) {
      if (pipeline.provider().equals(provider)) {
        pipeline
            .request()
            .map(request -> request.body().entries().get("model"))
            .map(YamlValue.Entry::value)
            .filter(YamlValue.Text.class::isInstance)
            .map(value -> ((YamlValue.Text) value).text())
            .filter(text -> !text.contains("{{"))
            .ifPresent(models::add);
      }
    }
    return models;
  }

  private static Check list(Listing listing) {
    Optional<Reply> failure = listing.failure();
    if (failure.isPresent()) {
      return Check.refused(
          "batches",
          "can't be listed: " + failure.get().reason(),
          "if it never can, write 'batch: {can-list: false}' into the profile: a lost reply then"
              + " parks its part");
    }
    int count = listing.found().size();
    return Check.ok(
        "batches",
        "can be listed: "
            + count
            + (count == 1 ? " batch" : " batches")
            + (listing.isMore() ? " on two pages, and more" : ", the whole list"));
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}
