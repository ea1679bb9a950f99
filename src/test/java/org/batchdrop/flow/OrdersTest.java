package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobOrder;
import org.batchdrop.job.JobOrder.Verb;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;
import org.batchdrop.provider.Reply.Cause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrdersTest {

  private static final String NAME = "order";
  private static final BatchEnd END =
      new BatchEnd("completed", Optional.of("out"), Optional.empty(), "c", "m");

  @TempDir private Path root;
  private Bench bench;
  private Orders orders;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
    bench.job(1);
    orders = bench.orders;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private List<PartId> say(Verb verb) throws IOException {
    Files.writeString(bench.home.orders().resolve(NAME), new JobOrder(verb, Bench.JOB).text());
    return orders.carryOut(NAME);
  }

  private void park(PartState state, boolean forPeople) {
    Part part = bench.put(1, state);
    bench.attempts.park(
        part, forPeople ? Part.Pause.NEVER : bench.clock.instant().plusSeconds(600), "a reason");
  }

  private PartState one() {
    return bench.part(1).state();
  }

  private Job.Orders said() {
    return bench.journal.job(Bench.JOB).orElseThrow().orders();
  }

  @Test
  void anOrderIsNotedOnceAndNeverTakenBack() throws IOException {
    say(Verb.APPROVE);
    assertThat(said()).isEqualTo(new Job.Orders(true, false));
    long version = bench.journal.job(Bench.JOB).orElseThrow().version();
    say(Verb.APPROVE);
    assertThat(bench.journal.job(Bench.JOB).orElseThrow().version()).isEqualTo(version);
    say(Verb.CANCEL);
    assertThat(said()).isEqualTo(new Job.Orders(true, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "approve", "destroy 20261101-120000-tickets-3fa9c1", "approve no-job"})
  void whatIsNoOrderIsRemoved(String text) throws IOException {
    Path file = Files.writeString(bench.home.orders().resolve(NAME), text);

    assertThat(orders.carryOut(NAME)).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void anOrderForAJobThatNobodyKnowsIsRemoved() throws IOException {
    JobOrder order = new JobOrder(Verb.CANCEL, new JobId("20261101-120000-other-00000a"));
    Path file = Files.writeString(bench.home.orders().resolve(NAME), order.text());

    assertThat(orders.carryOut(NAME)).isEmpty();
    assertThat(file).doesNotExist();
    assertThat(orders.carryOut(NAME)).as("gone already").isEmpty();
  }

  @Test
  void approvalLetsGoOnWhatIsParked() throws IOException {
    park(new PartState.Built(), false);
    say(Verb.APPROVE);

    assertThat(bench.part(1).pause().parked()).isFalse();
    assertThat(bench.part(1).pause().due()).isEqualTo(bench.clock.instant());
    assertThat(bench.home.orders().resolve(NAME)).as("until it is done").exists();
    orders.remove(NAME);
    assertThat(bench.home.orders().resolve(NAME)).doesNotExist();
  }

  @Test
  void approvalLeavesAloneWhatIsNotParkedOrOver() throws IOException {
    long version = bench.part(1).version();
    say(Verb.APPROVE);
    assertThat(bench.part(1).version()).isEqualTo(version);
    bench.put(1, new PartState.Collected("f", "b", END));
    say(Verb.APPROVE);
    assertThat(one().isFinal()).isTrue();
  }

  @Test
  void approvalOfAnUnclearPartBuysItsNextGeneration() throws IOException {
    park(new PartState.Unclear("f"), true);
    say(Verb.APPROVE);

    assertThat(one()).isEqualTo(new PartState.Superseded(Optional.of("f")));
    assertThat(bench.part(new PartId(Bench.JOB, 1, 2)).state()).isEqualTo(new PartState.Built());
    say(Verb.APPROVE);
    assertThat(bench.journal.parts(Bench.JOB)).as("repeated").hasSize(2);
  }

  /** Whoever approves, as a budget, does not say that the provider did not take the batch. */
  @Test
  void approvalOfAnUnclearPartThatWaitsForItsAccountBuysNothing() throws IOException {
    park(new PartState.Unclear("f"), false);
    say(Verb.APPROVE);

    assertThat(one()).isEqualTo(new PartState.Unclear("f"));
    assertThat(bench.journal.parts(Bench.JOB)).hasSize(1);
    assertThat(bench.part(1).pause().due()).isEqualTo(bench.clock.instant());
  }

  @Test
  void approvalGivesUpABatchThatTheProviderLost() throws IOException {
    park(new PartState.Live("f", "b"), true);
    say(Verb.APPROVE);
    assertThat(one())
        .isInstanceOfSatisfying(
            PartState.Ended.class,
            ended -> assertThat(ended.end().code()).isEqualTo(PartState.LOST_PAID));
  }

  @Test
  void approvalDoesNotGiveUpABatchThatIsOnlyLookedForLater() throws IOException {
    park(new PartState.Live("f", "b"), false);
    say(Verb.APPROVE);

    assertThat(one()).isEqualTo(new PartState.Live("f", "b"));
    assertThat(bench.part(1).pause().parked()).isFalse();
  }

  @Test
  void resultsAreGivenUpOnlyWhenTheyStayedAwayForLong() throws IOException {
    for (Verb verb : Verb.values()) {
      park(new PartState.Ended("f", "b", END), false);
      say(verb);
      assertThat(one()).isEqualTo(new PartState.Ended("f", "b", END));
      bench.put(1, new PartState.Ended("f", "b", END));
      bench.clock.pass(bench.settings.giveUpAfter());
      Instant look = bench.clock.instant().plusSeconds(60);
      bench.attempts.park(bench.part(1), look, "its account is parked: " + verb);
      say(verb);
      assertThat(one()).as("wait for the account").isEqualTo(new PartState.Ended("f", "b", END));
      bench.attempts.park(bench.part(1), look, "its result file can't be fetched: " + verb);
      say(verb);
      assertThat(one()).isEqualTo(new PartState.Ended("f", "b", END.withoutFiles()));
    }
  }

  @Test
  void cancelStopsWhatIsLiveAndHurriesWhatIsNot() throws IOException, KeyMissing {
    bench.put(1, new PartState.Live("f", "b"));
    assertThat(say(Verb.CANCEL)).containsExactly(Bench.id(1));
    assertThat(orders.cancelBatch(Bench.id(1)).uri().getPath()).endsWith("/b/cancel");
    assertThat(one()).as("its answers are paid").isEqualTo(new PartState.Live("f", "b"));
    park(new PartState.Built(), false);
    assertThat(say(Verb.CANCEL)).isEmpty();
    assertThat(bench.part(1).pause().due()).isEqualTo(bench.clock.instant());
  }

  @Test
  void cancelGivesUpWhatIsLost() throws IOException {
    park(new PartState.Live("f", "b"), true);
    assertThat(say(Verb.CANCEL)).isEmpty();
    assertThat(one()).isInstanceOf(PartState.Ended.class);
    park(new PartState.Unclear("f"), true);
    say(Verb.CANCEL);
    assertThat(one())
        .isInstanceOfSatisfying(
            PartState.Unbought.class, end -> assertThat(end.code()).isEqualTo(PartState.CANCELLED));
    say(Verb.CANCEL);
    assertThat(one().isFinal()).isTrue();
  }

  @Test
  void cancelSearchesForWhatMayHaveBeenBought() throws IOException {
    bench.put(1, new PartState.Unclear("f"));
    say(Verb.CANCEL);

    assertThat(one()).isEqualTo(new PartState.Unclear("f"));
  }

  @Test
  void anyAnswerToACancellationIsGoodEnough() {
    assertThatCode(() -> orders.cancelled(NAME, Bench.done("{'id':'b'}")))
        .doesNotThrowAnyException();
    for (int status : new int[] {400, 404, 409}) {
      assertThatCode(() -> orders.cancelled(NAME, Bench.never(status))).doesNotThrowAnyException();
    }
    assertThat(orders.isDue(NAME)).isTrue();
  }

  @Test
  void anErrorUnderAStatusOfSuccessIsNoCancellation() {
    assertThatThrownBy(() -> orders.cancelled(NAME, Bench.done("{'error':{'message':'not now'}}")))
        .hasMessageContaining("not now");
    assertThatThrownBy(() -> orders.cancelled(NAME, new Reply.Unclear("no reply in time")))
        .hasMessageContaining("no reply in time");
    assertThat(orders.isDue(NAME)).isFalse();
  }

  @Test
  void aCancellationThatDidNotArriveIsTriedAgainLater() throws IOException {
    say(Verb.CANCEL);
    assertThatThrownBy(() -> orders.cancelled(NAME, Bench.later(Cause.UNAVAILABLE)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("words");
    assertThat(orders.isDue(NAME)).isFalse();
    bench.clock.pass(Duration.ofMinutes(1));
    assertThat(orders.isDue(NAME)).isTrue();
    orders.remove(NAME);
    assertThat(orders.isDue(NAME)).isTrue();
  }
}
