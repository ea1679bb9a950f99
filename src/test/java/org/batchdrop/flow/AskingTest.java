package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.Lane;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.RowId;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;
import org.batchdrop.provider.Reply.Cause;
import org.batchdrop.request.RequestRows.Row;
import org.batchdrop.result.AnswerLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskingTest {

  private static final PartId ONE = Bench.id(1);
  private static final Reply ANSWER = new Reply.Answer(200, "{}", Optional.empty());

  @TempDir private Path root;
  private Bench bench;
  private Asking asking;
  private JobFolder folder;

  @BeforeEach
  void open() throws IOException, KeyMissing {
    at(root, "");
    bench.looked();
  }

  private void at(Path home, String pipeline) throws IOException {
    bench = new Bench(home);
    bench.job(Bench.JOB, 1, pipeline, Lane.REALTIME);
    asking = bench.asking;
    folder = bench.home.job(Bench.JOB);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Optional<String> reason() {
    return bench.part(1).pause().reason();
  }

  /** Begins a walk over three rows. */
  private Round walk() throws IOException, KeyMissing {
    assertThat(asking.next(ONE)).isEqualTo("ask");
    return asking.open(ONE);
  }

  /** Asks for the next row of a walk, and takes a reply to it. */
  private void ask(Round round, Reply reply) throws IOException {
    assertThat(round.hasNext()).isTrue();
    Row row = round.next();
    assertThat(asking.call(round, row).headers()).containsValue(row.name());
    asking.take(round, row, reply);
  }

  /** Ends a walk in which nothing more is asked for; so many rows have their lines. */
  private void assertEnds(Round round, int lines) throws IOException {
    assertThat(round.hasNext()).isFalse();
    assertThat(asking.finish(round)).isEqualTo("ended");
    assertThat(Files.readAllLines(folder.output(ONE))).hasSize(lines);
  }

  private PartState.BatchEnd end() {
    return ((PartState.Ended) bench.part(1).state()).end();
  }

  @Test
  void eachRowIsAskedForOnceAndTheLogBecomesTheOutput() throws IOException, KeyMissing {
    Round round = walk();
    assertThat(bench.part(1).state()).isEqualTo(new PartState.Asking());
    ask(round, ANSWER);
    ask(round, Bench.never(400));
    ask(round, ANSWER);

    assertThat(round.hasNext()).isFalse();
    assertThat(asking.finish(round)).isEqualTo("ended");
    assertThat(Files.readAllLines(folder.output(ONE)))
        .satisfiesExactly(
            line -> assertThat(line).contains("\"status_code\":200"),
            line -> assertThat(line).contains("\"message\":\"words\""),
            line -> assertThat(line).contains("\"status_code\":200"));
  }

  @Test
  void aPartThatIsNoLongerItsOwnIsLeftAlone() throws IOException {
    bench.put(1, new PartState.Live("file-1", "batch-1"));
    assertThat(asking.next(ONE)).isEqualTo("wait");
    PartState.Built built = new PartState.Built();
    bench.put(1, built.unbought(PartState.CANCELLED, PartState.CANCELLED_UNSENT));
    assertThat(asking.next(ONE)).isEqualTo("complete");
  }

  @Test
  void aPartThatHasMovedOnWhileItsRowsWereAskedForIsNotEnded() throws IOException, KeyMissing {
    Round round = walk();
    ask(round, ANSWER);
    bench.put(1, new PartState.Live("file-1", "batch-1"));

    assertThat(asking.finish(round)).isEqualTo("wait");
    assertThat(bench.state(1)).isEqualTo("live");
  }

  @Test
  void nothingIsAskedForBeforeAPauseIsOver() throws IOException {
    bench.attempts.waiting(bench.part(1), Duration.ofMinutes(2), "later");
    assertThat(asking.next(ONE)).isEqualTo("wait");
    bench.clock.pass(Duration.ofMinutes(3));
    assertThat(asking.next(ONE)).isEqualTo("ask");
  }

  @Test
  void aCancelledPartOfWhichNothingWasAskedEndsUnbought() throws IOException {
    bench.order(false);

    assertThat(asking.next(ONE)).isEqualTo("complete");
    assertThat(bench.state(1)).isEqualTo("unbought");
  }

  @Test
  void aCancelledPartThatAJournalFromABackupKnowsAsNotBegunKeepsWhatWasAnswered()
      throws IOException, KeyMissing {
    Round round = walk();
    ask(round, ANSWER);
    asking.finish(round);
    bench.put(1, new PartState.Built());
    bench.order(false);

    Round rest = walk();

    assertEnds(rest, 1);
  }

  @Test
  void aCancelledPartEndsWithWhatWasAnsweredAndAsksForNothingMore() throws IOException, KeyMissing {
    Round round = walk();
    ask(round, ANSWER);
    asking.finish(round);
    bench.order(false);

    Round rest = walk();
    assertEnds(rest, 1);
    assertThat(end().code()).isEqualTo(PartState.CANCELLED);
  }

  @Test
  void withoutAKeyItWaitsAndSaysWhichVariableIsMissing() throws IOException {
    bench.environment.clear();
    assertThat(asking.next(ONE)).isEqualTo("wait");
    assertThat(reason()).get().asString().contains("BENCH_KEY");
    assertThat(bench.state(1)).isEqualTo("built");
  }

  @Test
  void overBudgetNothingIsAskedFor() throws IOException, KeyMissing {
    bench.close();
    at(root.resolve("dear"), "budget: {per-job: 0.0001 USD}\n");
    bench.write("prices.yaml", Bench.PRICES);
    bench.looked();

    assertThat(asking.next(ONE)).isEqualTo("wait");
    assertThat(reason()).get().asString().contains("budget");
    assertThat(bench.state(1)).isEqualTo("built");
  }

  @Test
  void anAccountThatIsRefusedIsAskedForNothingMoreByAnyPart() throws IOException, KeyMissing {
    Round round = walk();
    ask(round, Bench.later(Cause.KEY_REFUSED));

    assertThat(round.hasNext()).isFalse();
    assertThat(asking.finish(round)).isEqualTo("wait");
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(asking.next(ONE)).isEqualTo("wait");
  }

  @Test
  void aBusyProviderHoldsTheNextRowsAndEndsNoWalkUnlessItAsksForLong()
      throws IOException, KeyMissing {
    Round round = walk();
    ask(round, new Reply.Later(Cause.BUSY, "slowly", Optional.of(Duration.ofSeconds(1))));
    bench.clock.pass(Duration.ofSeconds(2));
    ask(round, new Reply.Later(Cause.BUSY, "tomorrow", Optional.of(Duration.ofHours(9))));

    assertThat(round.hasNext()).isFalse();
    assertThat(asking.finish(round)).isEqualTo("wait");
    assertThat(reason()).contains("tomorrow");
    bench.clock.pass(Duration.ofHours(8));
    assertThat(asking.next(ONE)).isEqualTo("wait");
    bench.clock.pass(Duration.ofHours(2));
    assertThat(asking.next(ONE)).isEqualTo("ask");
  }

  @Test
  void aProviderThatIsNotReachedForTooLongEndsThePartWithWhatItHas()
      throws IOException, KeyMissing {
    Round round = walk();
    ask(round, ANSWER);
    ask(round, Bench.later(Cause.UNAVAILABLE));
    assertThat(asking.finish(round)).isEqualTo("wait");

    String next = "wait";
    for (int day = 0; day < 60 && next.equals("wait"); day++) {
      bench.clock.pass(Duration.ofDays(1));
      Round again = walk();
      ask(again, Bench.later(Cause.UNAVAILABLE));
      next = asking.finish(again);
    }

    assertThat(next).isEqualTo("ended");
    assertThat(end().code()).isEqualTo("provider_unreachable");
    assertThat(Files.readAllLines(folder.output(ONE))).hasSize(1);
  }

  /** The process died between the log's last name and its record. */
  @Test
  void aLogThatHasItsLastNameAlreadyIsTakenUpAgain() throws IOException, KeyMissing {
    Round round = walk();
    for (int row = 0; row < 3; row++) {
      ask(round, ANSWER);
    }
    Job before = bench.journal.job(Bench.JOB).orElseThrow();
    asking.finish(round);
    assertThat(folder.output(ONE)).exists();
    bench.put(1, new PartState.Asking());
    assertThat(bench.journal.job(Bench.JOB)).map(Job::state).contains(before.state());

    Round again = walk();

    assertEnds(again, 3);
  }

  /** Of which a journal from a backup knows nothing. */
  @Test
  void whatLaterTriesHaveAnsweredIsNotAskedForAgain() throws IOException, KeyMissing {
    PartId third = ONE.next().next();
    try (AnswerLog log = AnswerLog.open(folder.answers(third))) {
      log.answer('"' + RowId.of(Bench.JOB, 2) + '"', 200, Optional.empty(), "{}");
      log.answer("\"another's\"", 200, Optional.empty(), "{}");
    }

    Round round = walk();
    ask(round, ANSWER);
    ask(round, ANSWER);

    assertEnds(round, 3);
  }

  @Test
  void withoutItsRequestsAPartIsNotAskedForAndItsLogIsLeftAsItIs() throws IOException, KeyMissing {
    Round round = walk();
    ask(round, ANSWER);
    asking.finish(round);
    Files.delete(folder.requests(ONE));

    assertThatThrownBy(this::walk).hasMessageContaining(folder.requests(ONE).toString());
    assertThat(Files.readAllLines(folder.answers(ONE))).hasSize(1);
  }
}
