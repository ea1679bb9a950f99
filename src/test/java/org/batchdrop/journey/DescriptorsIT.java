package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.batchdrop.job.Job;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon may open no file and no connection any more. */
class DescriptorsIT {

  /** All numbers below have been in use since the process began: then nothing can be opened. */
  private static final int NONE_LEFT = 8;

  private static final int PLENTY = 1024;
  private static final int ROWS = 20;
  private static final Duration WAIT = Duration.ofSeconds(20);

  @TempDir private Path temp;

  private static void limit(DaemonProcess daemon, int descriptors)
      throws IOException, InterruptedException {
    String pid = Long.toString(daemon.pid());
    Process process =
        new ProcessBuilder("prlimit", "--pid", pid, "--nofile=" + descriptors + ":")
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private static boolean canLimit() throws InterruptedException {
    try {
      return new ProcessBuilder("prlimit", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void drop(Path home, String name) throws IOException {
    Path inbox = Files.createDirectories(home.resolve("inbox/few"));
    String rows =
        IntStream.range(0, ROWS).mapToObj(i -> name + i + "\n").collect(Collectors.joining());
    Files.writeString(inbox.resolve(name + ".csv"), "text\n" + rows);
  }

  @Test
  void withoutDescriptorsWorkWaitsAndNothingIsLostOrPaidTwice() throws Exception {
    assumeTrue(canLimit(), "prlimit is not there");
    SandboxSettings settings =
        SandboxSettings.builder().directory(temp.resolve("provider")).build();
    try (SandboxServer provider = SandboxServer.start(settings)) {
      Path home = Homes.quick(temp.resolve("home"), provider.baseUrl(), "");
      Homes.table(home, "few", "text");
      try (DaemonProcess daemon = DaemonProcess.start(home, "256m", Map.of())) {
        drop(home, "before");
        daemon.awaitJobs(1, Duration.ofMinutes(1));
        provider.faults().add("{do: batch, stuck: in_progress, stuck-for: 2s, times: 1}");
        drop(home, "underway");
        await("batch").atMost(WAIT).until(() -> provider.ledger().createRequests() == 2);

        limit(daemon, NONE_LEFT);
        drop(home, "during");
        await("trouble").atMost(WAIT).until(() -> daemon.output().contains("Too many open files"));
        assertThat(home.resolve("inbox/few/during.csv")).exists();
        limit(daemon, PLENTY);

        for (Job job : daemon.awaitJobs(3, Duration.ofMinutes(1))) {
          assertThat(job.totals()).isEqualTo(new Job.Totals(ROWS, 0, ROWS, 0, 1));
        }
        assertThat(daemon.terminate()).isLessThan(Duration.ofSeconds(10));
      }
      assertThat(provider.ledger().totalExecutions()).isEqualTo(3L * ROWS);
      assertThat(provider.ledger().createRequests()).isEqualTo(3);
    }
  }
}
