package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.batchdrop.flow.Adoption.Task;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.journal.StrayBatch;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply.Cause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdoptionTest {

  private static final PartId ONE = Bench.id(1);
  private static final BatchEnd END =
      new BatchEnd("completed", Optional.empty(), Optional.empty(), "c", "m");

  @TempDir private Path root;
  private Bench bench;
  private Adoption adoption;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
    adoption = bench.adoption;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static String batch(String id, String status, PartId part) {
    return "{'id':'%s','status':'%s','input_file_id':'file-%s','metadata':{'batchdrop':'%s'}}"
        .formatted(id, status, id, part.submissionKey());
  }

  private List<Task> take(String... batches) throws KeyMissing {
    return adoption.take(Bench.PROVIDER, bench.listing(batches));
  }

  private List<StrayBatch> strays() {
    return bench.journal.strays(10);
  }

  @Test
  void aPartThatWasNotBoughtYetTakesItsBatch() throws KeyMissing {
    bench.job(3);
    bench.put(2, new PartState.Uploading());
    bench.put(3, new PartState.Uploaded("file-old"));

    assertThat(
            take(
                batch("a", "validating", Bench.id(1)),
                batch("b", "in_progress", Bench.id(2)),
                batch("c", "completed", Bench.id(3))))
        .isEmpty();
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Live("file-a", "a"));
    assertThat(bench.part(2).state()).isEqualTo(new PartState.Live("file-b", "b"));
    assertThat(bench.part(3).state()).isEqualTo(new PartState.Live("file-c", "c"));
    assertThat(bench.part(1).account()).isEqualTo(bench.account().fingerprint());
  }

  @Test
  void ofTwoBatchesForOnePartOneIsTakenAndTheOtherCancelled() throws KeyMissing {
    bench.job(1);
    List<Task> tasks = take(batch("a", "validating", ONE), batch("b", "validating", ONE));

    assertThat(bench.part(1).state().batchId()).contains("a");
    assertThat(tasks).extracting(task -> task.batch().id()).containsExactly("b");
    assertThat(tasks).allMatch(Task::isSurplus);
    assertThat(adoption.call(Bench.PROVIDER, tasks.get(0)).purpose())
        .isEqualTo(Call.Purpose.BATCH_CANCEL);
    adoption.done(Bench.PROVIDER, tasks.get(0), Bench.never(409));
    assertThat(bench.part(1).state().batchId()).contains("a");
  }

  @Test
  void repeatingALookChangesNothing() throws KeyMissing {
    bench.job(1);
    take(batch("a", "validating", ONE));
    long version = bench.part(1).version();

    assertThat(take(batch("a", "in_progress", ONE))).isEmpty();
    assertThat(bench.part(1).version()).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"completed", "failed", "expired", "cancelled", "cancelling"})
  void whatHasEndedIsNotCancelled(String status) throws KeyMissing {
    bench.job(1);
    bench.put(1, new PartState.Live("f", "own"));

    assertThat(take(batch("b", status, ONE))).isEmpty();
  }

  @Test
  void aBatchBesideThatOfAPartThatIsOverIsCancelledWhileItRuns() throws KeyMissing {
    bench.job(1);
    bench.put(1, new PartState.Collected("f", "own", END));

    assertThat(take(batch("b", "in_progress", ONE))).hasSize(1);
  }

  @Test
  void whatIsSearchedForIsLeftToItsOwnSearch() throws KeyMissing {
    bench.job(2);
    bench.put(1, new PartState.Creating("f"));
    bench.put(2, new PartState.Unclear("f"));

    assertThat(take(batch("a", "in_progress", ONE), batch("b", "in_progress", Bench.id(2))))
        .isEmpty();
    assertThat(bench.state(1)).isEqualTo("creating");
    assertThat(bench.state(2)).isEqualTo("unclear");
  }

  @Test
  void partsOfAnotherAccountAreLeftAlone() throws KeyMissing {
    bench.job(1);
    bench.put(1, new PartState.Uploaded("f"));
    bench.environment.put("BENCH_KEY", Bench.KEY + "-other");

    assertThat(take(batch("a", "in_progress", ONE))).isEmpty();
    assertThat(bench.state(1)).isEqualTo("uploaded");
  }

  @Test
  void aBatchOfAPartThatNobodyKnowsYetIsKeptForIt() throws Exception {
    assertThat(take(batch("a", "in_progress", ONE), batch("b", "in_progress", ONE))).isEmpty();
    assertThat(strays()).extracting(StrayBatch::batch).containsExactlyInAnyOrder("a", "b");
    bench.job(1);

    assertThat(adoption.takes(bench.part(1), bench.account())).isTrue();
    String taken = bench.part(1).state().batchId().orElseThrow();
    assertThat(List.of("a", "b")).contains(taken);
    assertThat(strays()).extracting(StrayBatch::batch).doesNotContain(taken).hasSize(1);
    assertThat(adoption.takes(bench.part(1), bench.account())).as("it has one").isFalse();
    assertThat(take(batch("a", "in_progress", ONE), batch("b", "in_progress", ONE)))
        .extracting(task -> task.batch().id())
        .containsExactly(taken.equals("a") ? "b" : "a");
  }

  private void cancelJob() {
    Job job = bench.journal.job(Bench.JOB).orElseThrow();
    bench.journal.change(job, job.with(new Job.Orders(false, true)), List.of(), "");
  }

  /** As of a journal from a backup: what was bought since is found before a part is given up. */
  @Test
  void aCancelledPartIsGivenUpOnlyOnceItsAccountWasLookedThrough() throws Exception {
    bench.job(2);
    cancelJob();
    assertThat(bench.submission.next(ONE)).isEqualTo("wait");
    assertThat(bench.state(1)).isEqualTo("built");

    List<Task> tasks = take(batch("a", "in_progress", ONE));

    assertThat(bench.part(1).state()).isEqualTo(new PartState.Live("file-a", "a"));
    assertThat(tasks).extracting(task -> task.batch().id()).containsExactly("a");
    assertThat(tasks).allMatch(Task::isSurplus);
    assertThat(bench.submission.next(ONE)).isEqualTo("wait");
    assertThat(bench.submission.next(Bench.id(2))).isEqualTo("ended");
  }

  @Test
  void aStrayOfACancelledJobIsTakenBeforeItsPartIsGivenUp() throws Exception {
    take(batch("a", "in_progress", ONE));
    bench.job(1);
    cancelJob();

    assertThat(bench.submission.next(ONE)).isEqualTo("wait");
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Live("file-a", "a"));
    assertThat(adoption.dueProviders()).as("soon, to end it").containsExactly(Bench.PROVIDER);
    assertThat(take(batch("a", "in_progress", ONE))).hasSize(1);
    assertThat(take(batch("a", "cancelling", ONE))).isEmpty();
  }

  @Test
  void anAccountThatShowsNothingUntilAPersonActsHoldsNoCancelledPartUp() throws Exception {
    bench.job(2);
    cancelJob();
    adoption.take(Bench.PROVIDER, bench.failed(Bench.later(Cause.UNAVAILABLE)));
    assertThat(bench.submission.next(ONE)).isEqualTo("wait");
    assertThat(bench.part(1).pause().reason().orElse("")).contains("can't be listed");

    adoption.take(Bench.PROVIDER, bench.failed(Bench.later(Cause.KEY_REFUSED)));
    assertThat(bench.submission.next(Bench.id(2))).isEqualTo("ended");
    bench.environment.clear();
    bench.clock.pass(Duration.ofMinutes(1));
    assertThat(bench.submission.next(ONE)).isEqualTo("ended");
  }

  @Test
  void withoutAStrayBatchAPartGoesOn() throws Exception {
    bench.job(1);

    assertThat(adoption.takes(bench.part(1), bench.account())).isFalse();
  }

  @Test
  void whereMetadataDoesNotComeBackTheFilesNameTells() throws KeyMissing {
    bench.write(
        "providers/mine.yaml",
        "base-url: https://api.example.com/v1\nkey: {env: BENCH_KEY}\nbatch: {endpoints: [/v1/x]}\n");
    bench.job(1);
    List<Task> tasks = take("{'id':'a','input_file_id':'f'}", "{'id':'b'}");
    assertThat(tasks).extracting(task -> task.batch().id()).containsExactly("a");
    assertThat(adoption.call(Bench.PROVIDER, tasks.get(0)).purpose())
        .isEqualTo(Call.Purpose.FILE_RETRIEVE);
    adoption.done(Bench.PROVIDER, tasks.get(0), Bench.later(Cause.UNAVAILABLE));
    assertThat(take("{'id':'a','input_file_id':'f'}")).as("asked again").hasSize(1);
    assertThat(adoption.isUpToDate(bench.account())).as("before its name is known").isFalse();
    assertThat(adoption.trouble(bench.account()).orElse("")).contains("names of its files");
    adoption.done(
        Bench.PROVIDER, tasks.get(0), Bench.done("{'filename':'" + ONE.uploadName() + "'}"));
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Live("f", "a"));
    assertThat(adoption.isUpToDate(bench.account())).isTrue();
    List<Task> second = take("{'id':'c','input_file_id':'f'}");
    adoption.done(
        Bench.PROVIDER, second.get(0), Bench.done("{'filename':'" + ONE.uploadName() + "'}"));
    assertThat(adoption.dueProviders()).as("soon, to cancel it").containsExactly(Bench.PROVIDER);
    assertThat(take("{'id':'c','input_file_id':'f'}"))
        .containsExactly(new Task(true, second.get(0).batch()));
  }

  @Test
  void whereMetadataDoesNotComeBackEachNameIsAskedForOnceAndACancelledJobsBatchIsCancelled()
      throws KeyMissing {
    bench.write(
        "providers/mine.yaml",
        "base-url: https://api.example.com/v1\nkey: {env: BENCH_KEY}\nbatch: {endpoints: [/v1/x]}\n");
    bench.job(1);
    String running = "{'id':'a','input_file_id':'f','status':'in_progress'}";
    Task name = take(running).get(0);
    adoption.done(Bench.PROVIDER, name, Bench.done("{'filename':'" + ONE.uploadName() + "'}"));
    assertThat(bench.state(1)).isEqualTo("live");
    assertThat(take(running)).as("its name is known").isEmpty();
    bench.order(false);

    assertThat(take(running)).containsExactly(new Task(true, name.batch()));
  }

  @Test
  void aFileOfSomebodyElseIsAskedForOnce() throws KeyMissing {
    bench.write(
        "providers/mine.yaml",
        "base-url: https://api.example.com/v1\nkey: {env: BENCH_KEY}\nbatch: {endpoints: [/v1/x]}\n");
    String[] foreign = {"{'id':'a','input_file_id':'f'}", "{'id':'b','input_file_id':'g'}"};
    List<Task> tasks = take(foreign);
    adoption.done(Bench.PROVIDER, tasks.get(0), Bench.done("{'filename':'other.jsonl'}"));
    adoption.done(Bench.PROVIDER, tasks.get(1), Bench.never(404));

    assertThat(take(foreign)).isEmpty();
  }

  @Test
  void aPartWhoseLaterTryWasBoughtIsNotBoughtAgainButLeadsToThatTry() throws Exception {
    bench.job(1);
    PartId second = new PartId(Bench.JOB, 1, 2);
    PartId third = new PartId(Bench.JOB, 1, 3);
    take(batch("b3", "in_progress", third));

    assertThat(adoption.takes(bench.part(1), bench.account())).isTrue();
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Superseded(Optional.empty()));
    assertThat(adoption.takes(bench.part(second), bench.account())).isTrue();
    assertThat(adoption.takes(bench.part(third), bench.account())).isTrue();
    assertThat(bench.part(third).state()).isEqualTo(new PartState.Live("file-b3", "b3"));
    assertThat(bench.part(third).purchase().attempt()).as("nothing was tried").isEqualTo(1);
    assertThat(bench.home.job(Bench.JOB).requests(third))
        .hasSameBinaryContentAs(bench.home.job(Bench.JOB).requests(ONE));
    assertThat(strays()).isEmpty();
  }

  @Test
  void aStrayOfAnEarlierTryChangesNothingForALaterOne() throws Exception {
    bench.job(1);
    PartId second = new PartId(Bench.JOB, 1, 2);
    take(batch("b2", "in_progress", second));
    adoption.takes(bench.part(1), bench.account());
    bench.journal.stray(
        new StrayBatch(
            "b1",
            bench.account().fingerprint(),
            Bench.PROVIDER,
            ONE.submissionKey(),
            "f",
            "failed",
            bench.clock.instant()));

    adoption.takes(bench.part(second), bench.account());
    assertThat(bench.part(second).state()).isEqualTo(new PartState.Live("file-b2", "b2"));
  }

  @Test
  void anAccountIsLookedAtAtOnceAndThenEveryHour() throws KeyMissing {
    assertThat(adoption.dueProviders()).containsExactly(Bench.PROVIDER);
    assertThat(adoption.isUpToDate(bench.account())).isFalse();
    assertThat(adoption.look(Bench.PROVIDER).isMore()).isTrue();
    take();
    assertThat(adoption.isUpToDate(bench.account())).isTrue();
    assertThat(adoption.trouble(bench.account())).isEmpty();
    assertThat(adoption.dueProviders()).isEmpty();
    bench.clock.pass(Duration.ofHours(1));
    assertThat(adoption.dueProviders()).containsExactly(Bench.PROVIDER);
  }

  @Test
  void thePipelinesAreReadOnceAMinuteAtMost() {
    List<String> names = new ArrayList<>(List.of(Bench.PROVIDER));
    AtomicInteger reads = new AtomicInteger();
    Adoption counted =
        new Adoption(
            bench.settings,
            bench.journal,
            bench.accounts,
            () -> {
              reads.incrementAndGet();
              return List.copyOf(names);
            },
            bench.parking,
            bench.attempts,
            bench.superseding,
            bench.clock,
            new Story());
    assertThat(counted.dueProviders()).containsExactly(Bench.PROVIDER);
    names.clear();
    bench.clock.pass(Duration.ofSeconds(59));
    assertThat(counted.dueProviders()).containsExactly(Bench.PROVIDER);
    assertThat(reads).hasValue(1);
    bench.clock.pass(Duration.ofSeconds(1));
    assertThat(counted.dueProviders()).isEmpty();
    assertThat(reads).hasValue(2);
  }

  @Test
  void aFailedLookIsTriedAgainAndNothingIsBoughtMeanwhile() throws KeyMissing {
    adoption.take(Bench.PROVIDER, bench.failed(Bench.later(Cause.UNAVAILABLE)));
    assertThat(adoption.isUpToDate(bench.account())).isFalse();
    assertThat(adoption.trouble(bench.account()).orElse("")).contains("can't be listed: words");
    assertThat(adoption.dueProviders()).isEmpty();
    bench.clock.pass(Duration.ofMinutes(1));
    assertThat(adoption.dueProviders()).hasSize(1);
    take();
    adoption.take(Bench.PROVIDER, bench.failed(Bench.later(Cause.UNAVAILABLE)));
    assertThat(adoption.isUpToDate(bench.account())).as("it was looked at once").isTrue();
  }

  @Test
  void aListThatRefusesTheKeyParksTheAccount() throws KeyMissing {
    adoption.take(Bench.PROVIDER, bench.failed(Bench.later(Cause.KEY_REFUSED)));
    assertThat(bench.journal.parkedAccounts()).hasSize(1);
    take();
    assertThat(bench.journal.parkedAccounts()).as("it works").isEmpty();
  }

  @Test
  void aProviderThatListsNothingIsNotWaitedFor() throws KeyMissing {
    adoption.take(Bench.PROVIDER, bench.failed(Bench.never(404)));
    assertThat(adoption.isUpToDate(bench.account())).isTrue();
    bench.profile("  can-list: false");
    bench.clock.pass(Duration.ofDays(1));
    assertThat(adoption.dueProviders()).isEmpty();
    assertThat(adoption.isUpToDate(bench.account())).isTrue();
  }

  @Test
  void withoutItsKeyAnAccountIsNotLookedAt() {
    bench.environment.clear();

    assertThat(adoption.dueProviders()).isEmpty();
  }

  @Test
  void aWalkMadeForAnotherReasonIsLookedAtToo() throws KeyMissing {
    bench.job(1);
    bench.put(1, new PartState.Live("f", "own"));

    assertThat(
            adoption.surplus(
                Bench.PROVIDER, bench.listing(batch("b", "in_progress", ONE), "{'id':'x'}")))
        .hasSize(1);
  }

  @Test
  void aJobOfAnotherHomeIsOnlyReported() throws KeyMissing {
    PartId other = new PartId(new JobId("20261101-130000-other-00000a"), 1, 1);

    assertThat(take(batch("z", "in_progress", other))).isEmpty();
    assertThat(take(batch("z", "completed", other))).isEmpty();
    assertThat(strays()).singleElement().extracting(StrayBatch::status).isEqualTo("completed");
  }
}
