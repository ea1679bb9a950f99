package org.batchdrop.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.input.QuietPeriod;
import org.batchdrop.job.JobId;
import org.batchdrop.journal.AnswerStore;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Keyring;
import org.batchdrop.provider.Reply;
import org.batchdrop.sim.SimClock;
import org.batchdrop.sim.SimExchange;
import org.batchdrop.sim.SimRoutes;
import org.batchdrop.sim.SimTurns;
import org.slf4j.helpers.NOPLogger;

/**
 * The daemon in one thread: the real beans, moved by the real route files, one exchange at a time.
 * Whoever drives it decides what happens next. It lives as long as its process does; after a crash
 * a new one is made over the same disk and journal.
 */
public final class SimDaemon implements SimRoutes.Host {

  private final Home home;
  private final SimRoutes routes;
  private final World world;
  private final Map<String, Object> beans = new HashMap<>();
  private final SimTurns turns = new SimTurns();
  private final List<Task> queue = new ArrayList<>();

  /** Something that waits in the queue of a stage. */
  public record Task(String stage, Object body) {}

  /** All that a daemon is put together from. */
  public record Parts(
      Home home,
      Settings settings,
      String requestsProvider,
      Accounts.Profiles profiles,
      Journal journal,
      AnswerStore.Opener stores,
      SimClock clock,
      Function<String, JobId> ids) {}

  /** What is around a daemon. */
  public interface World {
    /** Makes a call. */
    Reply call(Call call, Optional<Path> target, SimExchange exchange);

    /** Runs what may run at the same time. */
    void several(SimRoutes.Several work);

    /** All steps of one of these were taken. */
    void ended(SimExchange exchange);

    /** A step failed. */
    void failed(SimExchange exchange, Exception failure);
  }

  /** Waiting makes the time pass. */
  private record Waiting(SimClock clock) implements Ticker {
    @Override
    public long nanoTime() {
      return clock.nanoTime();
    }

    @Override
    public void await(Object monitor, long nanos) {
      clock.advance(Duration.ofNanos(nanos));
    }
  }

  /** Puts the beans together. */
  public SimDaemon(Parts parts, SimRoutes routes, World world) {
    this.home = parts.home();
    this.routes = routes;
    this.world = world;
    Story story = new Story(NOPLogger.NOP_LOGGER);
    Stopping stopping = new Stopping();
    Journal journal = parts.journal();
    SimClock clock = parts.clock();
    Catalog catalog = new Catalog(home, parts.requestsProvider());
    Accounts accounts =
        new Accounts(
            parts.profiles(),
            new Keyring(home.root(), name -> Optional.empty()),
            () -> URI.create("https://sandbox.invalid/v1"),
            parts.settings().timeouts());
    QuietPeriod quiet = new QuietPeriod(parts.settings().quietPeriod(), clock::nanoTime);
    beans.put("inbox", new Inbox(home, catalog, journal, quiet, clock, story, parts.ids()));
    beans.put("turns", turns);
    beans.put("pages", new Listing.Pages());
    beans.put("gathering", new Gathering(journal, clock));
    beans.put(
        "delivering",
        new Delivering(home, journal, new Costs(home, catalog), clock, story, stopping));
    beans.put("due", new Due(home, parts.settings(), journal, clock));
    Core.of(
            home,
            parts.settings(),
            catalog,
            () -> List.of(parts.requestsProvider()),
            journal,
            parts.stores(),
            accounts,
            clock,
            new Waiting(clock),
            story,
            stopping)
        .bind(beans::put);
  }

  /** The types of the beans that the route files name. */
  public static Map<String, Class<?>> beanTypes() {
    return Map.ofEntries(
        Map.entry("inbox", Inbox.class),
        Map.entry("turns", SimTurns.class),
        Map.entry("pages", Listing.Pages.class),
        Map.entry("gathering", Gathering.class),
        Map.entry("delivering", Delivering.class),
        Map.entry("due", Due.class),
        Map.entry("preparation", Preparing.class),
        Map.entry("submission", Submission.class),
        Map.entry("reconciliation", Reconciliation.class),
        Map.entry("adoption", Adoption.class),
        Map.entry("polling", Polling.class),
        Map.entry("collection", Collection.class),
        Map.entry("orders", Orders.class),
        Map.entry("parking", Parking.class),
        Map.entry("deadlines", Deadlines.class),
        Map.entry("asking", Asking.class));
  }

  /** What the daemon does before its routes start. */
  public void open() throws IOException {
    Files.createDirectories(home.work());
    ((Inbox) bean("inbox")).open();
  }

  /** A timer of that route fires. */
  public void tick(String route) {
    routes.run(this, route, null, null);
  }

  /** The inbox is looked at. */
  public void watchInbox() {
    for (String pipeline : names(home.inbox())) {
      for (String entry : names(home.inbox(pipeline))) {
        routes.run(this, "watch-inbox", null, pipeline + "/" + entry);
      }
    }
  }

  /** The orders are looked at. */
  public void watchOrders() {
    for (String name : names(home.orders())) {
      routes.run(this, "watch-orders", null, name);
    }
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /** What waits in queues, in the order in which it came. */
  public List<Task> queue() {
    return queue;
  }

  /** Takes a task out of its queue and runs it. */
  public void run(int index) {
    Task task = queue.remove(index);
    try {
      routes.run(this, task.stage(), task.body(), null);
    } finally {
      turns.giveBack(task.stage(), task.body());
    }
  }

  @Override
  public Object bean(String name) {
    Object bean = beans.get(name);
    if (bean == null) {
      throw new IllegalArgumentException("there is no bean " + name);
    }
    return bean;
  }

  @Override
  public Reply call(Call call, Optional<Path> target, SimExchange exchange) {
    return world.call(call, target, exchange);
  }

  @Override
  public void ended(SimExchange exchange) {
    world.ended(exchange);
  }

  @Override
  public void several(SimRoutes.Several work) {
    world.several(work);
  }

  @Override
  public void enqueue(String stage, Object body) {
    queue.add(new Task(stage, body));
  }

  @Override
  public void failed(SimExchange exchange, Exception failure) {
    world.failed(exchange, failure);
  }
}
