package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.job.JobOrder.Verb;
import org.batchdrop.job.PartState;
import org.batchdrop.sandbox.CallKind;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An account that has no money, no room, another key, or sees too many calls. */
class AccountTroubleTest {

  @TempDir private Path root;
  private final ShiftedClock clock = new ShiftedClock();
  private SandboxServer sandbox;
  private DaemonFixture daemon;

  @BeforeEach
  void prepare() throws IOException {
    sandbox = DaemonFixture.sandbox(root);
    daemon = new DaemonFixture(root.resolve("home"));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private List<FaultyJob> drop(int jobs) throws IOException {
    List<FaultyJob> dropped = new ArrayList<>();
    for (int i = 1; i <= jobs; i++) {
      dropped.add(FaultyJob.drop(daemon, sandbox, "job" + i, 3));
    }
    return dropped;
  }

  @Test
  void anAccountWithoutMoneyIsParkedAndHardlyAsked() throws IOException, DaemonRefused {
    sandbox
        .faults()
        .add("{on: create, do: refuse, status: 429, code: insufficient_quota, times: 0}");
    daemon.start(sandbox.baseUrl());
    List<FaultyJob> jobs = drop(6);
    for (FaultyJob job : jobs) {
      daemon.parked(job.name(), "its account is parked");
    }
    // Those that were on their way together may have asked at once; from now on one call asks.
    long before = sandbox.ledger().createRequests();
    assertThat(before).isLessThanOrEqualTo(6);
    long begun = System.nanoTime();
    daemon.await(() -> sandbox.ledger().createRequests() >= before + 2);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(800));

    sandbox.faults().clear();
    for (FaultyJob job : jobs) {
      job.deliveredOnce();
    }
    assertThat(sandbox.ledger().batches()).hasSize(6);
  }

  @Test
  void aRefusedKeyParksTheAccountAndAnotherKeyLetsItGoOn() throws IOException, DaemonRefused {
    daemon
        .write("providers/keyed.yaml", "extends: quick\nkey: {env: KEYED}\naccount: main\n")
        .write("pipelines/keyed.yaml", DaemonFixture.TICKETS.replace("quick", "keyed"))
        .variable("KEYED", "first")
        .setting("batchdrop.parked-look=1h")
        .start(sandbox.baseUrl());
    FaultyJob live =
        FaultyJob.dropInto(
            "keyed",
            daemon,
            sandbox,
            "live",
            3,
            "{do: batch, stuck: in_progress, stuck-for: 1500ms}");
    daemon.partThat(live.name(), part -> part.state() instanceof PartState.Live);
    sandbox.faults().add("{on: any, do: refuse, status: 401, times: 0}");
    FaultyJob waiting = FaultyJob.dropInto("keyed", daemon, sandbox, "waiting", 3);
    daemon.parked(waiting.name(), "its account is parked");
    assertThat(daemon.parts(live.name())).noneMatch(part -> part.state().isFinal());

    sandbox.faults().clear();
    daemon.variable("KEYED", "second");
    live.deliveredOnce();
    waiting.deliveredOnce();
    assertThat(sandbox.ledger().batches()).hasSize(2);
  }

  private FaultyJob vanished() throws IOException, DaemonRefused {
    daemon.start(sandbox.baseUrl(), clock);
    FaultyJob job =
        FaultyJob.drop(
            daemon, sandbox, "vanished", 3, "{do: batch, stuck: in_progress, stuck-for: 1s}");
    daemon.partThat(job.name(), part -> part.state() instanceof PartState.Live);
    sandbox.faults().add("{on: retrieve, do: refuse, status: 404, times: 0}");
    long looks = sandbox.ledger().calls(CallKind.RETRIEVE);
    daemon.await(() -> sandbox.ledger().calls(CallKind.RETRIEVE) > looks + 6);
    assertThat(daemon.parts(job.name())).noneMatch(part -> part.pause().parked());
    clock.shift(Duration.ofHours(2));
    daemon.parked(job.name(), "no longer shows its batch");
    assertThat(job.creates()).isEqualTo(1);
    return job;
  }

  @Test
  void aBatchThatIsNoLongerShownIsParkedAndTakenWhenItIsBack() throws IOException, DaemonRefused {
    FaultyJob job = vanished();

    sandbox.faults().clear();
    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @Test
  void aBatchThatIsNoLongerShownIsBoughtAgainOnlyOnTheWordOfAPerson()
      throws IOException, DaemonRefused {
    FaultyJob job = vanished();

    daemon.order(Verb.APPROVE, job.name());
    daemon.await(() -> job.creates() == 2);
    sandbox.faults().clear();
    job.delivered(3);
    assertThat(job.creates()).isEqualTo(2);
  }

  @Test
  void aFullFileStoreIsWaitedForAndOwnUploadsAreDeleted() throws IOException, DaemonRefused {
    sandbox
        .faults()
        .add(
            "{on: upload, do: refuse, status: 400, times: 4,"
                + " message: You have reached the maximum number of files.}");
    daemon.start(sandbox.baseUrl());
    List<FaultyJob> jobs = drop(4);
    for (FaultyJob job : jobs) {
      job.deliveredOnce();
    }
    daemon.await(() -> sandbox.ledger().calls(CallKind.FILE_DELETE) >= 4);
    assertThat(sandbox.ledger().batches()).hasSize(4);
  }

  @Test
  void readsThatTheProviderLimitsCostTimeAndNothingElse() throws IOException, DaemonRefused {
    sandbox.faults().add("{on: [retrieve, list], do: rate-limit, calls: 4, per: 1s}");
    daemon.start(sandbox.baseUrl());
    for (FaultyJob job : drop(6)) {
      job.deliveredOnce();
    }
    assertThat(sandbox.ledger().createRequests()).isEqualTo(6);
  }

  @Test
  void theProfilesRateOfPollsIsKept() throws IOException, DaemonRefused {
    daemon.write(
        "providers/quick.yaml",
        """
        extends: sandbox
        realtime: {offered: false}
        poll-interval: 100ms
        batch: {settle-time: 1s, rates: {polls-per-minute: 12}}
        """);
    sandbox.faults().add("{do: batch, stuck: in_progress, stuck-for: 4s, times: 0}");
    daemon.start(sandbox.baseUrl(), clock);
    List<FaultyJob> jobs = drop(2);
    daemon.await(() -> looks() >= 12);
    daemon.await(() -> sandbox.ledger().batches().size() == 2);
    // Beside the rate, a walk through the list after the start.
    assertThat(looks()).isLessThanOrEqualTo(13);
    long stuck = Duration.ofSeconds(5).toMillis();
    daemon.await(
        () ->
            sandbox.ledger().batches().stream()
                .allMatch(batch -> batch.createdAt() + stuck < System.currentTimeMillis()));
    // They have ended, and a minute is over.
    clock.shift(Duration.ofMinutes(1));
    for (FaultyJob job : jobs) {
      job.deliveredOnce();
    }
    assertThat(looks()).isLessThanOrEqualTo(25);
  }

  private long looks() {
    return sandbox.ledger().calls(CallKind.RETRIEVE) + sandbox.ledger().calls(CallKind.LIST);
  }
}
