package org.batchdrop.sim;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.batchdrop.config.Home;
import org.batchdrop.flow.SimDaemon;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobOrder;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Replies;
import org.batchdrop.provider.Reply;
import org.jspecify.annotations.Nullable;

/**
 * One world: a home on a simulated disk, a provider with its weather, and a daemon that dies and
 * comes back. All that happens is drawn from the seed; the same seed gives the same world.
 *
 * <p>Longer than other classes: the daemon's lives, the weather and the last judgement draw from
 * one random stream, whose order must not depend on who is asked first.
 */
final class SimWorld implements SimDaemon.World {

  private static final int TRACE = Integer.getInteger("trace", 200);
  private static final int MOST_ROUNDS = 1500;
  private static final int ROUNDS_WITH_FAULT = 60;
  private static final int ROUNDS_BEFORE_AGAIN = 60;

  /** Calls for rows that are under way at once, at most. */
  private static final int MOST_CALLS = 4;

  private static final List<String> TIMERS =
      List.of("sweep-journal", "poll-batches", "adopt-batches", "sweep-journal", "clean-work");

  private final SimHome shared;
  private final WorldPlan plan;
  private final Random random;
  private final SimClock clock = new SimClock();
  private final SimDisk disk;
  private final MemoryJournal journal = new MemoryJournal(clock);
  private final MemoryAnswers answers;
  private final SimProvider provider;
  private final Home home;
  private final WorldFaults faults;
  private final WorldJudge judge;
  private final @Nullable Deque<String> trace;
  private final boolean cancels;
  private final Weather weather;
  private final Set<String> busy = new HashSet<>();
  private final List<WorldPlan.Input> waiting;
  private final Deque<SimRoutes.Several> walks = new ArrayDeque<>();
  private @Nullable SimDaemon daemon;
  private @Nullable Object backup;
  private boolean powerLost;
  private int commitsToPowerLoss;
  private boolean calm;
  private int orders;
  private int depth;
  private int calls;

  SimWorld(SimHome shared, WorldPlan plan, long seed, boolean traced) {
    this.shared = shared;
    this.plan = plan;
    this.random = new Random(seed);
    this.disk = new SimDisk(clock, plan.ordering());
    this.home = new Home(disk.path("/home"));
    this.answers = new MemoryAnswers(disk::isDead);
    boolean isCancelledToo =
        plan.mode() == WorldPlan.Mode.BACKUP
            && !plan.lanes().equals(WorldPlan.Lanes.BATCHES)
            && seed % 2 == 1;
    this.cancels = isCancelledToo || isIn(WorldPlan.Mode.CANCELS);
    // A cancelled job does not wait for a refused account to tell what a backup did not know.
    this.weather =
        isCancelledToo
            ? plan.weather().with(Fault.QUOTA, 0).with(Fault.KEY_REFUSED, 0)
            : plan.weather();
    this.provider = new SimProvider(clock, weather, seed ^ 0x5DEECE66DL);
    this.trace = traced ? new ArrayDeque<>() : null;
    this.faults = new WorldFaults(disk, journal, this::note);
    this.judge = new WorldJudge(disk, journal, answers, provider);
    this.waiting = new ArrayList<>(plan.inputs());
  }

  /** Runs one world from its seed; what is broken, empty: nothing. */
  static List<String> run(SimHome shared, long seed) {
    return new SimWorld(shared, WorldPlan.of(seed), seed, false).run();
  }

  /** Runs it once more, and tells what happened last. */
  static String explain(SimHome shared, long seed) {
    WorldPlan plan = WorldPlan.of(seed);
    SimWorld world = new SimWorld(shared, plan, seed, true);
    List<String> broken = world.run();
    return "seed %d (%s, %s, budget %s, %s; replay with -Dseed=%d) breaks:%n  %s%n%s"
        .formatted(
            seed,
            plan.mode(),
            plan.ordering(),
            plan.budget(),
            plan.lanes(),
            seed,
            String.join("\n  ", broken),
            world.story());
  }

  /** What happened last; empty when nothing was noted. */
  String story() {
    return trace == null ? "" : String.join("\n", trace);
  }

  /** Answers of earlier jobs are there, and are not found. */
  void forgetAnswers() {
    answers.forget();
  }

  /** Whether the armed fault has happened. */
  boolean hasFailed() {
    return faults.happened();
  }

  private void note(String what) {
    if (trace != null) {
      trace.add(clock.trueTime() + " " + what);
      if (trace.size() > TRACE) {
        trace.remove();
      }
    }
  }

  /** Runs the whole world; what is broken. */
  List<String> run() {
    return guarded(
        () -> {
          prepare();
          start();
          storms();
          if (plan.lanes().reuses()) {
            settle(ROUNDS_BEFORE_AGAIN);
            drop();
            storms();
          }
          finish();
        });
  }

  /**
   * Runs a world in which one thing goes wrong.
   *
   * @param n at the n-th operation of its kind
   */
  List<String> run(WorldFaults.Kind kind, long n) {
    return guarded(
        () -> {
          prepare();
          faults.arm(kind, n);
          start();
          settle(ROUNDS_WITH_FAULT);
          finish();
        });
  }

  /**
   * Runs a world whose process dies at the n-th change of the disk, and whose machine loses power
   * so many commits later.
   */
  List<String> run(long n, int commits) {
    commitsToPowerLoss = commits;
    return run(WorldFaults.Kind.CRASH_AT_DISK, n);
  }

  /** Something that may fail for a reason of the simulated disk. */
  private interface Course {
    void run() throws IOException;
  }

  private List<String> guarded(Course course) {
    try {
      course.run();
      return judge.broken();
    } catch (IOException | RuntimeException e) {
      StringWriter text = new StringWriter();
      e.printStackTrace(new PrintWriter(text));
      List<String> broken = new ArrayList<>(judge.broken());
      broken.add("error: " + text);
      return broken;
    }
  }

  /** Writes the home and drops the first input. */
  private void prepare() throws IOException {
    SimHome.write(disk, home, plan);
    drop();
  }

  /** Nothing new goes wrong from now on: everything must end. */
  void finish() throws IOException {
    calm();
    settle(MOST_ROUNDS);
    judge.end();
    boolean nothingWasInTheWay =
        plan.mode() == WorldPlan.Mode.STEADY || plan.mode() == WorldPlan.Mode.CANCELS;
    if (plan.lanes().reuses() && nothingWasInTheWay) {
      judge.keptAnswers();
    }
    keepForLong();
  }

  private void drop() {
    if (waiting.isEmpty() || disk.isDead()) {
      return;
    }
    WorldPlan.Input input = waiting.remove(0);
    Path inbox = home.inbox(input.pipeline());
    try {
      Path hidden = Files.write(inbox.resolve("." + input.name() + ".tmp"), input.bytes());
      Files.move(hidden, inbox.resolve(input.name()));
    } catch (IOException e) {
      waiting.add(input);
      note("not dropped: " + e);
      return;
    }
    disk.sync();
    judge.dropped(input);
    note("dropped " + input.name());
  }

  private JobId id(String name) {
    return JobId.of(clock.instant(), ZoneOffset.UTC, name, random.nextInt());
  }

  private void start() {
    alive(
        () -> {
          SimDaemon fresh =
              new SimDaemon(
                  new SimDaemon.Parts(
                      home,
                      shared.settings(),
                      SimHome.PROVIDER,
                      shared.profiles(),
                      journal,
                      answers,
                      clock,
                      this::id),
                  shared.routes(),
                  this);
          try {
            fresh.open();
            daemon = fresh;
            note("started");
          } catch (IOException | RuntimeException e) {
            note("did not start: " + e);
          }
        });
  }

  private SimDaemon daemon() {
    SimDaemon now = daemon;
    if (now == null) {
      throw new IllegalStateException("no daemon runs");
    }
    return now;
  }

  /** Lets the daemon do something; a crash ends it, and a new one starts. */
  private void alive(Runnable work) {
    try {
      faults.running(true);
      work.run();
    } catch (SimCrash crash) {
      faults.running(false);
      crashed();
    } finally {
      faults.running(false);
    }
    if (plan.budget().isPresent()) {
      Money most = Money.parse(plan.budget().get()).orElseThrow();
      judge.budgets(most.nanos(), most.currency());
    }
    judge.outbox(powerLost);
    powerLost = false;
  }

  private void crashed() {
    daemon = null;
    depth = 0;
    calls = 0;
    busy.clear();
    walks.clear();
    provider.died();
    note("the process is dead");
    judge.inputs();
    boolean isFirst = commitsToPowerLoss > 0;
    if (isFirst) {
      faults.arm(WorldFaults.Kind.CRASH_AFTER_COMMIT, commitsToPowerLoss);
      commitsToPowerLoss = 0;
    }
    if (!isFirst && random.nextDouble() < plan.powerLoss()) {
      judge.outbox(false);
      disk.powerLoss(random);
      if (plan.lanes().reuses()) {
        answers.powerLoss(random);
        judge.answersWereLost();
      }
      powerLost = true;
      note("the power was lost");
      judge.inputs();
    }
    judge.outbox(powerLost);
    if (plan.mode() == WorldPlan.Mode.BACKUP && backup != null && random.nextBoolean()) {
      journal.restore(backup);
      clock.advance(WorldPlan.SETTLE.multipliedBy(2));
      note("the journal is the one of the backup");
    }
    if (random.nextInt(3) == 0) {
      clock.advance(Duration.ofSeconds(random.nextInt(3000)));
    }
    disk.restart();
  }

  @Override
  public void failed(SimExchange exchange, Exception failure) {
    note("failed " + exchange.route() + " " + exchange.body() + ": " + failure);
    Optional.ofNullable(exchange.call).ifPresent(provider::forgotten);
  }

  @Override
  public void ended(SimExchange exchange) {
    Optional.ofNullable(exchange.call).ifPresent(provider::kept);
  }

  @Override
  public void several(SimRoutes.Several work) {
    walks.push(work);
    while (work.hasNext()) {
      work.runNext();
    }
    walks.pop();
  }

  @Override
  public Reply call(Call call, Optional<Path> target, SimExchange exchange) {
    boolean isAsk = call.purpose() == Call.Purpose.REQUEST;
    Reply reply = isAsk ? ask(call, exchange) : call(call, target, "");
    interleave();
    return reply;
  }

  /** While one row's answer is awaited, others are asked for, and may be answered earlier. */
  private Reply ask(Call call, SimExchange exchange) {
    PartId part = (PartId) Objects.requireNonNull(exchange.variables.get("part"), "part");
    judge.asks(part, call.headers().getOrDefault("X-Client-Request-Id", ""));
    Reply reply = call(call, Optional.empty(), part.job().value());
    provider.replied(call, reply);
    calls++;
    while (calls < MOST_CALLS && random.nextInt(3) == 0 && walks.getFirst().hasNext()) {
      note("(meanwhile");
      walks.getFirst().runNext();
      note(")");
    }
    calls--;
    return reply;
  }

  private Reply call(Call call, Optional<Path> target, String owner) {
    interleave();
    String what = call.toString();
    if (faults.beforeCall(what)) {
      note("LOST " + what);
      return Replies.failed(call, new ConnectException("Connection refused"));
    }
    Reply reply = provider.perform(call, target, owner);
    if (trace != null) {
      note("call " + what + " " + call.body() + " -> " + reply);
    }
    if (faults.afterCall(what)) {
      note("REPLY LOST " + what);
      return Replies.failed(call, new SocketException("Connection reset"));
    }
    return reply;
  }

  /** While one waits for a reply, others go on. */
  private void interleave() {
    if (depth < 2 && random.nextInt(12) == 0 && !disk.isDead()) {
      depth++;
      note("(meanwhile");
      something();
      note(")");
      depth--;
    }
  }

  private void something() {
    SimDaemon now = daemon();
    int waits = now.queue().size();
    int choice = random.nextInt(waits > 0 ? 10 : 5);
    if (choice >= 5) {
      int index = random.nextInt(waits);
      note("run " + now.queue().get(index));
      now.run(index);
    } else if (choice == 4) {
      once("watch-orders", now::watchOrders);
      once("watch-inbox", now::watchInbox);
    } else {
      String timer = TIMERS.get(random.nextInt(TIMERS.size()));
      once(timer, () -> now.tick(timer));
    }
  }

  private void once(String route, Runnable work) {
    if (busy.add(route)) {
      note("tick " + route);
      work.run();
      busy.remove(route);
    }
  }

  private void storms() throws IOException {
    for (int i = 0; i < plan.steps() && judge.broken().isEmpty(); i++) {
      storm();
    }
  }

  private void storm() throws IOException {
    if (daemon == null) {
      start();
    }
    disturb();
    if (daemon != null && random.nextInt(5) > 0) {
      alive(this::something);
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> pass(Duration.ofSeconds(random.nextInt(120)));
      case 1 -> pass(Duration.ofMinutes(random.nextInt(40)));
      case 2 -> {
        if (random.nextInt(4) == 0) {
          drop();
        }
      }
      default -> {
        if (daemon != null) {
          alive(this::drain);
        }
      }
    }
  }

  private void pass(Duration time) {
    clock.advance(time);
    note("time passes: " + time);
  }

  private boolean isIn(WorldPlan.Mode... modes) {
    return List.of(modes).contains(plan.mode()) || plan.mode() == WorldPlan.Mode.ALL;
  }

  private void disturb() throws IOException {
    if (random.nextDouble() < plan.crashes()) {
      WorldFaults.Kind[] kinds = WorldFaults.Kind.values();
      WorldFaults.Kind kind = kinds[random.nextInt(kinds.length)];
      boolean isDisk =
          kind == WorldFaults.Kind.CRASH_AT_DISK || kind == WorldFaults.Kind.DISK_FAILS;
      faults.arm(kind, 1 + random.nextInt(isDisk ? 40 : 6));
    }
    if (plan.mode() == WorldPlan.Mode.JUMPS && random.nextInt(8) == 0) {
      clock.jump(Duration.ofMinutes(random.nextInt(-180, 180)));
      note("the clock jumps to " + clock.instant());
    }
    if (plan.mode() == WorldPlan.Mode.BACKUP && random.nextInt(backup == null ? 8 : 30) == 0) {
      backup = journal.backup();
      note("backup made");
    }
    if (isIn(WorldPlan.Mode.SICK)) {
      sicken();
    }
    if (cancels && random.nextInt(40) == 0) {
      order(JobOrder.Verb.CANCEL);
    }
    if (random.nextInt(20) == 0) {
      approve();
    }
  }

  private void sicken() {
    if (random.nextInt(6) == 0) {
      heal();
    }
    if (random.nextInt(12) == 0) {
      int what = random.nextInt(6);
      note("sick: " + what);
      switch (what) {
        case 0 -> disk.capacity(disk.used() + random.nextInt(4000));
        case 1 -> disk.readOnly(true);
        case 2 -> disk.vanished(true);
        case 3 -> journal.health(MemoryJournal.Health.GONE);
        default -> journal.health(MemoryJournal.Health.NOT_WRITABLE);
      }
    }
  }

  private void heal() {
    disk.capacity(Long.MAX_VALUE);
    disk.readOnly(false);
    disk.vanished(false);
    journal.health(MemoryJournal.Health.GOOD);
  }

  private void order(JobOrder.Verb verb) throws IOException {
    List<Job> jobs = journal.allJobs();
    if (!jobs.isEmpty()) {
      order(verb, jobs.get(random.nextInt(jobs.size())).id());
    }
  }

  private void order(JobOrder.Verb verb, JobId job) throws IOException {
    try {
      orders++;
      Files.writeString(home.orders().resolve("o" + orders), new JobOrder(verb, job).text());
      disk.sync();
      note("order: " + verb + " " + job);
    } catch (IOException e) {
      note("no order: " + e);
    }
  }

  /** A person approves what is known to be safe: money, and what somebody else cancelled. */
  private static boolean isSafe(Part part) {
    String reason = part.pause().reason().orElse("");
    return part.pause().parked()
        && (reason.startsWith("its batch was cancelled") || reason.startsWith("over the budget"));
  }

  private static boolean isStuck(Part part) {
    return part.pause().parked() && !part.state().isFinal();
  }

  private void approve() throws IOException {
    for (Job job : journal.allJobs()) {
      List<Part> stuck = stuck(job);
      if (!stuck.isEmpty() && stuck.stream().allMatch(SimWorld::isSafe)) {
        order(JobOrder.Verb.APPROVE, job.id());
        return;
      }
    }
  }

  private List<Part> stuck(Job job) {
    return journal.allParts().stream()
        .filter(part -> part.id().job().equals(job.id()) && isStuck(part))
        .toList();
  }

  /** The faults end. */
  void calm() throws IOException {
    calm = true;
    note("calm");
    faults.disarm();
    heal();
    provider.weather(weather.calmed());
    while (!waiting.isEmpty()) {
      drop();
    }
  }

  private void drain() {
    for (int i = 0; i < 200 && !daemon().queue().isEmpty(); i++) {
      int index = random.nextInt(daemon().queue().size());
      note("run " + daemon().queue().get(index));
      daemon().run(index);
    }
  }

  private void round() {
    SimDaemon now = daemon();
    for (String timer : TIMERS.subList(0, 3)) {
      once(timer, () -> now.tick(timer));
      drain();
    }
    once("watch-orders", now::watchOrders);
    once("watch-inbox", now::watchInbox);
    drain();
  }

  private boolean isQuiet() {
    boolean claimed =
        plan.inputs().stream()
            .noneMatch(
                input ->
                    DiskLook.file(disk, "/home/inbox/" + input.pipeline() + "/" + input.name())
                        != null);
    return claimed
        && DiskLook.names(disk, "/home/work/orders").isEmpty()
        && journal.allJobs().stream().allMatch(job -> job.state().isFinal());
  }

  /** Lets time pass until everything has ended, at most for some weeks. */
  void settle(int rounds) throws IOException {
    long versions = -1;
    int same = 0;
    for (int i = 0; i < rounds && judge.broken().isEmpty(); i++) {
      if (daemon == null) {
        start();
      } else {
        alive(this::round);
      }
      if (isQuiet()) {
        return;
      }
      long now = journal.writes();
      same = now == versions ? same + 1 : 0;
      versions = now;
      if (calm && i > 20 && random.nextInt(4) == 0) {
        resolve();
      }
      Duration step = Duration.ofSeconds(10L + random.nextInt(60) * (1L << Math.min(same / 2, 5)));
      // A batch may run for as long as its window; one that is seen to go on keeps steps short.
      pass(i > rounds / 2 ? step.plusMinutes(30) : step);
    }
    if (judge.broken().isEmpty()) {
      note("not quiet: inbox or orders are left, or a job has not ended");
    }
  }

  /** A person looks at what is parked, and says something. */
  private void resolve() throws IOException {
    for (Job job : journal.allJobs()) {
      List<Part> stuck = stuck(job);
      boolean needsPerson =
          stuck.stream()
              .anyMatch(part -> isSafe(part) || part.pause().due().equals(Part.Pause.NEVER));
      if (needsPerson && DiskLook.names(disk, "/home/work/orders").isEmpty()) {
        boolean safe = stuck.stream().allMatch(SimWorld::isSafe);
        order(safe ? JobOrder.Verb.APPROVE : JobOrder.Verb.CANCEL, job.id());
      }
    }
  }

  /** Much later the work folders are gone, and what was published is there. */
  private void keepForLong() {
    if (!judge.broken().isEmpty()) {
      return;
    }
    pass(Duration.ofDays(9));
    alive(() -> once("clean-work", () -> daemon().tick("clean-work")));
    judge.inputs();
    judge.outbox(false);
  }
}
