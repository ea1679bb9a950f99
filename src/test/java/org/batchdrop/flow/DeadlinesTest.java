package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.batchdrop.job.JobId;
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
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {

  private static final PartId ONE = Bench.id(1);
  private static final String BY_ONE_HOUR = "finish-by: 1h\n";

  @TempDir private Path root;
  private Bench bench;
  private Deadlines deadlines;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
    bench.profile("realtime: {offered: true, endpoints: [/v1/x]}");
    deadlines = bench.deadlines;
    bench.job(Bench.JOB, 2, BY_ONE_HOUR);
    bench.put(1, new PartState.Live("file-1", "batch-1"));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aLiveBatchIsLateOnceTheDeadlineHasPassed() throws KeyMissing {
    bench.clock.pass(Duration.ofMinutes(59));
    assertThat(deadlines.late(Bench.PROVIDER)).isEmpty();
    bench.clock.pass(Duration.ofMinutes(1));
    assertThat(deadlines.late(Bench.PROVIDER)).containsExactly(ONE);
  }

  @Test
  void aBatchThatIsBeingCancelledIsNotCancelledOnceMore() throws KeyMissing {
    bench.clock.pass(Duration.ofHours(2));
    Part seen = bench.part(1);
    bench.journal.change(seen, seen.seen(new Part.Seen("cancelling", 0, 0)), Optional.empty(), "");
    assertThat(deadlines.late(Bench.PROVIDER)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"done", "refused", "busy"})
  void whateverTheProviderSaysToACancelItIsAskedAgainOnlyAfterAWhile(String said)
      throws KeyMissing {
    bench.clock.pass(Duration.ofHours(2));
    Call call = deadlines.cancel(ONE);
    assertThat(call.toString()).contains("batch-1");
    Reply reply =
        switch (said) {
          case "done" -> Bench.done("{'id':'batch-1','status':'in_progress'}");
          case "refused" -> Bench.never(409);
          default -> Bench.later(Cause.BUSY);
        };
    deadlines.cancelled(ONE, reply);

    assertThat(deadlines.late(Bench.PROVIDER)).isEmpty();
    assertThat(bench.state(1)).isEqualTo("live");
    bench.clock.pass(Duration.ofMinutes(11));
    assertThat(deadlines.late(Bench.PROVIDER)).containsExactly(ONE);
  }

  @Test
  void aJobWhosePipelineCanNotBeReadKeepsNoOtherWaiting() throws IOException, KeyMissing {
    JobId other = new JobId("20261101-120000-other-3fa9c2");
    bench.job(other, 1, BY_ONE_HOUR);
    Part part = bench.part(new PartId(other, 1, 1));
    bench.journal.change(
        part,
        part.to(new PartState.Live("file-2", "batch-2"), bench.clock.instant()),
        Optional.empty(),
        "");
    bench.clock.pass(Duration.ofHours(2));

    Files.writeString(bench.home.job(Bench.JOB).pipeline(), "provider: [");
    assertThat(deadlines.late(Bench.PROVIDER)).containsExactly(part.id());
    Files.delete(bench.home.job(Bench.JOB).pipeline());
    assertThat(deadlines.late(Bench.PROVIDER)).containsExactly(part.id());
  }

  @Test
  void aPartWithoutABatchNeedsNoneWhenTheDeadlineHasPassed() throws IOException {
    assertThat(deadlines.isPastUnbought(bench.part(2))).isFalse();
    bench.clock.pass(Duration.ofHours(2));
    assertThat(deadlines.isPastUnbought(bench.part(2))).isTrue();
    bench.put(2, new PartState.Creating("file-2"));
    assertThat(deadlines.isPastUnbought(bench.part(2))).isFalse();
  }

  /** Rows that no single call answers can go no other way: their batch is waited for. */
  @Test
  void whereNoOtherWayIsOfferedNoBatchIsLate() throws IOException, KeyMissing {
    bench.profile("");
    bench.clock.pass(Duration.ofHours(2));
    assertThat(deadlines.late(Bench.PROVIDER)).isEmpty();
  }
}
