package org.batchdrop.flow;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Problem;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.input.QuietPeriod;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.JournalException;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Keyring;
import org.slf4j.LoggerFactory;

/**
 * The daemon: the routes of a home, the beans that they name, and what these need. Started once,
 * stopped once.
 */
public final class Daemon implements AutoCloseable {

  private static final Duration LONGEST_STOP = Duration.ofSeconds(7);

  private final Home home;
  private final HomeLock lock;
  private final Journal journal;
  private final Stopping stopping;
  private final CallDeadlines deadlines = new CallDeadlines();

  /** As many as the accounts' own bounds let begin; idle ones end. */
  private final ExecutorService askers =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "ask-row");
            thread.setDaemon(true);
            return thread;
          });

  private final Main main;
  private boolean closed;

  private Daemon(Home home, HomeLock lock, Journal journal, Stopping stopping, Main main) {
    this.home = home;
    this.lock = lock;
    this.journal = journal;
    this.stopping = stopping;
    this.main = main;
  }

  /**
   * What a daemon is made of.
   *
   * @param home where it works
   * @param environment looks an environment variable up
   * @param sandbox starts the embedded sandbox when it is first needed, and gives its address
   * @param clock tells the time
   * @param debug whether the providers' raw answers go into the log, without keys
   */
  public record Parts(
      Home home,
      Function<String, Optional<String>> environment,
      Function<Settings, Supplier<URI>> sandbox,
      InstantSource clock,
      boolean debug) {

    /** Parts of a daemon that does not log raw answers. */
    public Parts(
        Home home,
        Function<String, Optional<String>> environment,
        Function<Settings, Supplier<URI>> sandbox,
        InstantSource clock) {
      this(home, environment, sandbox, clock, false);
    }
  }

  /**
   * Starts the daemon; returns when the inbox is watched.
   *
   * @throws DaemonRefused when the configuration has problems, all of which are named, or another
   *     daemon works in this home
   * @throws IOException when the home can't be written
   */
  public static Daemon start(Parts parts) throws DaemonRefused, IOException {
    Home home = parts.home();
    Files.createDirectories(home.work());
    Problems problems = new Problems();
    Optional<Settings> settings = settings(home, parts.environment(), problems);
    Catalog catalog = new Catalog(home, settings.map(Settings::requestsProvider).orElse("sandbox"));
    List<Pipeline> pipelines = catalog.readAll(problems);
    pipelines.forEach(pipeline -> problems.addAll(Preparing.check(pipeline)));
    if (!problems.isEmpty() || settings.isEmpty()) {
      throw new DaemonRefused(problems.all().stream().map(Problem::toString).toList());
    }
    requireOneFileSystem(home);
    HomeLock lock =
        HomeLock.take(home.lock())
            .orElseThrow(
                () ->
                    new DaemonRefused(
                        List.of("another daemon works in " + home.root() + "; stop it first")));
    try {
      return start(parts, settings.get(), catalog, pipelines, lock);
    } catch (IOException | RuntimeException | DaemonRefused e) {
      lock.close();
      throw e;
    }
  }

  /** A rename is the only way in and out; across file systems there is none. */
  private static void requireOneFileSystem(Home home) throws IOException, DaemonRefused {
    Files.createDirectories(home.inbox());
    Files.createDirectories(home.outbox());
    FileStore store = Files.getFileStore(home.work());
    for (Path folder : List.of(home.inbox(), home.outbox())) {
      if (!Files.getFileStore(folder).equals(store)) {
        throw new DaemonRefused(
            List.of(
                folder
                    + " and "
                    + home.work()
                    + " are on different file systems; expected one, as files move by renaming"));
      }
    }
  }

  private static Daemon start(
      Parts parts, Settings settings, Catalog catalog, List<Pipeline> pipelines, HomeLock lock)
      throws DaemonRefused, IOException {
    Home home = parts.home();
    Journal journal;
    try {
      journal = Journal.open(home.journal(), parts.clock());
    } catch (JournalException e) {
      throw new DaemonRefused(List.of(String.valueOf(e.getMessage())));
    }
    Stopping stopping = new Stopping();
    Main main = new Main();
    // The stop belongs to whoever started the daemon, not to a hook of Camel.
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    Daemon daemon = new Daemon(home, lock, journal, stopping, main);
    try {
      Accounts accounts =
          new Accounts(
              catalog,
              new Keyring(home.root(), parts.environment()),
              parts.sandbox().apply(settings),
              settings.timeouts());
      Story story = new Story();
      daemon.bind(settings, catalog, accounts, story, parts);
      main.setOverrideProperties(properties(home, settings, "*.camel.yaml"));
      main.start();
      daemon.requireStarted();
      warnOfMissingKeys(accounts, pipelines, story);
      story.ready(home.inbox().toString(), pipelines.size());
      return daemon;
    } catch (IOException | RuntimeException e) {
      main.stop();
      journal.close();
      throw e;
    }
  }

  private void bind(Settings settings, Catalog catalog, Accounts accounts, Story story, Parts parts)
      throws IOException {
    InstantSource clock = parts.clock();
    WireWatch watch =
        parts.debug()
            ? new RawReplies(LoggerFactory.getLogger("org.batchdrop.wire")::info)
            : WireWatch.NONE;
    QuietPeriod quiet = new QuietPeriod(settings.quietPeriod(), System::nanoTime);
    Inbox inbox = new Inbox(home, catalog, journal, quiet, clock, story);
    inbox.open();
    main.bind("inbox", inbox);
    main.bind("turns", new Turns());
    main.bind("callDeadlines", deadlines);
    main.bind("askers", askers);
    main.bind("wire", new Wire(clock, deadlines, watch));
    main.bind("pages", new Listing.Pages());
    main.bind("gathering", new Gathering(journal, clock));
    main.bind(
        "delivering",
        new Delivering(home, journal, new Costs(home, catalog), clock, story, stopping));
    Due due = new Due(home, settings, journal, clock);
    main.bind("due", due);
    PublicAddresses addresses = PublicAddresses.of(settings.fetch(), deadlines);
    main.bind("publicAddresses", addresses);
    main.bind(
        "fetching",
        new Fetching(home, settings, journal, due, addresses, deadlines, clock, story, stopping));
    main.bind("trouble", new Trouble(story, stopping));
    Core.of(home, settings, catalog, journal, accounts, clock, System::nanoTime, story, stopping)
        .bind(main::bind);
  }

  private void requireStarted() {
    if (!main.isStarted()) {
      throw new IllegalStateException("the routes did not start");
    }
  }

  private static Optional<Settings> settings(
      Home home, Function<String, Optional<String>> environment, Problems problems)
      throws IOException {
    Path file = home.settings();
    String text = Files.isRegularFile(file) ? Files.readString(file) : "";
    return Settings.read(home.show(file), text, environment, problems);
  }

  /**
   * What Camel reads.
   *
   * @param routes which route files are loaded, {@code *} for any part of a name
   */
  static Properties properties(Home home, Settings settings, String routes) {
    Properties properties = new Properties();
    settings.all().forEach(properties::setProperty);
    // The settings know the environment; Camel would put "5s" where milliseconds are expected.
    properties.setProperty("camel.component.properties.environment-variable-mode", "0");
    properties.setProperty("batchdrop.inbox", home.inbox().toString());
    properties.setProperty("batchdrop.orders", home.orders().toString());
    properties.setProperty(
        "camel.component.http.responseTimeout", settings.all().get("batchdrop.call-timeout"));
    properties.setProperty(
        "camel.main.routesIncludePattern",
        Files.isDirectory(home.routes())
            ? "file:" + home.routes() + "/" + routes
            : "classpath:org/batchdrop/home/routes/" + routes);
    return properties;
  }

  private static void warnOfMissingKeys(Accounts accounts, List<Pipeline> pipelines, Story story) {
    List<String> told = new ArrayList<>();
    for (Pipeline pipeline : pipelines) {
      ProviderProfile profile = accounts.profile(pipeline.provider());
      try {
        accounts.keyring().key(profile);
      } catch (KeyMissing e) {
        if (!told.contains(profile.name())) {
          story.keyMissing(pipeline.name(), String.valueOf(e.getMessage()));
          told.add(profile.name());
        }
      }
    }
  }

  /**
   * Stops the daemon within seconds, in whatever state its jobs are. Nothing is lost: the next
   * start goes on from the journal.
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    stopping.begin();
    // A thread that waits for a provider can't be woken; its step is found again at the next start.
    Thread stop = new Thread(main::stop, "stop routes");
    stop.setDaemon(true);
    stop.start();
    try {
      stop.join(LONGEST_STOP.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    askers.shutdownNow();
    deadlines.close();
    journal.close();
    lock.close();
  }
}
