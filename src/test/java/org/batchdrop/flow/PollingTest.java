package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;
import org.batchdrop.provider.Reply.Cause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollingTest {

  @TempDir private Path root;
  private Bench bench;
  private Polling polling;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
    bench.job(3);
    polling = bench.polling;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void live(int... numbers) {
    for (int number : numbers) {
      bench.put(number, new PartState.Live("f" + number, "b" + number));
    }
  }

  private static String batch(int number, String status) {
    return "{'id':'b%d','status':'%s','request_counts':{'total':3,'completed':1,'failed':0}}"
        .formatted(number, status);
  }

  private void noteOne(int number, String json) throws IOException, KeyMissing {
    polling.noteOne(Bench.id(number), Bench.done(json));
  }

  @Test
  void onlyProvidersWithLiveBatchesAreLookedAtAndNotTooOften() throws KeyMissing, IOException {
    assertThat(polling.dueProviders()).isEmpty();
    live(1, 2);
    assertThat(polling.dueProviders()).containsExactly(Bench.PROVIDER);
    polling.note(Bench.PROVIDER, bench.listing());
    assertThat(polling.dueProviders()).isEmpty();
    bench.clock.pass(Duration.ofMinutes(1));
    assertThat(polling.dueProviders()).hasSize(1);
  }

  @Test
  void oneBatchIsReadAndManyAreListed() throws KeyMissing {
    live(1);
    assertThat(polling.look(Bench.PROVIDER).isMore()).isFalse();
    assertThat(polling.retrieve(Bench.id(1)).uri().getPath()).endsWith("/batches/b1");
    live(2);
    assertThat(polling.look(Bench.PROVIDER).isMore()).isTrue();
    bench.profile("  can-list: false");
    assertThat(polling.look(Bench.PROVIDER).isMore()).isFalse();
  }

  @Test
  void whatTheListLacksIsReadOneByOneAndInTurns() throws KeyMissing, IOException {
    bench.profile("  rates: {polls-per-minute: 1}");
    live(1, 2, 3);
    assertThat(polling.note(Bench.PROVIDER, bench.listing(batch(3, "in_progress")))).hasSize(1);
    assertThat(polling.note(Bench.PROVIDER, bench.listing())).as("the minute is over").isEmpty();
    List<PartId> seen = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      bench.clock.pass(Duration.ofMinutes(2));
      seen.addAll(polling.note(Bench.PROVIDER, bench.listing()));
    }
    assertThat(seen).containsExactlyInAnyOrder(Bench.id(1), Bench.id(2), Bench.id(3));
  }

  @Test
  void aListThatFailedLeavesEverythingAsItWas() throws KeyMissing, IOException {
    live(1, 2);
    assertThat(polling.note(Bench.PROVIDER, bench.failed(Bench.later(Cause.BUSY)))).isEmpty();
    assertThat(bench.state(1)).isEqualTo("live");
    bench.clock.pass(Duration.ofMinutes(1));
    assertThat(polling.dueProviders()).as("it waits longer").isEmpty();
    bench.clock.pass(Duration.ofMinutes(1));
    assertThat(polling.dueProviders()).hasSize(1);
    polling.note(Bench.PROVIDER, bench.failed(Bench.later(Cause.KEY_REFUSED)));
    assertThat(bench.journal.parkedAccounts()).hasSize(1);
  }

  @Test
  void withoutAListEveryBatchIsReadByItself() throws KeyMissing, IOException {
    live(1, 2);
    assertThat(polling.note(Bench.PROVIDER, bench.failed(Bench.never(404)))).hasSize(2);
    assertThat(polling.note(Bench.PROVIDER, bench.failed(Bench.done("{'ok':true}")))).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"completed", "failed", "expired", "cancelled", "EXPIRED", "ended"})
  void everyEndIsTakenFromAnyStateBefore(String status) throws KeyMissing, IOException {
    live(1);
    noteOne(1, batch(1, "validating"));
    noteOne(1, batch(1, status));

    assertThat(bench.state(1)).isEqualTo("ended");
    assertThat(polling.ended()).containsExactly(Bench.id(1));
    noteOne(1, batch(1, "in_progress"));
    assertThat(bench.state(1)).as("an end is final").isEqualTo("ended");
  }

  @Test
  void anUnknownStatusIsWaitedFor() throws KeyMissing, IOException {
    live(1);
    noteOne(1, batch(1, "pondering"));

    assertThat(bench.part(1).seen()).isEqualTo(new Part.Seen("pondering", 1, 0));
    long version = bench.part(1).version();
    noteOne(1, batch(1, "pondering"));
    assertThat(bench.part(1).version()).as("nothing new").isEqualTo(version);
  }

  @Test
  void countsThatNeverMoveEndNothing() throws KeyMissing, IOException {
    live(1);
    for (int day = 0; day < 20; day++) {
      noteOne(1, "{'id':'b1','status':'in_progress','request_counts':null}");
      bench.clock.pass(Duration.ofDays(1));
    }
    assertThat(bench.state(1)).isEqualTo("live");
  }

  @Test
  void aBatchThatIsNotShownIsLostOnlyAfterSeveralLooksAndAnHour() throws KeyMissing, IOException {
    live(1);
    for (int i = 0; i < 10; i++) {
      polling.noteOne(Bench.id(1), Bench.never(404));
    }
    assertThat(bench.part(1).pause().parked()).as("within a moment").isFalse();
    bench.clock.pass(Duration.ofHours(1));
    polling.noteOne(Bench.id(1), Bench.never(404));
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(bench.part(1).pause().due()).isEqualTo(Part.Pause.NEVER);
    assertThat(bench.part(1).pause().reason().orElse("")).contains("no longer shows its batch");
    noteOne(1, batch(1, "in_progress"));
    assertThat(bench.part(1).pause().parked()).as("it came back").isFalse();
  }

  @Test
  void aBatchThatCannotBeReadIsNotLost() throws KeyMissing, IOException {
    live(1);
    for (int i = 0; i < 10; i++) {
      polling.noteOne(Bench.id(1), Bench.later(Cause.UNAVAILABLE));
      polling.noteOne(Bench.id(1), Bench.never(400));
      polling.noteOne(Bench.id(1), Bench.done("{}"));
      bench.clock.pass(Duration.ofHours(1));
    }
    assertThat(bench.part(1).pause().parked()).isFalse();
    polling.noteOne(Bench.id(1), Bench.later(Cause.KEY_REFUSED));
    assertThat(bench.journal.parkedAccounts()).hasSize(1);
    noteOne(1, batch(1, "in_progress"));
    assertThat(bench.journal.parkedAccounts()).as("the key works").isEmpty();
  }

  @Test
  void linesThatTheProviderRefusedAreKept() throws KeyMissing, IOException {
    live(1, 2);
    noteOne(
        1,
        "{'id':'b1','status':'failed','errors':{'data':[{'code':'invalid_url','line':2,"
            + "'message':'m'},{'code':'x','message':'without a line'}]}}");
    noteOne(2, "{'id':'b2','status':'failed','errors':{'data':[{'code':'x','message':'m'}]}}");

    assertThat(Files.readString(bench.home.job(Bench.JOB).lineProblems(Bench.id(1))))
        .contains("\"line\":2", "invalid_url")
        .doesNotContain("without");
    assertThat(bench.home.job(Bench.JOB).lineProblems(Bench.id(2))).doesNotExist();
  }

  @Test
  void whatAnotherKeyBoughtIsLeftAlone() throws KeyMissing, IOException {
    live(1);
    bench.environment.put("BENCH_KEY", Bench.KEY + "-other");

    assertThat(polling.note(Bench.PROVIDER, bench.listing(batch(1, "completed")))).isEmpty();
    assertThat(bench.state(1)).isEqualTo("live");
    assertThat(bench.part(1).pause().parked()).isTrue();
  }

  @Test
  void aListOfManyEndsThemAll() throws KeyMissing, IOException {
    live(1, 2);
    Reply page = Bench.done("[" + batch(1, "completed") + "," + batch(2, "expired") + "]");
    Listing listing = new Listing(bench.account(), java.time.Instant.EPOCH, java.util.Set.of());
    listing.take(page);

    assertThat(polling.note(Bench.PROVIDER, listing)).isEmpty();
    assertThat(List.of(bench.state(1), bench.state(2))).containsExactly("ended", "ended");
  }
}
