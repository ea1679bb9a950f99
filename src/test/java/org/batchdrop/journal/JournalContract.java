package org.batchdrop.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.job.Standing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What any journal promises.
 *
 * <p>Longer than other files because the interface is.
 */
abstract class JournalContract {

  static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final BatchEnd END =
      new BatchEnd("expired", Optional.of("file-out"), Optional.empty(), "batch_expired", "late");

  Journal journal;

  /** Opens the journal under test, with what it held before. */
  abstract Journal open();

  @BeforeEach
  void begin() {
    journal = open();
  }

  @AfterEach
  void end() {
    journal.close();
  }

  void reopen() {
    journal.close();
    journal = open();
  }

  static Job job(JobId id, Instant received) {
    return new Job(
        id,
        "tickets",
        "tickets.csv",
        1234,
        "(dev=1,ino=2)",
        new JobState.Received(),
        "",
        Job.Totals.NONE,
        Job.Times.received(received),
        Optional.empty(),
        Optional.empty(),
        "",
        Job.Orders.NONE,
        0);
  }

  static Part part(JobId job, int number) {
    return new Part(
        new PartId(job, number, 1),
        new PartState.Built(),
        new Part.Size(3, 1, 3, 456),
        Lane.BATCH,
        "/v1/chat/completions",
        "m",
        "sandbox",
        "",
        Part.Seen.NOTHING,
        Part.Pause.none(NOW),
        Part.Purchase.FIRST,
        0);
  }

  /** A prepared job of that many parts. */
  Job prepared(int parts) {
    journal.received(job(JOB, NOW));
    Job seen = journal.job(JOB).orElseThrow();
    List<Part> built = IntStream.rangeClosed(1, parts).mapToObj(n -> part(JOB, n)).toList();
    return journal.change(seen, seen.to(new JobState.Prepared()), built, "parts").orElseThrow();
  }

  Part first() {
    return journal.part(new PartId(JOB, 1, 1)).orElseThrow();
  }

  Part changed(Part seen, Part next) {
    return journal.change(seen, next, Optional.empty(), "detail").orElseThrow();
  }

  static List<PartState> everyPartState() {
    return List.of(
        new PartState.Built(),
        new PartState.Uploading(),
        new PartState.Uploaded("file-1"),
        new PartState.Creating("file-1"),
        new PartState.Unclear("file-1"),
        new PartState.Live("file-1", "batch-1"),
        new PartState.Ended("file-1", "batch-1", END),
        new PartState.Collected("file-1", "batch-1", END),
        new PartState.Unbought(Optional.of("file-1"), "refused", "no"),
        new PartState.Unbought(Optional.empty(), "refused", "no"),
        new PartState.Superseded(Optional.of("file-1")));
  }

  @ParameterizedTest
  @MethodSource("everyPartState")
  void keepsEveryPartStateWithItsData(PartState state) {
    prepared(1);
    Part written =
        first()
            .to(state, NOW)
            .boughtBy("0123456789abcdef")
            .seen(new Part.Seen("in_progress", 2, 1))
            .later(NOW.plusSeconds(5), "no connection");
    changed(first(), written);
    reopen();

    Part read = first();
    assertThat(read.state()).isEqualTo(state);
    assertThat(read).usingRecursiveComparison().ignoringFields("version").isEqualTo(written);
    assertThat(read.version()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("everyJobState")
  void keepsEveryJobStateWithItsData(JobState state) {
    Job seen = prepared(1);
    Job written =
        seen.to(state)
            .boughtFrom("openai")
            .with(new Job.Totals(10, 1, 8, 2, 1))
            .with(new Job.Times(NOW, Optional.of(NOW), Optional.empty(), Optional.of(NOW)))
            .withProblem("why")
            .publishedIn("outbox/tickets/x");
    journal.change(seen, written, List.of(), "");
    reopen();

    assertThat(journal.job(JOB).orElseThrow())
        .usingRecursiveComparison()
        .ignoringFields("version")
        .isEqualTo(written);
  }

  static List<JobState> everyJobState() {
    return List.of("received", "prepared", "collected", "delivered", "refused", "rejected").stream()
        .map(JobState::of)
        .toList();
  }

  @Test
  void receivesAJobOnce() {
    assertThat(journal.received(job(JOB, NOW))).isTrue();
    assertThat(journal.received(job(JOB, NOW))).isFalse();
    assertThat(journal.events(JOB)).hasSize(1);
  }

  @Test
  void aLostRaceOfAPartIsEmptyAndChangesNothing() {
    prepared(1);
    Part seen = first();
    changed(seen, seen.to(new PartState.Uploading(), NOW));
    int events = journal.events(JOB).size();

    Part late = seen.to(new PartState.Unbought(Optional.empty(), "x", "y"), NOW);
    assertThat(journal.change(seen, late, Optional.of(seen.nextGeneration(NOW)), "")).isEmpty();
    assertThat(first().state()).isEqualTo(new PartState.Uploading());
    assertThat(journal.parts(JOB)).hasSize(1);
    assertThat(journal.events(JOB)).hasSize(events);
  }

  @Test
  void aLostRaceOfAJobIsEmptyAndAddsNoParts() {
    Job seen = prepared(1);
    journal.change(seen, seen.to(new JobState.Collected()), List.of(), "");

    assertThat(journal.change(seen, seen.to(new JobState.Collected()), List.of(part(JOB, 9)), ""))
        .isEmpty();
    assertThat(journal.parts(JOB)).hasSize(1);
  }

  @Test
  void everyTransitionIsAnEventAndNothingElseIs() {
    prepared(1);
    Part uploading = changed(first(), first().to(new PartState.Uploading(), NOW));
    Part waiting = changed(uploading, uploading.later(NOW.plusSeconds(1), "busy"));
    changed(waiting, waiting.to(new PartState.Uploaded("file-1"), NOW));
    reopen();

    assertThat(journal.events(JOB))
        .extracting(Event::to)
        .containsExactly("received", "built", "prepared", "uploading", "uploaded");
    Event last = journal.events(JOB).get(4);
    assertThat(last)
        .isEqualTo(
            new Event(
                NOW,
                Optional.of(new PartId(JOB, 1, 1)),
                Optional.of("uploading"),
                "uploaded",
                "detail"));
  }

  @Test
  void theNextGenerationIsAddedWithTheChangeThatAllowsIt() {
    prepared(1);
    Part seen = first();
    Part next = seen.nextGeneration(NOW);
    journal.change(
        seen,
        seen.to(new PartState.Superseded(Optional.of("file-1")), NOW),
        Optional.of(next),
        "no batch");

    assertThat(journal.parts(JOB))
        .extracting(part -> part.id().label())
        .containsExactly("part-0001", "part-0001.g2");
    assertThat(journal.part(next.id()).orElseThrow().state()).isEqualTo(new PartState.Built());
  }

  @Test
  void aTransactionThatFailsLeavesNothing() {
    prepared(1);
    Part seen = first();
    Part orphan = part(new JobId("20261101-120000-nobody-000000"), 1);

    assertThatThrownBy(
            () ->
                journal.change(
                    seen, seen.to(new PartState.Uploading(), NOW), Optional.of(orphan), ""))
        .isInstanceOf(JournalException.class)
        .hasMessageStartingWith("journal can't be written: ");
    assertThat(first().state()).isEqualTo(new PartState.Built());
  }

  @Test
  void partsAreDueByStateAndTime() {
    prepared(4);
    Part later = journal.part(new PartId(JOB, 2, 1)).orElseThrow();
    changed(later, later.later(NOW.plusSeconds(60), "busy"));
    Part live = journal.part(new PartId(JOB, 3, 1)).orElseThrow();
    changed(live, live.to(new PartState.Live("f", "b"), NOW));
    Part ended = journal.part(new PartId(JOB, 4, 1)).orElseThrow();
    changed(ended, ended.to(new PartState.Ended("f", "b", END), NOW));

    assertThat(journal.partsToSubmit(NOW, 10)).extracting(PartId::number).containsExactly(1);
    assertThat(journal.partsToSubmit(NOW.minusMillis(1), 10)).isEmpty();
    assertThat(journal.partsToSubmit(NOW.plusSeconds(60), 10))
        .extracting(PartId::number)
        .containsExactly(1, 2);
    assertThat(journal.partsToSubmit(NOW.plusSeconds(60), 1)).hasSize(1);
    assertThat(journal.partsToCollect(NOW, 10)).extracting(PartId::number).containsExactly(4);
    assertThat(journal.liveParts()).extracting(part -> part.id().number()).containsExactly(3);
  }

  @Test
  void aJobIsCompleteWhenNoPartCanChange() {
    prepared(3);
    List<PartState> endings =
        List.of(
            new PartState.Collected("f", "b", END),
            new PartState.Unbought(Optional.empty(), "c", "m"),
            new PartState.Superseded(Optional.of("f")));
    for (int i = 0; i < 3; i++) {
      assertThat(journal.jobsWhosePartsEnded(10)).isEmpty();
      Part part = journal.part(new PartId(JOB, i + 1, 1)).orElseThrow();
      changed(part, part.to(endings.get(i), NOW));
    }

    assertThat(journal.jobsWhosePartsEnded(10)).containsExactly(JOB);
  }

  @Test
  void listsTheNewestJobsFirstAndThoseInAStateOldestFirst() {
    JobId old = new JobId("20261031-120000-old-000001");
    journal.received(job(JOB, NOW));
    journal.received(job(old, NOW.minus(Duration.ofDays(1))));

    assertThat(journal.jobs(10)).extracting(Job::id).containsExactly(JOB, old);
    assertThat(journal.jobs(1)).extracting(Job::id).containsExactly(JOB);
    assertThat(journal.jobsIn(new JobState.Received(), 10))
        .extracting(Job::id)
        .containsExactly(old, JOB);
    assertThat(journal.jobsIn(new JobState.Prepared(), 10)).isEmpty();
  }

  @Test
  void finishedJobsAreFoundByTheirTime() {
    Job seen = prepared(1);
    Job.Times times = new Job.Times(NOW, Optional.of(NOW), Optional.of(NOW), Optional.of(NOW));
    journal.change(seen, seen.to(new JobState.Delivered()).with(times), List.of(), "");

    assertThat(journal.finishedBefore(NOW, 10)).isEmpty();
    assertThat(journal.finishedBefore(NOW.plusMillis(1), 10)).containsExactly(JOB);
  }

  @Test
  void longTextsAreCutNotRefused() {
    prepared(1);
    changed(first(), first().later(NOW, "x".repeat(5000)));

    assertThat(first().pause().reason().orElseThrow()).hasSize(2000);
  }

  @Test
  void roomIsTakenInOneStepWithTheLookAtIt() {
    prepared(3);
    for (int number = 1; number <= 2; number++) {
      Part seen = journal.part(new PartId(JOB, number, 1)).orElseThrow();
      assertThat(journal.reserve(seen, entered(seen), view -> oneRunning(view), ""))
          .isInstanceOf(number == 1 ? Reservation.Granted.class : Reservation.Refused.class);
    }
    Part entered = first();
    assertThat(entered.state()).isEqualTo(new PartState.Uploading());
    assertThat(journal.reserve(part(JOB, 1), entered, view -> Optional.empty(), ""))
        .isInstanceOf(Reservation.Lost.class);
  }

  private static Part entered(Part seen) {
    Part priced = seen.with(seen.purchase().estimated(100, Optional.of(new Money(7, "USD"))));
    return priced.entered("account", NOW);
  }

  private static Optional<Reservation.Refused> oneRunning(Journal.View view) {
    return view.standing("account", "m", NOW).running() > 0
        ? Optional.of(new Reservation.Refused("full", false))
        : Optional.empty();
  }

  private <T> T seenBy(Part part, Function<Journal.View, T> look) {
    List<T> found = new ArrayList<>();
    journal.reserve(
        part,
        part,
        view -> {
          found.add(look.apply(view));
          return Optional.of(new Reservation.Refused("only a look", false));
        },
        "");
    return found.get(0);
  }

  @Test
  void standingAndSpendingCountAllPartsButTheOneInQuestion() {
    prepared(4);
    Part free = journal.part(new PartId(JOB, 4, 1)).orElseThrow();
    for (int number = 1; number <= 3; number++) {
      Part seen = journal.part(new PartId(JOB, number, 1)).orElseThrow();
      changed(seen, entered(seen));
    }
    Part settled = journal.part(new PartId(JOB, 3, 1)).orElseThrow();
    changed(
        settled,
        settled
            .to(new PartState.Collected("f", "b", END), NOW)
            .with(settled.purchase().settled(Optional.of(new Money(5, "USD")))));

    Standing busy = seenBy(free, view -> view.standing("account", "m", NOW));
    assertThat(busy).isEqualTo(new Standing(200, 2, 3));
    Standing ofOther = seenBy(free, view -> view.standing("account", "o", NOW.plusSeconds(3600)));
    assertThat(ofOther).isEqualTo(new Standing(0, 2, 0));
    Standing beside = seenBy(first(), view -> view.standing("account", "m", NOW));
    assertThat(beside.running()).isOne();
    for (Journal.Scope scope :
        List.of(
            new Journal.Scope.OfJob(JOB),
            new Journal.Scope.OfPipeline("tickets"),
            new Journal.Scope.OfAccount("account"))) {
      assertThat(committed(free, scope, "USD", NOW)).isEqualTo(7 + 7 + 5);
      assertThat(committed(free, scope, "USD", NOW.plusMillis(1))).isZero();
      assertThat(committed(free, scope, "CNY", NOW)).isZero();
    }
    Journal.Pending pending = seenBy(free, view -> view.pending(JOB));
    assertThat(pending).isEqualTo(new Journal.Pending(0, false));
  }

  private long committed(Part part, Journal.Scope scope, String currency, Instant since) {
    Long nanos = seenBy(part, view -> view.committed(scope, currency, since));
    return nanos;
  }

  @Test
  void sameContentsAreClaimedOnceUntilTheyFailed() {
    JobId second = new JobId("20261101-120001-tickets-000002");
    journal.received(job(JOB, NOW));
    journal.received(job(second, NOW.plusSeconds(1)));
    assertThat(journal.claimContents(journal.job(JOB).orElseThrow(), "hash")).isEmpty();

    Job other = journal.job(second).orElseThrow();
    assertThat(journal.claimContents(other, "hash").map(Job::id)).contains(JOB);
    assertThat(journal.job(second).orElseThrow().contents()).isEmpty();

    Job first = journal.job(JOB).orElseThrow();
    journal.change(first, first.with(new Job.Orders(false, true)), List.of(), "");
    assertThat(journal.claimContents(other, "hash")).isEmpty();
    assertThat(journal.job(second).orElseThrow().contents()).isEqualTo("hash");
  }

  @Test
  void releaseWakesTheWaitingPartsOfItsAccountOnly() {
    prepared(4);
    Instant later = NOW.plusSeconds(600);
    Part own = changed(first(), first().boughtBy("a").parked(later, "no money"));
    Part foreign = journal.part(new PartId(JOB, 2, 1)).orElseThrow();
    foreign = changed(foreign, foreign.boughtBy("b").parked(later, "no money"));
    Part forPeople = journal.part(new PartId(JOB, 3, 1)).orElseThrow();
    forPeople = changed(forPeople, forPeople.parked(Part.Pause.NEVER, "lost"));
    Part waiting = journal.part(new PartId(JOB, 4, 1)).orElseThrow();
    waiting = changed(waiting, waiting.waiting(later, "no room"));
    journal.park(new ParkedAccount("a", "sandbox", "s", "quota", "empty", NOW, later));
    journal.park(new ParkedAccount("a", "sandbox", "s", "quota", "still empty", NOW, later));
    assertThat(journal.parkedAccounts())
        .extracting(ParkedAccount::reason)
        .containsExactly("still empty");

    journal.release("a", "sandbox", NOW.plusSeconds(1));

    assertThat(journal.parkedAccounts()).isEmpty();
    Part awake = first();
    assertThat(awake.pause().due()).isEqualTo(NOW.plusSeconds(1));
    assertThat(awake.pause().parked()).isFalse();
    assertThat(awake.pause().reason()).contains("no money");
    assertThat(awake.version()).isEqualTo(own.version() + 1);
    for (Part same : List.of(foreign, forPeople, waiting)) {
      assertThat(journal.part(same.id())).contains(same);
    }
  }

  @Test
  void aToldLimitIsTheLastOneAndAges() {
    journal.limitTold("a", "m", 90_000, NOW);
    journal.limitTold("a", "m", 70_000, NOW.plusSeconds(1));

    assertThat(journal.toldLimit("a", "m", NOW)).contains(70_000L);
    assertThat(journal.toldLimit("a", "m", NOW.plusSeconds(2))).isEmpty();
    assertThat(journal.toldLimit("a", "n", NOW)).isEmpty();
  }

  @Test
  void straysAreKnownByBatchAndFoundByThePartOfAnyGeneration() {
    PartId part = new PartId(new JobId("20261101-120000-tickets-3fa9c1"), 1, 2);
    PartId later = new PartId(part.job(), 1, 3);
    PartId other = new PartId(part.job(), 11, 2);
    StrayBatch old = stray("b1", part, "completed", NOW);
    StrayBatch fresh = stray("b2", later, "validating", NOW.plusSeconds(9));
    assertThat(journal.stray(stray("b3", other, "validating", NOW.minusSeconds(9)))).isTrue();
    assertThat(journal.stray(fresh)).isTrue();
    assertThat(journal.stray(old)).isTrue();
    assertThat(journal.stray(old)).isFalse();

    assertThat(journal.strays("a", part)).containsExactly(old, fresh);
    assertThat(journal.strays("b", part)).isEmpty();
    assertThat(journal.strays(1)).containsExactly(fresh);
    journal.adopted(old);
    assertThat(journal.strays("a", part)).containsExactly(fresh);
  }

  private static StrayBatch stray(String batch, PartId part, String status, Instant seen) {
    return new StrayBatch(batch, "a", "sandbox", part.submissionKey(), "f", status, seen);
  }

  @Test
  void providersAreBusyWhileAPartCanChange() {
    prepared(1);
    assertThat(journal.busyProviders()).containsExactly("sandbox");
    changed(first(), first().to(new PartState.Unbought(Optional.empty(), "c", "m"), NOW));
    assertThat(journal.busyProviders()).isEmpty();
  }

  @Test
  void dueAndLivePartsComeInTheOrderOfTheirTimes() {
    prepared(3);
    for (int number = 1; number <= 3; number++) {
      Part part = journal.part(new PartId(JOB, number, 1)).orElseThrow();
      changed(part, part.later(NOW.minusSeconds(number), "busy"));
    }
    assertThat(journal.partsToSubmit(NOW, 10)).extracting(PartId::number).containsExactly(3, 2, 1);

    for (int number = 1; number <= 3; number++) {
      Part part = journal.part(new PartId(JOB, number, 1)).orElseThrow();
      changed(part, part.to(new PartState.Live("f", "b" + number), NOW.minusSeconds(number)));
    }
    assertThat(journal.liveParts()).extracting(part -> part.id().number()).containsExactly(3, 2, 1);
  }
}
