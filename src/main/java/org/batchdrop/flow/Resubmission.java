package org.batchdrop.flow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.journal.AnswerStore;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Refusal;
import org.batchdrop.provider.Reply.Cause;
import org.batchdrop.result.AnswerCheck;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.Harvest;

/**
 * Settles an ended batch whose files are on disk: keeps what was answered, and puts the rows that
 * may be tried again into the next generation. The files of that are made before the journal says
 * so, in one transaction with the end of this try; a crash in between makes them once more, the
 * same.
 */
final class Resubmission {

  private final Home home;
  private final AnswerStore.Opener stores;
  private final JobPipelines pipelines;
  private final Journal journal;
  private final Accounts accounts;
  private final Adoption adoption;
  private final Costs costs;
  private final Room room;
  private final Deadlines deadlines;
  private final InstantSource clock;
  private final Story story;
  private final Stopping stopping;

  Resubmission(
      Home home,
      AnswerStore.Opener stores,
      Journal journal,
      Accounts accounts,
      Adoption adoption,
      Costs costs,
      Room room,
      Deadlines deadlines,
      InstantSource clock,
      Story story,
      Stopping stopping) {
    this.home = home;
    this.stores = stores;
    this.pipelines = new JobPipelines(home);
    this.journal = journal;
    this.accounts = accounts;
    this.adoption = adoption;
    this.costs = costs;
    this.room = room;
    this.deadlines = deadlines;
    this.clock = clock;
    this.story = story;
    this.stopping = stopping;
  }

  /**
   * Settles a part.
   *
   * @return whether there is a next try
   * @throws IOException when the disk fails or the daemon stops; it is settled later
   */
  boolean settle(Part part, PartState.Ended ended) throws IOException, KeyMissing {
    Job job = journal.job(part.id().job()).orElseThrow();
    Pipeline pipeline = pipelines.of(job);
    Account account = accounts.account(part.provider());
    List<Part> tries = triesOf(part);
    Optional<Cause> cause = cause(ended.end());
    if (cause.equals(Optional.of(Cause.NO_ROOM))) {
      room.told(part, account, Refusal.limit(ended.end().message()));
    }
    boolean isCounted = isCounted(part, ended.end(), cause, tries, pipeline.retry());
    boolean isLate = deadlines.isPast(part);
    Lane wished = isLate ? Lane.REALTIME : pipeline.lanes().retry().orElse(part.lane());
    Lane lane = isOffered(wished, part, account) ? wished : part.lane();
    Harvest.Order order =
        new Harvest.Order(
            job.id(),
            home.job(job.id()),
            pipeline.input(),
            AnswerCheck.of(pipeline),
            tries(tries, part, ended.end(), isCounted),
            policy(job, ended.end(), pipeline.retry()),
            rest(isLate, ended.end()),
            job.orders().cancelled() && !isBoughtAgain(part, lane, account),
            lane == Lane.REALTIME ? Long.MAX_VALUE : room.mostBytes(part, account));
    StopCheck stop = StopCheck.when(stopping);
    Harvest harvest = Harvest.of(order, stop);
    keepForOtherJobs(order, pipeline, stop);
    Part settled =
        part.to(ended.collected(), clock.instant())
            .with(part.purchase().settled(costs.spent(part, harvest.paidLast(), harvest.used())));
    Optional<Part> next = Optional.empty();
    if (harvest.next().isPresent()) {
      Part again = next(part, ended.end(), lane, harvest.next().get(), isCounted, cause, isLate);
      next = Optional.of(again.with(costs.estimate(again, pipeline)));
    }
    // A crash may have left the name of a download, which is all that was looked at, undurable.
    Tree.sync(home.job(job.id()).root());
    journal.change(part, settled, next, "");
    next.ifPresent(again -> story.again(again, ended.end().status()));
    return next.isPresent();
  }

  /** A journal from a backup does not know the next try, whose answers are paid. */
  private boolean isBoughtAgain(Part part, Lane lane, Account account) throws IOException {
    boolean isAsked = lane == Lane.REALTIME && Asking.isAskedSince(home, part.id(), journal);
    return isAsked || adoption.knowsLater(part, account);
  }

  private List<Part> triesOf(Part part) {
    return journal.parts(part.id().job()).stream()
        .filter(other -> other.id().number() == part.id().number())
        .toList();
  }

  /** What other jobs may keep is a cache: a job is delivered without it, too. */
  private void keepForOtherJobs(Harvest.Order order, Pipeline pipeline, StopCheck stop)
      throws InterruptedIOException {
    try {
      EarlierAnswers answers = EarlierAnswers.of(pipeline, home, stores, clock);
      try (answers) {
        answers.keep(order, stop);
      }
      answers.damage().ifPresent(damage -> story.damaged(order.job(), damage));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      story.notKept(order.job(), String.valueOf(e.getMessage()));
    }
  }

  private static boolean isOffered(Lane lane, Part part, Account account) {
    return lane == Lane.BATCH
        ? account.profile().batch().offered()
            && account.profile().batch().endpoints().contains(part.endpoint())
        : account.profile().realtime().answers(List.of(part.endpoint()));
  }

  private static Optional<Cause> cause(BatchEnd end) {
    return end.status().equals("failed")
        ? Refusal.cause(end.code(), end.message())
        : Optional.empty();
  }

  /**
   * A try counts for its rows unless the provider did not even begin: for want of room or money, or
   * because of other rows in the same file.
   */
  private boolean isCounted(
      Part part, BatchEnd end, Optional<Cause> cause, List<Part> tries, RetryPolicy retry)
      throws IOException {
    if (cause.isPresent()) {
      return false;
    }
    boolean isOthersFault = end.status().equals("failed") && hasLineProblems(part);
    int before = 0;
    for (Part other : tries) {
      before += hasLineProblems(other) ? 1 : 0;
    }
    return !(isOthersFault && before <= retry.attempts());
  }

  private boolean hasLineProblems(Part part) throws IOException {
    return Tree.look(home.job(part.id().job()).lineProblems(part.id())).isPresent();
  }

  /** A person's approval, and a file that the provider lost, make rows worth another try. */
  private static RetryPolicy policy(Job job, BatchEnd end, RetryPolicy retry) {
    boolean isAllowed = end.code().equals(PartState.LOST_PAID) && job.orders().approved();
    if (!isAllowed) {
      return retry;
    }
    List<String> codes = new ArrayList<>(retry.codes());
    codes.add(PartState.LOST_PAID);
    return new RetryPolicy(Math.max(2, retry.attempts()), codes);
  }

  /** What a batch did not come to in time was not tried in vain, whatever the policy says. */
  private static Optional<String> rest(boolean isLate, BatchEnd end) {
    boolean isCutShort = end.status().equals("cancelled") || end.status().equals("expired");
    return isLate && isCutShort ? Optional.of(end.code()) : Optional.empty();
  }

  private static List<Harvest.Try> tries(
      List<Part> parts, Part last, BatchEnd end, boolean isCounted) {
    List<Harvest.Try> tries = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (part.id().equals(last.id())) {
        tries.add(one(part, Optional.of(end), isCounted));
        break;
      }
      boolean counted = parts.get(i + 1).purchase().attempt() > part.purchase().attempt();
      Optional<BatchEnd> earlier =
          part.state() instanceof PartState.Collected collected
              ? Optional.of(collected.end())
              : Optional.empty();
      tries.add(one(part, earlier, counted));
    }
    return tries;
  }

  private static Harvest.Try one(Part part, Optional<BatchEnd> end, boolean isCounted) {
    return new Harvest.Try(
        part.id(),
        end.flatMap(BatchEnd::outputFile).isPresent(),
        end.flatMap(BatchEnd::errorFile).isPresent(),
        isCounted,
        end.map(e -> new Reason(e.code(), e.message())).orElse(new Reason("not_bought", "")));
  }

  private Part next(
      Part part,
      BatchEnd end,
      Lane lane,
      Part.Size size,
      boolean isCounted,
      Optional<Cause> cause,
      boolean isLate) {
    Part.Purchase before = part.purchase();
    Instant now = clock.instant();
    boolean hadNoRoom = cause.equals(Optional.of(Cause.NO_ROOM));
    Part.Purchase fresh =
        new Part.Purchase(
            before.attempt() + (isCounted ? 1 : 0),
            hadNoRoom ? before.refusals() + 1 : 0,
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Part next = part.nextGeneration(size, lane, fresh, now);
    if (hadNoRoom) {
      Instant due = now.plus(room.pauseAfter(fresh.refusals()));
      return next.waiting(due, "no room at the provider: " + end.message());
    }
    if (end.status().equals("cancelled") && !isLate) {
      return next.parked(
          Part.Pause.NEVER,
          "its batch was cancelled at the provider; 'batchdrop approve JOB' buys the rest,"
              + " 'batchdrop cancel JOB' delivers what there is");
    }
    return next;
  }
}
