package org.batchdrop.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.batchdrop.config.ProviderProfile.BatchApi;
import org.batchdrop.config.ProviderProfile.Credential;
import org.batchdrop.config.ProviderProfile.Habits;
import org.batchdrop.config.ProviderProfile.Metadata;
import org.batchdrop.config.ProviderProfile.Rates;
import org.batchdrop.config.ProviderProfile.RealtimeApi;
import org.batchdrop.config.ProviderProfile.Rehearsal;
import org.batchdrop.config.ProviderProfile.Thinking;
import org.batchdrop.config.ProviderProfile.Windows;
import org.batchdrop.job.Limits;

/**
 * Reads a provider's profile. A profile in the home overrides the one of the same name in the jar;
 * {@code extends: NAME} takes over every key that the file itself does not write.
 */
public final class ProviderFile {

  private static final int MAX_PARENTS = 5;

  /** Sections that are taken over key by key. */
  private static final Set<String> NESTED =
      Set.of("batch", "limits", "rates", "realtime", "thinking");

  /** Query parameters of the calls themselves. */
  private static final List<String> OWN_PARAMETERS = List.of("limit", "after", "cursor");

  private ProviderFile() {}

  /**
   * A profile's text.
   *
   * @param file as people are shown it
   * @param text the YAML
   */
  public record Source(String file, String text) {}

  /**
   * Reads one profile.
   *
   * @param name the profile's name
   * @param source the profile's text
   * @param parents finds the text of the profile that {@code extends} names; for a name extended by
   *     itself it must give the one in the jar
   * @param problems receives everything that is wrong, with file and line
   * @return the profile; empty exactly when a problem was reported
   */
  public static Optional<ProviderProfile> read(
      String name, Source source, Function<String, Optional<Source>> parents, Problems problems) {
    Problems own = new Problems();
    Optional<ProviderProfile> profile =
        inherited(source, parents, own, 0).map(root -> profile(name, root, own));
    problems.addAll(own.all());
    return own.isEmpty() ? profile : Optional.empty();
  }

  private static Optional<YamlValue.Mapping> inherited(
      Source source, Function<String, Optional<Source>> parents, Problems problems, int depth) {
    Optional<YamlValue.Mapping> root = YamlFile.read(source.file(), source.text(), problems);
    if (root.isEmpty() || !root.get().entries().containsKey("extends")) {
      return root;
    }
    YamlValue.Entry entry = root.get().entries().get("extends");
    String parent = entry.value() instanceof YamlValue.Text text ? text.text() : "";
    Optional<Source> parentSource = parents.apply(parent);
    if (parentSource.isEmpty() || depth >= MAX_PARENTS) {
      problems.add(entry.keyLocation(), "'extends: " + parent + "' names no profile");
      return Optional.empty();
    }
    return inherited(parentSource.get(), parents, problems, depth + 1)
        .map(base -> merged(base, root.get()));
  }

  private static YamlValue.Mapping merged(YamlValue.Mapping base, YamlValue.Mapping own) {
    Map<String, YamlValue.Entry> entries = new LinkedHashMap<>(base.entries());
    own.entries()
        .forEach(
            (key, entry) -> {
              YamlValue.Entry below = entries.get(key);
              if (NESTED.contains(key)
                  && below != null
                  && below.value() instanceof YamlValue.Mapping a
                  && entry.value() instanceof YamlValue.Mapping b) {
                entries.put(key, new YamlValue.Entry(entry.keyLocation(), merged(a, b)));
              } else if (!key.equals("extends")) {
                entries.put(key, entry);
              }
            });
    return new YamlValue.Mapping(java.util.Collections.unmodifiableMap(entries), own.location());
  }

  private static ProviderProfile profile(String name, YamlValue.Mapping root, Problems problems) {
    Keys keys = new Keys("", root, problems);
    final String description = keys.text("description").orElse("");
    final Optional<URI> baseUrl = baseUrl(name, keys, root);
    final Credential credential = credential(keys.nested("key"));
    final String header = keys.text("auth-header").orElse("Authorization");
    final String scheme = keys.text("auth-scheme").orElse("Bearer");
    final Map<String, String> headers = keys.textMap("headers");
    final Map<String, String> query = query(keys);
    final Thinking thinking = thinking(keys.nested("thinking"));
    final Duration pollInterval = keys.duration("poll-interval").orElse(Duration.ofMinutes(1));
    final RealtimeApi realtime = realtime(keys.nested("realtime"));
    final BatchApi batch = batch(keys.nested("batch"), realtime);
    if (!batch.offered() && !realtime.offered()) {
      keys.problem("batch", "neither 'batch' nor 'realtime' is offered; expected one of them");
    }
    final Optional<String> account = keys.text("account");
    final Budget budget = BudgetKeys.ofProfile(keys.nested("budget"));
    keys.finish();
    return new ProviderProfile(
        name,
        description,
        baseUrl,
        credential,
        header,
        scheme,
        headers,
        query,
        thinking,
        batch,
        realtime,
        pollInterval,
        account,
        budget);
  }

  private static Map<String, String> query(Keys keys) {
    Map<String, String> query = keys.textMap("query");
    for (String name : query.keySet()) {
      if (OWN_PARAMETERS.contains(name) || !name.matches("[A-Za-z0-9._~-]+")) {
        keys.problem(
            "query",
            "'query."
                + name
                + "'; expected names of letters, digits, '.', '_', '~', '-', and none of "
                + String.join(", ", OWN_PARAMETERS));
      }
    }
    return query;
  }

  private static Optional<URI> baseUrl(String name, Keys keys, YamlValue.Mapping root) {
    String text = keys.requiredText("base-url");
    boolean allowHttp = keys.flag("allow-http").orElse(false);
    if (text.contains("{")) {
      keys.problem(root.location(), unaddressed(name, text));
      return Optional.empty();
    }
    if (text.isEmpty() || text.equals("embedded")) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (uri.getHost() != null && uri.getUserInfo() == null && allowedScheme(uri, allowHttp)) {
        return Optional.of(uri);
      }
    } catch (URISyntaxException e) {
      keys.problem("base-url", "'base-url: " + text + "' is no address: " + e.getReason());
      return Optional.empty();
    }
    keys.problem(
        "base-url",
        "'base-url: "
            + text
            + "'; expected https://HOST/PATH without user and password (http only on"
            + " 127.0.0.1 or with 'allow-http: true')");
    return Optional.empty();
  }

  private static String unaddressed(String name, String text) {
    return "provider '"
        + name
        + "' has no address yet: 'base-url: "
        + text
        + "'; expected a file of your home such as providers/"
        + name
        + ".yaml with 'extends: "
        + name
        + "' and 'base-url: ADDRESS'";
  }

  private static boolean allowedScheme(URI uri, boolean allowHttp) {
    String host = uri.getHost();
    boolean loopback = host.equals("127.0.0.1") || host.equals("localhost") || host.equals("[::1]");
    return "https".equals(uri.getScheme())
        || ("http".equals(uri.getScheme()) && (loopback || allowHttp));
  }

  private static Credential credential(Keys keys) {
    Optional<String> variable = keys.text("env");
    Optional<String> path = keys.text("file");
    boolean none = keys.flag("none").orElse(false);
    keys.finish();
    if ((variable.isPresent() ? 1 : 0) + (path.isPresent() ? 1 : 0) + (none ? 1 : 0) != 1) {
      keys.problem("env", "'key' must be one of: {env: VARIABLE}, {file: PATH}, {none: true}");
    }
    if (variable.isPresent() && !variable.get().matches("[A-Za-z_][A-Za-z0-9_]*")) {
      keys.problem(
          "env", "'key.env' must be the NAME of an environment variable; never write a key here");
    }
    return variable
        .<Credential>map(Credential.Environment::new)
        .or(() -> path.map(Credential.File::new))
        .orElseGet(Credential.None::new);
  }

  private static BatchApi batch(Keys keys, RealtimeApi realtime) {
    final boolean isOffered = keys.flag("offered").orElse(true);
    final List<String> listed = keys.texts("endpoints");
    final List<String> endpoints = listed.isEmpty() && !isOffered ? realtime.endpoints() : listed;
    if (endpoints.isEmpty()) {
      keys.problem("endpoints", "'batch.endpoints' must name at least one request url");
    }
    final Windows windows = windows(keys.nested("windows"));
    final boolean isSent = !(windows instanceof Windows.None);
    final String defaultWindow = keys.text("default-window").orElse(isSent ? "24h" : "");
    if (!windows.accepts(defaultWindow) && (isSent || !defaultWindow.isEmpty())) {
      keys.problem(
          "default-window",
          "'batch.default-window: " + defaultWindow + "'; expected " + windows.expected());
    }
    BatchApi batch =
        new BatchApi(
            isOffered,
            endpoints,
            keys.text("create-endpoint"),
            windows,
            defaultWindow,
            keys.count("max-requests").orElse(50_000),
            keys.size("max-file-size").orElse(200L << 20),
            keys.size("max-line-size").orElse(6L << 20),
            keys.text("purpose").orElse("batch"),
            keys.text("submission-key"),
            metadata(keys),
            keys.count("list-page").orElse(100),
            keys.duration("settle-time").orElse(Duration.ofMinutes(10)),
            habits(keys, isOffered),
            limits(keys.nested("limits")),
            rates(keys.nested("rates")),
            rehearsal(keys, endpoints));
    keys.finish();
    return batch;
  }

  private static Thinking thinking(Keys keys) {
    Thinking thinking = new Thinking(keys.texts("switches"), keys.texts("required-for"));
    if (thinking.switches().isEmpty() && !thinking.requiredFor().isEmpty()) {
      keys.problem("required-for", "'thinking.required-for' needs 'thinking.switches'");
    }
    keys.finish();
    return thinking;
  }

  /** A word for all names, or the names that are taken. */
  private static Metadata metadata(Keys keys) {
    if (keys.value("metadata").filter(YamlValue.Mapping.class::isInstance).isPresent()) {
      return new Metadata(true, keys.counts("metadata"));
    }
    return keys.flag("metadata").orElse(false) ? Metadata.ANY : Metadata.NONE;
  }

  private static Optional<Rehearsal> rehearsal(Keys keys, List<String> endpoints) {
    Optional<String> model = keys.text("test-model").filter(name -> !name.isEmpty());
    Optional<String> url = keys.text("test-url").filter(name -> !name.isEmpty());
    if (model.isPresent() && url.isPresent() && !endpoints.contains(url.get())) {
      keys.problem(
          "test-url",
          "'batch.test-url: "
              + url.get()
              + "' is no endpoint of this profile"
              + Suggestion.hint(url.get(), endpoints));
    }
    return model.map(
        name -> new Rehearsal(name, url.or(() -> endpoints.stream().findFirst()).orElse("")));
  }

  private static RealtimeApi realtime(Keys keys) {
    RealtimeApi usual = RealtimeApi.USUAL;
    List<String> endpoints = keys.texts("endpoints");
    RealtimeApi realtime =
        new RealtimeApi(
            keys.flag("offered").orElse(usual.offered()),
            endpoints.isEmpty() ? usual.endpoints() : endpoints,
            keys.count("concurrency").orElse(usual.concurrency()),
            keys.count("requests-per-minute"),
            keys.largeCount("tokens-per-minute"));
    keys.finish();
    return realtime;
  }

  private static Habits habits(Keys keys, boolean isOffered) {
    Habits usual = Habits.USUAL;
    return new Habits(
        keys.flag("can-list").orElse(usual.canList()) && isOffered,
        keys.flag("can-delete").orElse(usual.canDelete()),
        keys.flag("delete-inputs").orElse(usual.deleteInputs()),
        keys.duration("retention").orElse(usual.retention()));
  }

  private static Limits limits(Keys keys) {
    Limits limits =
        new Limits(
            keys.largeCount("enqueued-tokens"),
            keys.count("running-batches"),
            keys.count("creates-per-hour"));
    keys.finish();
    return limits;
  }

  private static Rates rates(Keys keys) {
    Rates rates =
        new Rates(
            keys.count("uploads-per-minute").orElse(Rates.CAREFUL.uploadsPerMinute()),
            keys.count("polls-per-minute").orElse(Rates.CAREFUL.pollsPerMinute()));
    keys.finish();
    return rates;
  }

  private static Windows windows(Keys keys) {
    List<String> words = keys.texts("one-of");
    Optional<Duration> min = keys.duration("min");
    Optional<Duration> max = keys.duration("max");
    Optional<String> unit = keys.word("unit", List.of("h", "d"));
    boolean none = keys.flag("none").orElse(false);
    keys.finish();
    if (none) {
      return new Windows.None();
    }
    if (!words.isEmpty()) {
      return new Windows.OneOf(words);
    }
    return new Windows.Between(
        (int) min.orElse(Duration.ofHours(24)).toHours(),
        (int) max.orElse(Duration.ofHours(24)).toHours(),
        unit.orElse("hd"));
  }
}
