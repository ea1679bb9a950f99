package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.input.Tree;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;
import org.batchdrop.request.RequestRows;
import org.batchdrop.request.RequestRows.Row;
import org.batchdrop.result.AnswerLog;

/**
 * Gets the answers of a part's rows in the realtime lane, one call a row. The intent is durable
 * before the first call, each answer before the next step; what a crash interrupts is the calls
 * under way, and only these rows are asked for again. Steps of {@code ask-part} and {@code
 * ask-row}.
 */
public final class Asking {

  /** A provider that wants a longer pause is left alone, and the part waits in the journal. */
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(30);

  private static final Duration ORDERS_LOOK = Duration.ofSeconds(1);

  private final Home home;
  private final Settings settings;
  private final Journal journal;
  private final Accounts accounts;
  private final Wanted wanted;
  private final Admission admission;
  private final Room room;
  private final Attempts attempts;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Story story;
  private final Stopping stopping;
  private final Map<String, Pace> paces = new ConcurrentHashMap<>();

  Asking(
      Home home,
      Settings settings,
      Journal journal,
      Accounts accounts,
      Admission admission,
      Room room,
      Attempts attempts,
      InstantSource clock,
      Ticker ticker,
      Story story,
      Stopping stopping) {
    this.home = home;
    this.settings = settings;
    this.journal = journal;
    this.accounts = accounts;
    this.wanted = new Wanted(home, journal);
    this.admission = admission;
    this.room = room;
    this.attempts = attempts;
    this.clock = clock;
    this.ticker = ticker;
    this.story = story;
    this.stopping = stopping;
  }

  /**
   * What a part needs next.
   *
   * @return {@code ask}, {@code complete} (nothing was asked for, and nothing will be) or {@code
   *     wait}
   */
  public String next(@Variable("part") PartId id) throws IOException {
    Part part = journal.part(id).orElseThrow();
    if (part.state() instanceof PartState.Unbought) {
      return "complete";
    }
    boolean isOurs =
        part.state() instanceof PartState.Built || part.state() instanceof PartState.Asking;
    if (!isOurs || part.pause().due().isAfter(clock.instant())) {
      return "wait";
    }
    if (!wanted.is(id.job())) {
      return cancelled(part);
    }
    Account account;
    try {
      account = accounts.account(part.provider());
    } catch (KeyMissing e) {
      attempts.later(part, e);
      return "wait";
    }
    if (!admission.allows(part, account)) {
      return "wait";
    }
    boolean isIn =
        part.state() instanceof PartState.Asking
            ? goesOn(part)
            : room.take(part, account).isPresent();
    return isIn ? "ask" : "wait";
  }

  /**
   * Nothing is asked for while the journal can't be written, or when somebody else has the part.
   */
  private boolean goesOn(Part part) {
    return journal.change(part, part.due(clock.instant()), Optional.empty(), "").isPresent();
  }

  private String cancelled(Part part) throws IOException {
    if (!(part.state() instanceof PartState.Built built)) {
      return "ask";
    }
    if (hasAnswers(home.job(part.id().job()), part.id())) {
      // A journal from a backup does not know that rows were asked for; their answers are kept.
      change(part, new PartState.Asking(), PartState.CANCELLED);
      return "ask";
    }
    if (!wanted.isPublished(part.id().job()) && !admission.isDroppable(part, accounts)) {
      return "wait";
    }
    PartState.Unbought end = built.unbought(PartState.CANCELLED, PartState.CANCELLED_UNSENT);
    change(part, end, PartState.CANCELLED);
    return "complete";
  }

  private boolean hasAnswers(JobFolder folder, PartId id) throws IOException {
    return Tree.look(folder.answers(id)).isPresent()
        || Tree.look(folder.output(id)).isPresent()
        || isAskedSince(home, id, journal);
  }

  /** Tells whether a later try has asked for a part's rows of which the journal knows nothing. */
  static boolean isAskedSince(Home home, PartId id, Journal journal) throws IOException {
    return !later(home.job(id.job()), id, journal).isEmpty();
  }

  /**
   * Logs of later tries at a part's rows of which the journal knows nothing: it was brought back
   * from a backup, and what they hold is paid.
   */
  private static List<Path> later(JobFolder folder, PartId id, Journal journal) throws IOException {
    List<Path> logs = new ArrayList<>();
    PartId next = id.next();
    for (int i = 0; i < RetryPolicy.MOST_ATTEMPTS && journal.part(next).isEmpty(); i++) {
      for (Path log : List.of(folder.answers(next), folder.output(next))) {
        if (Tree.look(log).isPresent()) {
          logs.add(log);
        }
      }
      next = next.next();
    }
    return logs;
  }

  private static void takeLater(List<Path> logs, AnswerLog log, Path requests) throws IOException {
    if (logs.isEmpty()) {
      return;
    }
    Set<String> ids = new HashSet<>();
    try (RequestRows rows = RequestRows.open(requests)) {
      for (Optional<Row> row = rows.next(); row.isPresent(); row = rows.next()) {
        ids.add(row.get().id());
      }
    }
    for (Path later : logs) {
      log.takeAnswers(later, ids);
    }
  }

  /** Begins a walk through the rows that have no answer yet. */
  public Round open(@Variable("part") PartId id) throws IOException, KeyMissing {
    Part part = journal.part(id).orElseThrow();
    Account account = accounts.account(part.provider());
    JobFolder folder = home.job(id.job());
    if (Tree.look(folder.output(id)).isPresent()) {
      // The process died between the log's last name and its record.
      Files.move(folder.output(id), folder.answers(id));
    }
    Pace pace =
        paces.computeIfAbsent(
            account.fingerprint(), key -> new Pace(account.profile().realtime(), ticker));
    AnswerLog log = AnswerLog.open(folder.answers(id));
    try {
      takeLater(later(folder, id, journal), log, folder.requests(id));
      return new Round(
          part, account, pace, patience(id.job()), log, RequestRows.open(folder.requests(id)));
    } catch (IOException e) {
      log.close();
      throw e;
    }
  }

  private Pace.Patience patience(JobId job) {
    long[] looked = {ticker.nanoTime() - ORDERS_LOOK.toNanos()};
    boolean[] isOver = {false};
    return () -> {
      long now = ticker.nanoTime();
      if (now - looked[0] >= ORDERS_LOOK.toNanos()) {
        looked[0] = now;
        isOver[0] = !wanted.is(job);
      }
      return isOver[0] || stopping.getAsBoolean();
    };
  }

  /** The call that asks for a row. */
  public Call call(@Variable("round") Round round, @Variable("row") Row row) {
    return round.account().request(row.endpoint(), row.name(), row.body());
  }

  /** Takes the reply to a row's call. */
  public void take(@Variable("round") Round round, @Variable("row") Row row, @Body Reply reply)
      throws IOException {
    round.take(row, reply);
    if (!(reply instanceof Reply.Later later)) {
      return;
    }
    Duration pause = later.retryAfter().orElseGet(() -> settings.retries().first());
    if (later.cause() == Reply.Cause.BUSY && pause.compareTo(LONGEST_HOLD) <= 0) {
      round.pace().hold(pause);
    } else {
      round.stop();
    }
  }

  /**
   * Ends a walk: when each row has its line, or nobody wants the rest, the part has ended.
   *
   * @return {@code ended}, or {@code wait} when rows are left
   */
  public String finish(@Variable("round") Round round) throws IOException {
    try {
      return finished(round);
    } finally {
      round.end();
    }
  }

  private String finished(Round round) throws IOException {
    Part part = journal.part(round.part().id()).orElseThrow();
    if (!(part.state() instanceof PartState.Asking asking)) {
      return "wait";
    }
    round.requireWalked();
    if (round.isWhole()) {
      return ended(part, round, asking.answered());
    }
    if (!wanted.is(part.id().job())) {
      return ended(part, round, asking.cancelled());
    }
    Optional<Reply.Later> obstacle = round.obstacle();
    if (stopping.getAsBoolean() || obstacle.isEmpty()) {
      return "wait";
    }
    if (!round.hasProgress() && attempts.isExhausted(part, obstacle.get())) {
      return ended(part, round, asking.unreachable(obstacle.get().message()));
    }
    goOnLater(part, round, obstacle.get());
    return "wait";
  }

  private void goOnLater(Part part, Round round, Reply.Later obstacle) {
    if (Parking.isAccountRefused(obstacle)) {
      admission.accountRefused(part, round.account(), obstacle);
    } else if (round.hasProgress()) {
      Duration pause = obstacle.retryAfter().orElseGet(() -> settings.retries().first());
      attempts.waiting(part, pause, obstacle.message());
    } else {
      attempts.later(part, obstacle);
    }
  }

  private String ended(Part part, Round round, PartState.Ended end) throws IOException {
    round.log().publish(home.job(part.id().job()).output(part.id()));
    if (round.hasProgress()) {
      admission.accountWorks(round.account());
    }
    change(part, end, end.end().status());
    story.asked(part, round.log().size());
    return "ended";
  }

  private void change(Part part, PartState next, String detail) {
    journal.change(part, part.to(next, clock.instant()), Optional.empty(), detail);
  }
}
