package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.batchdrop.job.Job;
import org.batchdrop.job.Part;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon killed without warning once in every stage of one job. */
class KillIT {

  private static final int ROWS = 120_000;

  private static final List<String> JOB_STAGES = List.of("received", "collected");
  private static final List<String> PART_STAGES =
      List.of("uploading", "uploaded", "creating", "live", "ended");

  @TempDir Path temp;

  @Test
  void theSameResultsComeOutAndEachRowIsExecutedOnceWhereverTheDaemonIsKilled() throws Exception {
    Path table = temp.resolve("rows.csv");
    GeneratedTable.write(table, ROWS, 2);
    Path calm = results("calm", table, List.of(), List.of());
    Path killed = results("killed", table, JOB_STAGES, PART_STAGES);
    assertThat(Files.mismatch(calm.resolve("results.csv"), killed.resolve("results.csv")))
        .isEqualTo(-1);
  }

  /** Runs the table through a provider whose replies take time, so that every stage can be hit. */
  private Path results(String name, Path table, List<String> jobStages, List<String> partStages)
      throws Exception {
    SandboxSettings settings =
        SandboxSettings.builder()
            .directory(temp.resolve(name + "-provider"))
            .latency(partStages.isEmpty() ? Duration.ZERO : Duration.ofMillis(150))
            .build();
    try (SandboxServer provider = SandboxServer.start(settings)) {
      Path home = Homes.quick(temp.resolve(name), provider.baseUrl(), "");
      Homes.table(home, "kill", "the text");
      Path inbox = Files.createDirectories(home.resolve("inbox/kill"));
      Files.copy(table, inbox.resolve("rows.csv"));
      for (String stage : jobStages.isEmpty() ? List.<String>of() : jobStages.subList(0, 1)) {
        killIn(home, job -> job.state().label().equals(stage), part -> false);
      }
      for (String stage : partStages) {
        killIn(home, job -> false, part -> part.state().label().equals(stage));
      }
      for (String stage : jobStages.isEmpty() ? List.<String>of() : jobStages.subList(1, 2)) {
        killIn(home, job -> job.state().label().equals(stage), part -> false);
      }
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
        Job job = daemon.awaitJobs(1, Duration.ofMinutes(4)).get(0);
        assertThat(job.totals()).isEqualTo(new Job.Totals(ROWS, 0, ROWS, 0, 3));
        assertThat(provider.ledger().totalExecutions()).isEqualTo(ROWS);
        assertThat(provider.ledger().batches()).hasSize(3);
        assertThat(home.resolve("outbox/kill").toFile().list()).hasSize(1);
        return DaemonProcess.results(home, job);
      }
    }
  }

  private static void killIn(Path home, Predicate<Job> job, Predicate<Part> part) throws Exception {
    try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
      assertThat(daemon.awaitState(job, part)).as("the stage was seen").isTrue();
      daemon.kill();
    }
  }
}
