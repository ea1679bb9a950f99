package org.batchdrop.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import org.batchdrop.config.YamlValue.Location;
import org.batchdrop.job.Backoff;

/**
 * The settings of a daemon. Their names, defaults and meaning stand in {@code
 * application.properties}; the copy in the jar supplies what the home's file leaves out, and an
 * environment variable such as {@code BATCHDROP_QUIET_PERIOD} overrides both.
 *
 * @param quietPeriod how long an entry must have kept its size and time before it is taken
 * @param requestsProvider who answers the pipeline {@code requests}
 * @param keepWork how long the work folder of a finished job stays
 * @param retries the pauses between tries of a call that failed for now
 * @param noRoom the pauses before a part that the provider had no room for is submitted again
 * @param parkedLook how long after an account was parked one call finds out whether it works again
 * @param giveUpAfter when a part that can't be submitted ends without having been bought
 * @param timeouts of calls to providers
 * @param fetch of inputs whose address was dropped
 * @param reuseSize of the answers that a pipeline may keep for later jobs, in bytes
 * @param sandbox the embedded sandbox
 * @param all every setting by name, for the routes
 */
public record Settings(
    Duration quietPeriod,
    String requestsProvider,
    Duration keepWork,
    Backoff retries,
    Backoff noRoom,
    Duration parkedLook,
    Duration giveUpAfter,
    Timeouts timeouts,
    Fetch fetch,
    long reuseSize,
    SandboxSpeed sandbox,
    Map<String, String> all) {

  private static final String PREFIX = "batchdrop.";
  private static final int MOST_THREADS = 64;
  private static final List<String> INTERVALS =
      List.of(
          "batchdrop.inbox-interval",
          "batchdrop.sweep-interval",
          "batchdrop.poll-tick",
          "batchdrop.adopt-tick",
          "batchdrop.orders-interval",
          "batchdrop.parked-look",
          "batchdrop.clean-interval");
  private static final List<String> THREADS =
      List.of(
          "batchdrop.fetch-threads",
          "batchdrop.prepare-threads",
          "batchdrop.submit-threads",
          "batchdrop.realtime-threads",
          "batchdrop.poll-threads",
          "batchdrop.collect-threads",
          "batchdrop.deliver-threads");
  private static final String DEFAULTS = "/org/batchdrop/home/application.properties";

  /**
   * Deadlines of calls to providers.
   *
   * @param call for calls with small replies
   * @param transfer for uploads and downloads, in all
   * @param realtime for the answer of one row
   */
  public record Timeouts(Duration call, Duration transfer, Duration realtime) {}

  /**
   * What may be fetched.
   *
   * @param mostBytes of a file
   * @param isPrivateAllowed whether it may come from addresses that are not public, and from any
   *     port
   */
  public record Fetch(long mostBytes, boolean isPrivateAllowed) {}

  /**
   * How the embedded sandbox behaves.
   *
   * @param port 0: any free one
   * @param requestTime per request line
   * @param validation of a batch
   * @param maxRequests of a batch
   */
  public record SandboxSpeed(
      int port, Duration requestTime, Duration validation, int maxRequests) {}

  /**
   * Reads the settings.
   *
   * @param file the home's file as people are shown it
   * @param text its content; empty when there is none
   * @param environment looks an environment variable up
   * @param problems receives everything that is wrong
   * @return the settings; empty exactly when a problem was reported
   */
  public static Optional<Settings> read(
      String file, String text, Function<String, Optional<String>> environment, Problems problems) {
    Properties defaults = defaults();
    Problems found = new Problems();
    Properties own = own(file, text, found);
    for (String key : own.stringPropertyNames()) {
      if (key.startsWith(PREFIX) && !defaults.containsKey(key)) {
        found.add(
            new Location(file, lineOf(text, key)),
            "unknown setting '" + key + "'" + Suggestion.hint(key, defaults.stringPropertyNames()));
      }
    }
    Map<String, String> values = new TreeMap<>();
    defaults.stringPropertyNames().forEach(key -> values.put(key, defaults.getProperty(key)));
    own.stringPropertyNames().forEach(key -> values.put(key, own.getProperty(key)));
    for (String key : defaults.stringPropertyNames()) {
      if (key.startsWith(PREFIX)) {
        environment.apply(variable(key)).ifPresent(value -> values.put(key, value));
      }
    }
    Settings settings = new Values(file, text, values, found).settings();
    problems.addAll(found.all());
    return found.isEmpty() ? Optional.of(settings) : Optional.empty();
  }

  /** The environment variable that overrides a setting. */
  public static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static Properties defaults() {
    try (InputStream in = Settings.class.getResourceAsStream(DEFAULTS)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + DEFAULTS);
      }
      return properties(new StringReader(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Properties own(String file, String text, Problems problems) {
    try {
      return properties(new StringReader(text));
    } catch (IllegalArgumentException e) {
      problems.add(
          new Location(file, lineOf(text, "\\u")),
          "a \\u without four hexadecimal digits; expected \\\\ for a backslash");
      return new Properties();
    }
  }

  private static Properties properties(Reader reader) {
    Properties properties = new Properties();
    try {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  private static int lineOf(String text, String key) {
    int at = text.indexOf(key);
    return at < 0 ? 1 : 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
  }

  /** Turns texts into values. */
  private record Values(String file, String text, Map<String, String> map, Problems problems) {

    Settings settings() {
      Backoff retries =
          backoff(
              "batchdrop.retry-first",
              "batchdrop.retry-longest",
              Duration.ofSeconds(5),
              Duration.ofMinutes(10));
      Backoff noRoom =
          backoff(
              "batchdrop.no-room-first",
              "batchdrop.no-room-longest",
              Duration.ofMinutes(5),
              Duration.ofMinutes(80));
      for (String key : INTERVALS) {
        if (duration(key, Duration.ofSeconds(1)).isZero()) {
          problem(key, "expected a duration above 0");
        }
      }
      for (String key : THREADS) {
        int threads = number(key);
        if (threads < 1 || threads > MOST_THREADS) {
          problem(key, "'" + map.get(key) + "'; expected 1 to " + MOST_THREADS);
        }
      }
      return new Settings(
          duration("batchdrop.quiet-period", Duration.ofSeconds(10)),
          map.getOrDefault("batchdrop.requests-provider", "sandbox"),
          duration("batchdrop.keep-work", Duration.ofDays(7)),
          retries,
          noRoom,
          duration("batchdrop.parked-look", Duration.ofMinutes(30)),
          duration("batchdrop.give-up-after", Duration.ofHours(24)),
          new Timeouts(
              duration("batchdrop.call-timeout", Duration.ofSeconds(60)),
              duration("batchdrop.transfer-timeout", Duration.ofMinutes(30)),
              duration("batchdrop.realtime-timeout", Duration.ofMinutes(10))),
          new Fetch(size("batchdrop.fetch-max-size"), truth("batchdrop.fetch-private")),
          size("batchdrop.reuse-size"),
          new SandboxSpeed(
              number("batchdrop.sandbox.port"),
              duration("batchdrop.sandbox.request-time", Duration.ZERO),
              duration("batchdrop.sandbox.validation-time", Duration.ZERO),
              number("batchdrop.sandbox.max-requests")),
          routeValues());
    }

    private Backoff backoff(
        String firstKey, String longestKey, Duration defaultFirst, Duration defaultLongest) {
      Duration first = duration(firstKey, defaultFirst);
      Duration longest = duration(longestKey, defaultLongest);
      if (longest.compareTo(first) < 0 || first.isZero()) {
        problem(longestKey, "expected at least " + firstKey + ", above 0");
        return new Backoff(defaultFirst, defaultLongest);
      }
      return new Backoff(first, longest);
    }

    /** Durations in milliseconds, as endpoints take them; everything else as it is. */
    private Map<String, String> routeValues() {
      Map<String, String> values = new TreeMap<>(map);
      values.replaceAll(
          (key, value) ->
              key.startsWith(PREFIX) && !value.matches("[0-9]+")
                  ? Units.parseDuration(value).map(d -> Long.toString(d.toMillis())).orElse(value)
                  : value);
      return values;
    }

    private Duration duration(String key, Duration otherwise) {
      String value = map.getOrDefault(key, "");
      Optional<Duration> parsed = Units.parseDuration(value);
      if (parsed.isEmpty()) {
        problem(key, "'" + value + "'; expected a duration such as 500ms, 60s, 10m or 24h");
      }
      return parsed.orElse(otherwise);
    }

    private long size(String key) {
      String value = map.getOrDefault(key, "");
      Optional<Long> parsed = Units.parseSize(value);
      if (parsed.isEmpty()) {
        problem(key, "'" + value + "'; expected a size such as 200MB or 1GB");
      }
      return parsed.orElse(0L);
    }

    private boolean truth(String key) {
      String value = map.getOrDefault(key, "");
      if (!value.equals("true") && !value.equals("false")) {
        problem(key, "'" + value + "'; expected true or false");
      }
      return value.equals("true");
    }

    private int number(String key) {
      String value = map.getOrDefault(key, "");
      if (!value.matches("[0-9]{1,9}")) {
        problem(key, "'" + value + "'; expected a whole number");
        return 0;
      }
      return Integer.parseInt(value);
    }

    private void problem(String key, String message) {
      problems.add(new Location(file, lineOf(text, key)), key + ": " + message);
    }
  }
}
