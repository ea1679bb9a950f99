package org.batchdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C while waiting stops the waiting, never the job. */
class InterruptedWaitTest {

  @TempDir private Path root;

  @Test
  void anInterruptLeavesTheFileWithTheDaemonAndSaysSo() throws Exception {
    assumeThat(isInterruptIgnored())
        .as("whoever started the tests lets no child take a Ctrl-C, as a shell with '&' does")
        .isFalse();
    Path file = Files.writeString(root.resolve("rows.jsonl"), "{}\n");
    Path output = root.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.batchdrop.Batchdrop",
                    "submit",
                    file.toString(),
                    "--pipeline",
                    "requests",
                    "--wait",
                    "--home",
                    root.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> text(output).contains("rows.jsonl: in the inbox"));
      interrupt(process.pid());
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(text(output)).contains(Watch.LEFT);
    assertThat(root.resolve("inbox/requests/rows.jsonl")).exists();
    assertThat(root.resolve("work/orders")).doesNotExist();
  }

  /** A JVM leaves a signal ignored that it was started with so. */
  private static boolean isInterruptIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(ignored -> (ignored & 2) != 0);
  }

  private static void interrupt(long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-INT", Long.toString(pid)).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
