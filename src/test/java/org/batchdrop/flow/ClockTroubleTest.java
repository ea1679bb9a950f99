package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.batchdrop.job.JobOrder.Verb;
import org.batchdrop.job.PartState;
import org.batchdrop.sandbox.CallKind;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches that outlive every window, and clocks that jump. */
class ClockTroubleTest {

  @TempDir private Path root;
  private final ShiftedClock clock = new ShiftedClock();
  private SandboxServer sandbox;
  private DaemonFixture daemon;

  @BeforeEach
  void start() throws IOException, DaemonRefused {
    sandbox = DaemonFixture.sandbox(root);
    daemon = new DaemonFixture(root.resolve("home"));
    daemon.start(sandbox.baseUrl(), clock);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
    sandbox.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"validating", "in_progress", "finalizing"})
  void aStuckBatchIsNeverBoughtAgainWhileItLives(String state) throws IOException {
    FaultyJob job =
        FaultyJob.drop(
            daemon,
            sandbox,
            "stuck-" + state.substring(0, 2),
            6,
            "{do: batch, stuck: " + state + (state.equals("in_progress") ? ", share: 0.5}" : "}"));
    daemon.partThat(job.name(), part -> part.seen().status().equals(state));

    clock.shift(Duration.ofDays(17));
    long looks = sandbox.ledger().calls(CallKind.RETRIEVE);
    daemon.await(() -> sandbox.ledger().calls(CallKind.RETRIEVE) > looks + 3);
    assertThat(daemon.parts(job.name()))
        .singleElement()
        .satisfies(part -> assertThat(part.state()).isInstanceOf(PartState.Live.class));
    daemon.order(Verb.CANCEL, job.name());
    job.delivered(job.runs().size());
    assertThat(job.creates()).isEqualTo(1);
    assertThat(job.runs().values()).allMatch(count -> count == 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 24})
  void aClockThatJumpsAheadBuysNothingTwice(long hours) throws IOException {
    FaultyJob job =
        FaultyJob.drop(
            daemon,
            sandbox,
            "jump" + hours,
            6,
            "{on: create, do: accept-status, status: 502}",
            "{do: batch, stuck: in_progress, stuck-for: 1s}");
    daemon.await(() -> job.creates() == 1);

    clock.shift(Duration.ofHours(hours));
    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @Test
  void aClockThatWasAheadAndIsSetBackStopsNoPolling() throws IOException {
    clock.shift(Duration.ofHours(24));
    FaultyJob job =
        FaultyJob.drop(
            daemon, sandbox, "ahead", 6, "{do: batch, stuck: in_progress, stuck-for: 2s}");
    daemon.partThat(job.name(), part -> part.seen().status().equals("in_progress"));

    clock.shift(Duration.ZERO);
    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }
}
