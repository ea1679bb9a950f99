package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.job.RowId;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;
import org.batchdrop.provider.Reply.Cause;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.LineProblems;
import org.batchdrop.result.LineProblems.LineProblem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an ended batch to settled rows and the next try. */
class CollectionTest {

  private static final PartId ONE = Bench.id(1);
  private static final PartId TWO = new PartId(Bench.JOB, 1, 2);

  private static final String PIPELINE =
      """
      provider: mine
      input: {type: csv}
      request: {url: /v1/x, body: {model: m}}
      retry: {attempts: 2}
      """;

  @TempDir private Path root;
  private Bench bench;
  private Collection collection;
  private JobFolder folder;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
    bench.job(1);
    collection = bench.collection;
    folder = bench.home.job(Bench.JOB);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static BatchEnd end(String status, String code, String message) {
    return new BatchEnd(status, Optional.of("out"), Optional.of("err"), code, message);
  }

  private static BatchEnd end(String status) {
    return end(status, "batch_" + status, "m");
  }

  private void ended(BatchEnd end) {
    bench.put(1, new PartState.Ended("f", "b", end));
  }

  private void files(PartId part, String output, String errors) throws IOException {
    Files.writeString(folder.output(part), output);
    Files.writeString(folder.errors(part), errors);
  }

  private static String answer(long row) {
    return ("{\"custom_id\":\"%s\",\"response\":{\"status_code\":200,\"body\":{\"choices\":[{}],"
            + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":100}}},\"error\":null}\n")
        .formatted(RowId.of(Bench.JOB, row));
  }

  private static String failure(long row, String code) {
    return "{\"custom_id\":\"%s\",\"response\":null,\"error\":{\"code\":\"%s\",\"message\":\"m\"}}\n"
        .formatted(RowId.of(Bench.JOB, row), code);
  }

  private Part next() {
    return bench.part(TWO);
  }

  @Test
  void bothFilesAreFetchedWhateverTheEndWas() throws KeyMissing {
    for (String status : List.of("completed", "failed", "expired", "cancelled")) {
      ended(end(status));
      assertThat(collection.missing(ONE))
          .extracting(Collection.Fetch::fileId)
          .containsExactly("out", "err");
    }
  }

  @Test
  void onlyWhatIsNotHereIsFetched() throws KeyMissing, IOException {
    ended(end("completed"));
    Collection.Fetch fetch = collection.missing(ONE).get(0);
    assertThat(collection.target(fetch)).isEqualTo(folder.output(ONE));
    assertThat(collection.download(ONE, fetch).uri().getPath()).endsWith("/files/out/content");
    Files.writeString(folder.output(ONE), "");
    assertThat(collection.missing(ONE)).hasSize(1);
    assertThat(collection.finish(ONE)).isEqualTo("wait");
  }

  @Test
  void whatIsNotDueOrNotOursIsNotFetched() throws KeyMissing {
    assertThat(collection.missing(ONE)).as("not ended").isEmpty();
    ended(end("completed"));
    collection.fetched(ONE, Bench.later(Cause.UNAVAILABLE));
    assertThat(collection.missing(ONE)).as("not due").isEmpty();
    bench.clock.pass(Duration.ofHours(1));
    bench.environment.put("BENCH_KEY", Bench.KEY + "-other");
    assertThat(collection.missing(ONE)).as("another account").isEmpty();
  }

  @Test
  void aCompletedBatchWithoutFilesIsNoSuccess() throws KeyMissing, IOException {
    ended(new BatchEnd("completed", Optional.empty(), Optional.empty(), "missing_answer", "m"));

    assertThat(collection.missing(ONE)).isEmpty();
    assertThat(collection.finish(ONE)).isEqualTo("again");
    assertThat(next().size().rows()).isEqualTo(3);
    assertThat(next().purchase().attempt()).isEqualTo(2);
    assertThat(collection.nextTry(ONE)).isEqualTo(TWO);
  }

  @Test
  void onlyRowsWithoutAnAnswerAreBoughtAgain() throws KeyMissing, IOException {
    bench.write("prices.yaml", Bench.PRICES);
    ended(end("expired"));
    files(ONE, answer(1), failure(2, "batch_expired") + failure(3, "content_policy"));

    assertThat(collection.finish(ONE)).isEqualTo("again");
    assertThat(next().size())
        .extracting(Part.Size::rows, Part.Size::firstRow)
        .containsExactly(1, 2L);
    assertThat(bench.part(1).purchase().spent()).isEqualTo(Money.parse("0.1 USD"));
    assertThat(next().purchase().estimate()).isEqualTo(Money.parse("0.5 USD"));
    assertThat(collection.finish(ONE)).as("it is settled").isEqualTo("wait");
  }

  @Test
  void whenEveryRowIsAnsweredThePartIsComplete() throws KeyMissing, IOException {
    ended(end("completed"));
    files(ONE, answer(1) + answer(3) + answer(2), "");

    assertThat(collection.finish(ONE)).isEqualTo("complete");
    assertThat(bench.state(1)).isEqualTo("collected");
    assertThat(bench.journal.part(TWO)).isEmpty();
  }

  @Test
  void wantOfRoomCostsNoTryAndIsRemembered() throws KeyMissing, IOException {
    ended(
        new BatchEnd(
            "failed",
            Optional.empty(),
            Optional.empty(),
            "token_limit_exceeded",
            "Enqueued token limit reached for m. Limit: 900,000 enqueued tokens."));

    assertThat(collection.finish(ONE)).isEqualTo("again");
    assertThat(next().purchase().attempt()).isEqualTo(1);
    assertThat(next().purchase().refusals()).isEqualTo(1);
    assertThat(next().pause().reason().orElse("")).startsWith("no room at the provider");
    assertThat(next().pause().due()).isAfter(bench.clock.instant());
    assertThat(bench.room.limits(bench.account(), "m").enqueuedTokens()).contains(900_000L);
  }

  @Test
  void goodLinesAreBoughtWithoutTheBadOnesAndNoTryCounts() throws KeyMissing, IOException {
    LineProblems.write(
        folder.lineProblems(ONE), List.of(new LineProblem(2, new Reason("invalid_url", "m"))));
    ended(new BatchEnd("failed", Optional.empty(), Optional.empty(), "invalid_url", "m"));

    assertThat(collection.finish(ONE)).isEqualTo("again");
    assertThat(next().size().rows()).isEqualTo(2);
    assertThat(next().purchase().attempt()).isEqualTo(1);
    assertThat(Files.readString(folder.requests(TWO)))
        .contains(RowId.of(Bench.JOB, 1), RowId.of(Bench.JOB, 3))
        .doesNotContain(RowId.of(Bench.JOB, 2));
    assertThat(Files.readString(folder.verdicts(ONE))).contains("invalid_url");
  }

  @Test
  void aBatchThatWasCancelledElsewhereAsksAPerson() throws KeyMissing, IOException {
    ended(end("cancelled"));
    files(ONE, answer(1), "");

    assertThat(collection.finish(ONE)).isEqualTo("again");
    assertThat(next().pause().due()).isEqualTo(Part.Pause.NEVER);
    assertThat(next().pause().parked()).isTrue();
  }

  @Test
  void aCancelledJobBuysNothingMore() throws KeyMissing, IOException {
    bench.looked().order(false);
    ended(end("cancelled"));
    files(ONE, answer(1), "");

    assertThat(collection.finish(ONE)).isEqualTo("complete");
    assertThat(Files.readString(folder.verdicts(ONE)).lines()).hasSize(2);
  }

  /** A journal from a backup does not know it; its answers are paid. */
  @Test
  void aCancelledJobKeepsALaterTryThatWasBought() throws KeyMissing, IOException {
    bench.order(false);
    ended(end("expired"));
    files(ONE, answer(1), "");

    assertThat(collection.finish(ONE)).isEqualTo("wait");
    bench.adoption.take(
        Bench.PROVIDER,
        bench.listing(
            "{'id':'b2','status':'completed','input_file_id':'f2','metadata':{'batchdrop':'%s'}}"
                .formatted(TWO.submissionKey())));
    assertThat(collection.finish(ONE)).isEqualTo("again");
    assertThat(bench.submission.next(TWO)).isEqualTo("wait");
    assertThat(next().state()).isEqualTo(new PartState.Live("f2", "b2"));
  }

  /** The same in the other lane: what was answered stands in the next try's log. */
  @Test
  void aCancelledJobKeepsRowsThatWereAskedForSince() throws KeyMissing, IOException {
    bench.profile("realtime: {offered: true, endpoints: [/v1/x]}");
    bench.write(
        "work/" + Bench.JOB + "/" + folder.pipeline().getFileName(),
        PIPELINE.replace("attempts: 2", "attempts: 2, via: realtime"));
    bench.looked().order(false);
    ended(end("expired"));
    files(ONE, answer(1), "");
    Files.writeString(folder.answers(TWO), answer(2));

    assertThat(collection.finish(ONE)).isEqualTo("again");
    assertThat(next().lane()).isEqualTo(Lane.REALTIME);
    assertThat(bench.asking.next(TWO)).isEqualTo("ask");
  }

  @Test
  void lostAnswersAreBoughtAgainOnlyWhenAPersonSaysSo() throws KeyMissing, IOException {
    ended(end("completed").withoutFiles());
    assertThat(collection.finish(ONE)).isEqualTo("complete");
    assertThat(Files.readString(folder.verdicts(ONE))).contains(PartState.LOST_PAID);
    bench.order(true);
    ended(end("completed").withoutFiles());
    assertThat(collection.finish(ONE)).isEqualTo("again");
  }

  @Test
  void triesOfSeveralGenerationsAddUp() throws KeyMissing, IOException {
    bench.write("work/" + Bench.JOB + "/" + folder.pipeline().getFileName(), PIPELINE);
    ended(end("expired"));
    files(ONE, answer(1), "");
    assertThat(collection.finish(ONE)).isEqualTo("again");
    Part second = next();
    bench.journal.change(
        second,
        second.to(new PartState.Ended("f2", "b2", end("expired")), bench.clock.instant()),
        Optional.empty(),
        "");
    files(TWO, answer(3), "");

    assertThat(collection.finish(TWO)).as("two tries were allowed").isEqualTo("complete");
    assertThat(Files.readString(folder.verdicts(TWO))).contains(RowId.of(Bench.JOB, 2));
  }

  @Test
  void aFileThatIsNotThereYetIsTriedAgain() throws KeyMissing {
    ended(end("completed"));
    collection.fetched(ONE, Bench.later(Cause.FILE_NOT_READY));
    assertThat(bench.part(1).pause().parked()).isFalse();
    collection.fetched(ONE, Bench.never(400));
    collection.fetched(ONE, new Reply.Unclear("odd"));
    assertThat(bench.part(1).pause().tries()).isEqualTo(3);
    collection.fetched(ONE, Bench.done("{}"));
    assertThat(bench.part(1).pause().tries()).isEqualTo(3);
    bench.clock.pass(bench.settings.giveUpAfter());
    collection.fetched(ONE, Bench.later(Cause.UNAVAILABLE));
    assertThat(bench.part(1).pause().parked()).as("not reached is not gone").isFalse();
    collection.fetched(ONE, Bench.later(Cause.FILE_NOT_READY));
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(bench.state(1)).as("nothing is thrown away").isEqualTo("ended");
  }

  @Test
  void aRefusedKeyParksAndResultsThatAgeOutAreTold() throws KeyMissing {
    bench.profile("  retention: 4d");
    ended(end("completed"));
    bench.clock.pass(Duration.ofDays(2));
    collection.fetched(ONE, Bench.later(Cause.KEY_REFUSED));

    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(bench.journal.parkedAccounts()).hasSize(1);
  }

  @Test
  void anUploadIsDeletedOnlyWhereThatIsWanted() throws KeyMissing {
    ended(end("completed"));
    Call call = collection.deleteUpload(ONE);
    assertThat(call).isNotNull();
    assertThat(call.purpose()).isEqualTo(Call.Purpose.FILE_DELETE);
    bench.profile("  delete-inputs: false");
    assertThat(collection.deleteUpload(ONE)).isNull();
    bench.profile("  can-delete: false");
    assertThat(collection.deleteUpload(ONE)).isNull();
    bench.profile("");
    bench.put(1, new PartState.Live("", "b"));
    assertThat(collection.deleteUpload(ONE)).as("an adopted batch may name no file").isNull();
    bench.environment.put("BENCH_KEY", Bench.KEY + "-other");
    assertThat(collection.deleteUpload(ONE)).isNull();
  }
}
