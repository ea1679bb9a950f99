package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;
import org.batchdrop.provider.Reply.Cause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubmissionTest {

  private static final String WORDS = "the store is closed on Sundays";
  private static final String FAILED = "{'error':{'message':'" + WORDS + "'}}";

  private static final PartId ONE = Bench.id(1);

  @TempDir private Path root;
  private Bench bench;
  private Submission submission;

  @BeforeEach
  void open() throws IOException, KeyMissing {
    bench = new Bench(root);
    bench.job(2);
    bench.looked();
    submission = bench.submission;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void uploaded() {
    bench.put(1, new PartState.Uploaded("file-1"));
  }

  private Call creating() throws KeyMissing, IOException {
    uploaded();
    return submission.beginCreate(ONE);
  }

  private String reason() {
    return bench.part(1).pause().reason().orElse("");
  }

  @Test
  void goesFromBuiltToLiveInFiveSteps() throws IOException, KeyMissing {
    assertThat(submission.next(ONE)).isEqualTo("upload");
    assertThat(bench.state(1)).isEqualTo("uploading");
    assertThat(submission.beginUpload(ONE).purpose()).isEqualTo(Call.Purpose.UPLOAD);
    submission.endUpload(ONE, Bench.done("{'id':'file-1'}"));
    assertThat(submission.next(ONE)).isEqualTo("create");
    Call create = submission.beginCreate(ONE);
    assertThat(bench.state(1)).isEqualTo("creating");
    assertThat(((Call.Body.Json) create.body()).text())
        .contains("file-1")
        .contains(ONE.submissionKey());
    submission.endCreate(ONE, Bench.done("{'id':'batch-1'}"));
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Live("file-1", "batch-1"));
    assertThat(submission.next(ONE)).isEqualTo("wait");
  }

  @Test
  void theIntentToBuyIsInTheJournalBeforeTheCallLeaves() throws IOException, KeyMissing {
    Call call = creating();

    assertThat(call.purpose()).isEqualTo(Call.Purpose.BATCH);
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Creating("file-1"));
    assertThat(bench.part(1).purchase().intended()).contains(bench.clock.instant());
  }

  @Test
  void onlyAnUploadedPartIsCreated() {
    assertThatThrownBy(() -> submission.beginCreate(ONE)).hasMessageContaining("expected uploaded");
    assertThatThrownBy(() -> submission.next(new PartId(Bench.JOB, 9, 1)))
        .hasMessageContaining("knows no part");
  }

  @Test
  void whatAnotherKeyUploadedIsNeverBought() throws IOException {
    uploaded();
    bench.environment.put("BENCH_KEY", Bench.KEY + "-other");

    assertThatThrownBy(() -> submission.beginCreate(ONE)).hasMessageContaining("another key");
    assertThat(submission.next(ONE)).isEqualTo("wait");
    assertThat(reason()).contains("another key or base-url");
    assertThat(bench.part(1).pause().parked()).isTrue();
  }

  @Test
  void anUploadMayBeRepeatedWithAnotherKey() throws KeyMissing {
    bench.put(1, new PartState.Uploading());
    String before = bench.part(1).account();
    bench.environment.put("BENCH_KEY", Bench.KEY + "-other");
    submission.beginUpload(ONE);

    assertThat(bench.part(1).account())
        .isEqualTo(bench.account().fingerprint())
        .isNotEqualTo(before);
  }

  @Test
  void withoutItsKeyAPartWaits() throws IOException {
    bench.environment.clear();

    assertThat(submission.next(ONE)).isEqualTo("wait");
    assertThat(reason()).contains("BENCH_KEY");
    assertThat(bench.part(1).pause().tries()).isEqualTo(1);
    bench.environment.put("BENCH_KEY", Bench.KEY);
    assertThat(submission.next(ONE)).as("not due yet").isEqualTo("wait");
    bench.clock.pass(Duration.ofHours(1));
    assertThat(submission.next(ONE)).isEqualTo("upload");
  }

  @Test
  void nothingIsBoughtBeforeTheFirstLookAtTheAccount() throws IOException, KeyMissing {
    bench.environment.put("BENCH_KEY", Bench.KEY + "-other");
    assertThat(submission.next(ONE)).isEqualTo("wait");
    assertThat(bench.part(1).pause().reason()).isEmpty();
    bench.adoption.take(Bench.PROVIDER, bench.failed(Bench.later(Cause.UNAVAILABLE)));
    assertThat(submission.next(ONE)).isEqualTo("wait");
    assertThat(reason()).contains("can't be listed");
    bench.clock.pass(bench.settings.giveUpAfter().plusSeconds(1));
    assertThat(submission.next(ONE)).isEqualTo("ended");
    assertThat(bench.part(1).state())
        .isInstanceOfSatisfying(
            PartState.Unbought.class,
            end -> assertThat(end.code()).isEqualTo("provider_unreachable"));
    assertThat(submission.next(ONE)).isEqualTo("ended");
  }

  @Test
  void aPartThatDiedBetweenIntentAndReplyIsReconciled() throws IOException {
    bench.put(1, new PartState.Creating("file-1"));

    assertThat(submission.next(ONE)).isEqualTo("reconcile");
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Unclear("file-1"));
    assertThat(submission.next(ONE)).isEqualTo("reconcile");
  }

  @Test
  void partsOfACancelledJobThatWereNotBoughtEnd() throws IOException {
    bench.order(false);
    for (PartState state :
        new PartState[] {
          new PartState.Built(), new PartState.Uploading(), new PartState.Uploaded("f")
        }) {
      bench.put(1, state);
      assertThat(submission.next(ONE)).isEqualTo("ended");
      assertThat(bench.part(1).state())
          .isInstanceOfSatisfying(
              PartState.Unbought.class,
              end -> assertThat(end.code()).isEqualTo(PartState.CANCELLED));
    }
  }

  @Test
  void aPartOfACancelledJobThatMayHaveBeenBoughtIsLookedForFirst() throws IOException {
    bench.order(false);
    bench.put(1, new PartState.Unclear("file-1"));

    assertThat(submission.next(ONE)).isEqualTo("reconcile");
  }

  @Test
  void uploadsAreRationed() throws IOException {
    bench.profile("  rates: {uploads-per-minute: 1}");

    assertThat(submission.next(ONE)).isEqualTo("upload");
    assertThat(submission.next(Bench.id(2))).isEqualTo("wait");
    assertThat(bench.part(2).pause().reason().orElse("")).contains("1 files a minute");
    bench.clock.pass(Duration.ofMinutes(2));
    assertThat(submission.next(Bench.id(2))).isEqualTo("upload");
  }

  @Test
  void anUploadWithoutAnIdIsRepeatedForAsLongAsOneMayWait() throws KeyMissing {
    bench.put(1, new PartState.Uploading());
    submission.endUpload(ONE, Bench.done(FAILED));
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Uploading());
    assertThat(bench.part(1).pause().reason().orElse("")).contains("without a file's id", WORDS);

    bench.clock.pass(bench.settings.giveUpAfter().plusSeconds(1));
    submission.endUpload(ONE, Bench.done(FAILED));
    assertThat(bench.part(1).state())
        .isInstanceOfSatisfying(
            PartState.Unbought.class,
            end -> {
              assertThat(end.code()).isEqualTo("provider_unreachable");
              assertThat(end.message()).contains(WORDS);
            });
  }

  @Test
  void nothingIsBoughtForAJobWhoseResultsArePublished() throws IOException {
    Files.createDirectories(bench.home.outbox().resolve("tickets").resolve(Bench.JOB.value()));

    assertThat(submission.next(ONE)).isEqualTo("ended");
    assertThat(bench.part(1).state()).isInstanceOf(PartState.Unbought.class);
  }

  @Test
  void aRefusedUploadBuysNothing() throws KeyMissing {
    bench.put(1, new PartState.Uploading());
    submission.endUpload(ONE, Bench.never(413));
    assertThat(bench.state(1)).isEqualTo("unbought");
    submission.endUpload(ONE, Bench.done("{'id':'late'}"));
    assertThat(bench.state(1)).as("a late reply changes nothing").isEqualTo("unbought");
  }

  @Test
  void anUploadThatFailedForNowIsTriedAgainUntilItIsGivenUp() throws KeyMissing {
    bench.put(1, new PartState.Uploading());
    submission.endUpload(ONE, Bench.later(Cause.UNAVAILABLE));
    assertThat(bench.state(1)).isEqualTo("uploading");
    assertThat(bench.part(1).pause().tries()).isEqualTo(1);
    submission.endUpload(ONE, new Reply.Unclear("lost"));
    assertThat(bench.part(1).pause().tries()).as("only a create is ever unclear").isEqualTo(1);
    bench.clock.pass(bench.settings.giveUpAfter().plusSeconds(1));
    submission.endUpload(ONE, Bench.later(Cause.UNAVAILABLE));
    assertThat(bench.state(1)).isEqualTo("unbought");
  }

  @ParameterizedTest
  @EnumSource(
      value = Cause.class,
      names = {"KEY_REFUSED", "QUOTA_EXHAUSTED"})
  void anAccountThatIsRefusedParksThePartAndNoTryIsLost(Cause cause)
      throws KeyMissing, IOException {
    bench.put(1, new PartState.Uploading());
    submission.endUpload(ONE, Bench.later(cause));
    assertThat(bench.state(1)).isEqualTo("uploading");
    assertThat(reason()).contains("account is parked");
    bench.journal.release(bench.account().fingerprint(), Bench.PROVIDER, bench.clock.instant());

    creating();
    submission.endCreate(ONE, Bench.later(cause));
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Uploaded("file-1"));
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(bench.part(1).purchase().attempt()).isEqualTo(1);
  }

  @Test
  void aCreateWhoseFateIsUnknownIsNeverRepeatedBlindly() throws KeyMissing, IOException {
    for (Reply reply :
        new Reply[] {new Reply.Unclear("reset"), Bench.done("{}"), Bench.done("{'ok':1}")}) {
      creating();
      submission.endCreate(ONE, reply);
      assertThat(bench.part(1).state()).isEqualTo(new PartState.Unclear("file-1"));
      assertThat(submission.next(ONE)).isEqualTo("reconcile");
    }
  }

  @Test
  void aCreateThatFailedUnderAGoodStatusTellsTheProvidersWords() throws KeyMissing, IOException {
    creating();
    submission.endCreate(ONE, Bench.done(FAILED));

    assertThat(bench.part(1).state()).isEqualTo(new PartState.Unclear("file-1"));
    assertThat(bench.journal.events(Bench.JOB))
        .anySatisfy(event -> assertThat(event.detail()).contains("no batch's id", WORDS));
  }

  @Test
  void aRefusedCreateBuysNothing() throws KeyMissing, IOException {
    creating();
    submission.endCreate(ONE, Bench.never(400));
    assertThat(bench.part(1).state())
        .isEqualTo(new PartState.Unbought(Optional.of("file-1"), "code", "words"));
    submission.endCreate(ONE, Bench.done("{'id':'late'}"));
    assertThat(bench.state(1)).isEqualTo("unbought");
  }

  @Test
  void wantOfRoomIsWaitedForWithTheSameFileAndNoTryCounts() throws KeyMissing, IOException {
    creating();
    submission.endCreate(
        ONE,
        new Reply.Later(
            Cause.NO_ROOM, "full", Optional.empty(), Optional.empty(), Optional.of(900L)));

    Part part = bench.part(1);
    assertThat(part.state()).isEqualTo(new PartState.Uploaded("file-1"));
    assertThat(part.purchase().refusals()).isEqualTo(1);
    assertThat(part.pause().tries()).isZero();
    assertThat(part.pause().reason()).contains("no room at the provider: full");
    assertThat(bench.room.limits(bench.account(), "m").enqueuedTokens()).contains(900L);
  }

  @Test
  void aFileThatIsNotSeenYetIsCreatedAgainForAWhile() throws KeyMissing, IOException {
    Reply.Later notReady =
        new Reply.Later(
            Cause.FILE_NOT_READY,
            "no such file",
            Optional.empty(),
            Optional.of(Duration.ofMinutes(10)),
            Optional.empty());
    creating();
    submission.endCreate(ONE, notReady);
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Uploaded("file-1"));
    assertThat(bench.part(1).pause().tries()).isEqualTo(1);
    bench.clock.pass(Duration.ofMinutes(11));
    assertThat(submission.next(ONE)).isEqualTo("create");
    submission.beginCreate(ONE);
    submission.endCreate(ONE, notReady);
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Unclear("file-1"));
  }

  @Test
  void aCreateThatNeverReachesTheProviderIsGivenUpInTheEnd() throws KeyMissing, IOException {
    creating();
    submission.endCreate(ONE, Bench.later(Cause.UNAVAILABLE));
    assertThat(bench.state(1)).isEqualTo("uploaded");
    bench.clock.pass(bench.settings.giveUpAfter().plusSeconds(1));
    submission.beginCreate(ONE);
    submission.endCreate(ONE, Bench.later(Cause.UNAVAILABLE));
    assertThat(bench.part(1).state())
        .isInstanceOfSatisfying(
            PartState.Unbought.class,
            end -> assertThat(end.code()).isEqualTo("provider_unreachable"));
  }
}
