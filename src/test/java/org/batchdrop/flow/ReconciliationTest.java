package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconciliationTest {

  private static final PartId ONE = Bench.id(1);
  private static final PartId NEXT = new PartId(Bench.JOB, 1, 2);

  @TempDir private Path root;
  private Bench bench;
  private Reconciliation reconciliation;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
    bench.job(1);
    bench.put(1, new PartState.Unclear("file-1"));
    reconciliation = bench.reconciliation;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static String batch(String id, String status, int created) {
    return "{'id':'%s','status':'%s','input_file_id':'file-1','created_at':%d}"
        .formatted(id, status, created);
  }

  private void settle() throws KeyMissing {
    assertThat(reconciliation.judge(ONE, bench.listing())).isEqualTo("wait");
    bench.clock.pass(Duration.ofMinutes(11));
    assertThat(reconciliation.judge(ONE, bench.listing())).isEqualTo("fence");
  }

  @Test
  void theBatchIsFoundByItsFile() throws KeyMissing {
    assertThat(reconciliation.search(ONE).isMore()).isTrue();
    assertThat(reconciliation.judge(ONE, bench.listing("{'id':'x'}", batch("b", "validating", 5))))
        .isEqualTo("found");
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Live("file-1", "b"));
    assertThat(reconciliation.judge(ONE, bench.listing(batch("c", "validating", 5))))
        .as("once it is found nothing changes")
        .isEqualTo("wait");
  }

  @Test
  void theBatchIsFoundByItsSubmissionKey() throws KeyMissing {
    String named = "{'id':'b','metadata':{'any':'" + ONE.submissionKey() + "'}}";

    assertThat(reconciliation.judge(ONE, bench.listing(named))).isEqualTo("found");
  }

  @ParameterizedTest
  @CsvSource({
    "in_progress, 20, in_progress, 10, b",
    "failed, 10, in_progress, 20, b",
    "cancelled, 10, completed, 20, b",
    "failed, 20, cancelled, 10, b",
    "in_progress, 10, failed, 5, a",
  })
  void ofSeveralTheOldestThatMayAnswerIsKept(
      String one, int oneTime, String two, int twoTime, String kept) throws KeyMissing {
    Listing listing = bench.listing(batch("a", one, oneTime), batch("b", two, twoTime));

    assertThat(reconciliation.judge(ONE, listing)).isEqualTo("found");
    assertThat(bench.part(1).state().batchId()).contains(kept);
  }

  @Test
  void theOthersAreCancelledUnlessTheyHaveEnded() throws KeyMissing {
    Listing listing =
        bench.listing(
            batch("a", "in_progress", 1), batch("b", "validating", 2), batch("c", "completed", 3));
    reconciliation.judge(ONE, listing);

    assertThat(reconciliation.surplus(ONE, listing)).containsExactly("b");
    assertThat(reconciliation.cancel(ONE, "b").uri().getPath()).endsWith("/batches/b/cancel");
    assertThat(reconciliation.surplus(ONE, bench.listing(batch("a", "in_progress", 1)))).isEmpty();
  }

  @Test
  void aBatchThatIsNotListedIsWaitedForUntilTheListHasSettled() throws KeyMissing {
    assertThat(reconciliation.judge(ONE, bench.listing())).isEqualTo("wait");
    assertThat(bench.part(1).pause().reason()).isPresent();
    bench.clock.pass(Duration.ofMinutes(9));
    assertThat(reconciliation.judge(ONE, bench.listing())).isEqualTo("wait");
    bench.clock.pass(Duration.ofMinutes(1));
    assertThat(reconciliation.judge(ONE, bench.listing())).isEqualTo("fence");
  }

  @Test
  void noLookIsLaterThanTheSettleTimeHoweverManyThereWere() throws KeyMissing {
    for (int look = 0; look < 8; look++) {
      reconciliation.judge(ONE, bench.failed(Bench.later(Cause.UNAVAILABLE)));
    }
    bench.clock.pass(Duration.ofMinutes(9).plusSeconds(50));
    reconciliation.judge(ONE, bench.listing());
    bench.clock.pass(Duration.ofMinutes(9).plusSeconds(50));
    reconciliation.judge(ONE, bench.listing());

    assertThat(Duration.between(bench.clock.instant(), bench.part(1).pause().due()))
        .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
  }

  @Test
  void aListThatCannotBeReadProvesNothing() throws KeyMissing {
    assertThat(reconciliation.judge(ONE, bench.failed(Bench.later(Cause.UNAVAILABLE))))
        .isEqualTo("wait");
    assertThat(bench.part(1).pause().parked()).isFalse();
    bench.clock.pass(Duration.ofHours(1));
    assertThat(reconciliation.judge(ONE, bench.failed(Bench.later(Cause.BUSY)))).isEqualTo("wait");
    assertThat(bench.part(1).pause().tries()).isEqualTo(2);
  }

  @Test
  void withoutAListAPersonDecides() throws KeyMissing {
    bench.profile("  can-list: false");
    Listing search = reconciliation.search(ONE);

    assertThat(search.isMore()).isFalse();
    assertThat(reconciliation.judge(ONE, search)).isEqualTo("wait");
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(bench.part(1).pause().due()).isEqualTo(Part.Pause.NEVER);
    assertThat(bench.part(1).pause().reason().orElse(""))
        .contains("batchdrop approve JOB", "batchdrop cancel JOB");
  }

  @Test
  void theUploadedFileIsDeletedBeforeAnythingIsBoughtAgain() throws KeyMissing, IOException {
    settle();
    assertThat(reconciliation.canFence(ONE)).isTrue();
    assertThat(reconciliation.fence(ONE).purpose()).isEqualTo(Call.Purpose.FILE_DELETE);
    assertThat(reconciliation.isFenced(ONE, Bench.done("{'deleted':true}"))).isTrue();
    reconciliation.conclude(ONE, bench.listing());

    assertThat(bench.part(1).state()).isEqualTo(new PartState.Superseded(Optional.of("file-1")));
    assertThat(bench.part(NEXT).state()).isEqualTo(new PartState.Built());
    assertThat(bench.part(NEXT).purchase().attempt()).as("nothing was tried").isEqualTo(1);
    assertThat(bench.home.job(Bench.JOB).requests(NEXT))
        .hasSameBinaryContentAs(bench.home.job(Bench.JOB).requests(ONE));
  }

  @Test
  void aBatchThatShowsUpBehindTheFenceIsAdopted() throws KeyMissing, IOException {
    settle();
    reconciliation.conclude(ONE, bench.listing(batch("b", "validating", 5)));

    assertThat(bench.part(1).state()).isEqualTo(new PartState.Live("file-1", "b"));
    assertThat(bench.journal.part(NEXT)).isEmpty();
  }

  @Test
  void aFileThatIsGoneAlreadyIsAsGoodAsDeleted() {
    assertThat(reconciliation.isFenced(ONE, Bench.never(404))).isTrue();
    assertThat(reconciliation.isFenced(ONE, new Reply.Never("not_a_batch_api", "page", 404)))
        .isFalse();
    assertThat(bench.part(1).pause().parked()).isTrue();
  }

  @Test
  void aReplyThatOnlyNamesTheFileTellsThatItIsDeleted() {
    assertThat(reconciliation.isFenced(ONE, Bench.done("{'id':'file-1'}"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'id':'file-1','deleted':false}", "{'id':'x','error':{}}"})
  void aGoodStatusWithoutTheWordDeletesNothingAndIsForAPersonInTheEnd(String body) {
    assertThat(reconciliation.isFenced(ONE, Bench.done(body))).isFalse();
    assertThat(bench.part(1).pause().parked()).isFalse();
    bench.clock.pass(bench.settings.giveUpAfter().plusSeconds(1));
    assertThat(reconciliation.isFenced(ONE, Bench.done(body))).isFalse();
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(bench.part(1).pause().reason().orElse("")).contains("nothing says");
  }

  @Test
  void aFileThatCannotBeDeletedBuysNothing() {
    assertThat(reconciliation.isFenced(ONE, Bench.later(Cause.UNAVAILABLE))).isFalse();
    assertThat(bench.part(1).pause().parked()).isFalse();
    assertThat(reconciliation.isFenced(ONE, Bench.never(400))).isFalse();
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(bench.part(1).pause().reason().orElse("")).contains("nothing is bought again");
  }

  @Test
  void whereNoFileCanBeDeletedAPersonDecides() {
    bench.profile("  can-delete: false");

    assertThat(reconciliation.canFence(ONE)).isFalse();
    assertThat(bench.part(1).pause().due()).isEqualTo(Part.Pause.NEVER);
  }

  @Test
  void aCancelledJobBuysNoNextGeneration() throws KeyMissing, IOException {
    settle();
    bench.order(false);
    reconciliation.conclude(ONE, bench.listing());

    assertThat(bench.part(1).state())
        .isInstanceOfSatisfying(
            PartState.Unbought.class, end -> assertThat(end.code()).isEqualTo(PartState.CANCELLED));
    assertThat(bench.journal.parts(Bench.JOB)).hasSize(1);
  }

  @Test
  void aCrashBetweenFilesAndJournalIsMadeGood() throws KeyMissing, IOException {
    Files.createLink(
        bench.home.job(Bench.JOB).requests(NEXT), bench.home.job(Bench.JOB).requests(ONE));
    settle();
    reconciliation.conclude(ONE, bench.listing());
    assertThat(bench.journal.parts(Bench.JOB)).hasSize(2);
    reconciliation.boughtNothing(ONE);
    assertThat(bench.journal.parts(Bench.JOB)).as("repeated").hasSize(2);
  }

  @Test
  void aFileOfAnotherContentIsNeverOverwritten() throws KeyMissing, IOException {
    Files.writeString(bench.home.job(Bench.JOB).requests(NEXT), "something else");
    settle();

    assertThatThrownBy(() -> reconciliation.conclude(ONE, bench.listing()))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(bench.state(1)).isEqualTo("unclear");
  }

  @Test
  void aPartThatNobodyKnowsIsAnError() {
    assertThatThrownBy(() -> reconciliation.surplus(NEXT, bench.listing()))
        .hasMessageContaining("knows no part");
    assertThat(List.of(bench.state(1))).containsExactly("unclear");
  }
}
