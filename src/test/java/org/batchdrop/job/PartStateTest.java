package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.PartState.BatchEnd;
import org.junit.jupiter.api.Test;

class PartStateTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  private static final Part BUILT =
      new Part(
          new PartId(JOB, 1, 1),
          new PartState.Built(),
          new Part.Size(3, 1, 3, 400),
          Lane.BATCH,
          "/v1/x",
          "m",
          "sandbox",
          "",
          Part.Seen.NOTHING,
          Part.Pause.none(NOW),
          Part.Purchase.FIRST,
          4);

  @Test
  void theStraightWayKeepsFileAndBatch() {
    BatchEnd end = new BatchEnd("completed", Optional.empty(), Optional.empty(), "c", "m");
    PartState.Creating creating = new PartState.Built().uploading().uploaded("file-1").creating();
    PartState.Collected collected = creating.live("batch-1").ended(end).collected();

    assertThat(creating.fileId()).contains("file-1");
    assertThat(creating.batchId()).isEmpty();
    assertThat(collected).isEqualTo(new PartState.Collected("file-1", "batch-1", end));
    assertThat(collected.isFinal()).isTrue();
  }

  @Test
  void aLostReplyEndsAsFoundOrSuperseded() {
    PartState.Unclear unclear = new PartState.Creating("file-1").unclear();

    assertThat(unclear.found("batch-1")).isEqualTo(new PartState.Live("file-1", "batch-1"));
    assertThat(unclear.superseded()).isEqualTo(new PartState.Superseded(Optional.of("file-1")));
    assertThat(unclear.isFinal()).isFalse();
    assertThat(unclear.superseded().isFinal()).isTrue();
  }

  @Test
  void onlyEndsAreFinal() {
    assertThat(
            List.of(
                new PartState.Built(),
                new PartState.Uploading(),
                new PartState.Uploaded("f"),
                new PartState.Creating("f"),
                new PartState.Live("f", "b")))
        .noneMatch(PartState::isFinal);
    assertThat(new PartState.Uploading().unbought("c", "m").isFinal()).isTrue();
  }

  @Test
  void everyJobLabelIsReadBack() {
    for (String label :
        List.of("received", "prepared", "collected", "delivered", "refused", "rejected")) {
      assertThat(JobState.of(label).label()).isEqualTo(label);
    }
    assertThatThrownBy(() -> JobState.of("lost")).hasMessage("unknown job state 'lost'");
  }

  @Test
  void aNewStateIsDueAtOnceAndForgetsItsTries() {
    Part tried = BUILT.later(NOW.plusSeconds(9), "busy").later(NOW.plusSeconds(20), "busy");
    Part next = tried.to(new PartState.Uploading(), NOW.plusSeconds(30));

    assertThat(tried.pause().tries()).isEqualTo(2);
    assertThat(tried.pause().begun()).isEqualTo(NOW);
    assertThat(next.pause()).isEqualTo(Part.Pause.none(NOW.plusSeconds(30)));
  }

  @Test
  void withinAStepTheTriesGoOnCounting() {
    Part tried = BUILT.later(NOW.plusSeconds(9), "busy");
    Part next = tried.within(new PartState.Uploaded("f"), NOW.plusSeconds(10));

    assertThat(next.pause().tries()).isEqualTo(1);
    assertThat(next.pause().begun()).isEqualTo(NOW);
    assertThat(next.pause().since()).isEqualTo(NOW.plusSeconds(10));
    assertThat(next.pause().due()).isEqualTo(NOW.plusSeconds(10));
  }

  @Test
  void theNextGenerationHoldsTheSameRowsAndBeginsAnew() {
    Part next =
        BUILT.boughtBy("fingerprint").later(NOW, "busy").nextGeneration(NOW.plusSeconds(60));

    assertThat(next.id()).isEqualTo(new PartId(JOB, 1, 2));
    assertThat(next.state()).isEqualTo(new PartState.Built());
    assertThat(next.size()).isEqualTo(BUILT.size());
    assertThat(next.account()).isEqualTo("fingerprint");
    assertThat(next.pause()).isEqualTo(Part.Pause.none(NOW.plusSeconds(60)));
    assertThat(next.version()).isZero();
  }

  @Test
  void everyFileOfAJobHasAPlaceOfItsOwn() {
    JobFolder folder = new JobFolder(Path.of("work"));
    PartId part = BUILT.id();

    assertThat(
            List.of(
                folder.input(),
                folder.pipeline(),
                folder.claim(),
                folder.unsentRows(),
                folder.transcodedInput(),
                folder.unpackedInput(),
                folder.requests(part),
                folder.rows(part),
                folder.output(part),
                folder.errors(part),
                folder.problems(),
                folder.requests(new PartId(JOB, 1, 2))))
        .doesNotHaveDuplicates()
        .allSatisfy(path -> assertThat(path.getParent()).isEqualTo(Path.of("work")));
  }

  @Test
  void aRejectionNeedsAReason() {
    assertThatThrownBy(() -> new InputRejected(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new InputRejected("code", "line 1", "words").problems())
        .containsExactly(new InputRejected.Problem("code", "line 1", "words"));
  }

  @Test
  void onlyAPartThatWasNotBoughtYetAdoptsABatch() {
    for (PartState before :
        List.of(
            new PartState.Built(),
            new PartState.Uploading(),
            new PartState.Uploaded("f"),
            new PartState.Creating("f"),
            new PartState.Unclear("f"))) {
      assertThat(before.adopted("file", "batch")).isEqualTo(new PartState.Live("file", "batch"));
    }
    BatchEnd end = new BatchEnd("completed", Optional.empty(), Optional.empty(), "c", "m");
    for (PartState after :
        List.of(
            new PartState.Live("f", "b"),
            new PartState.Ended("f", "b", end),
            new PartState.Collected("f", "b", end),
            new PartState.Unbought(Optional.empty(), "c", "m"),
            new PartState.Superseded(Optional.of("f")))) {
      assertThatThrownBy(() -> after.adopted("file", "batch"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(after.label());
    }
  }

  @Test
  void onlyATryThatBoughtNothingIsSuperseded() {
    assertThat(new PartState.Built().superseded().fileId()).isEmpty();
    assertThat(new PartState.Uploading().superseded().fileId()).isEmpty();
    assertThat(new PartState.Uploaded("f").superseded().fileId()).contains("f");
    BatchEnd end = new BatchEnd("completed", Optional.empty(), Optional.empty(), "c", "m");
    for (PartState other :
        List.of(
            new PartState.Creating("f"),
            new PartState.Live("f", "b"),
            new PartState.Ended("f", "b", end),
            new PartState.Collected("f", "b", end),
            new PartState.Unbought(Optional.empty(), "c", "m"),
            new PartState.Superseded(Optional.empty()))) {
      assertThatThrownBy(other::superseded)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(other.label());
    }
  }

  @Test
  void everyTransitionKeepsTheFile() {
    PartState.Uploaded uploaded = new PartState.Uploaded("f");
    PartState.Creating creating = uploaded.creating();
    PartState.Unclear unclear = creating.unclear();

    assertThat(creating.refusedForNow()).isEqualTo(uploaded);
    assertThat(
            List.of(
                uploaded.unbought("c", "m"),
                creating.unbought("c", "m"),
                unclear.unbought("c", "m")))
        .containsOnly(new PartState.Unbought(Optional.of("f"), "c", "m"));
    assertThat(unclear.fileId()).contains("f");
    assertThat(unclear.superseded().fileId()).contains("f");
    assertThat(new PartState.Built().unbought("c", "m").fileId()).isEmpty();
    assertThat(new PartState.Live("f", "b").batchId()).contains("b");
  }

  @Test
  void aLostBatchHasNoFilesAndSaysThatItMayHaveBeenPaid() {
    PartState.Ended lost = new PartState.Live("f", "b").lost();
    BatchEnd end = new BatchEnd("completed", Optional.of("o"), Optional.of("e"), "c", "m");

    assertThat(lost.end().code()).isEqualTo(PartState.LOST_PAID);
    assertThat(lost.end().outputFile()).isEmpty();
    assertThat(new PartState.Ended("f", "b", end).withoutFiles().end())
        .isEqualTo(
            new BatchEnd(
                "completed",
                Optional.empty(),
                Optional.empty(),
                PartState.LOST_PAID,
                lost.end().message()));
    assertThat(lost.fileId()).contains("f");
    assertThat(lost.batchId()).contains("b");
    assertThat(lost.collected().fileId()).contains("f");
    assertThat(lost.collected().batchId()).contains("b");
  }

  @Test
  void aPurchaseKeepsWhatItIsNotTold() {
    Optional<Money> one = Money.parse("1 USD");
    Part.Purchase purchase = Part.Purchase.FIRST.estimated(7, one).refused().settled(one);

    assertThat(purchase).isEqualTo(new Part.Purchase(1, 1, 7, one, one, Optional.empty()));
    Part entered = BUILT.with(purchase).entered("a", NOW);
    assertThat(entered.purchase().intended()).contains(NOW);
    assertThat(entered.account()).isEqualTo("a");
    Part creating = entered.intended(new PartState.Creating("f"), NOW.plusSeconds(5));
    assertThat(creating.purchase().intended()).contains(NOW.plusSeconds(5));
  }

  @Test
  void aPartThatWaitsCountsNoTry() {
    Part waiting = BUILT.waiting(NOW.plusSeconds(9), "its turn");

    assertThat(waiting.pause().tries()).isZero();
    assertThat(waiting.pause().parked()).isFalse();
    Part parked = waiting.parked(Part.Pause.NEVER, "a reason");
    assertThat(parked.pause().parked()).isTrue();
    assertThat(parked.due(NOW).pause().parked()).isFalse();
    assertThat(parked.due(NOW).pause().due()).isEqualTo(NOW);
  }
}
