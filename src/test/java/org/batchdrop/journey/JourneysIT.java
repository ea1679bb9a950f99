package org.batchdrop.journey;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.batchdrop.journey.Transcript.CommandStep;
import org.batchdrop.journey.Transcript.FileStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people come for, step by step: each page of {@code docs/journeys/} is played with the
 * packaged jar, and prints what it says. {@code mvn verify -Dit.test=JourneysIT
 * -Djourneys.write=true} writes the pages anew.
 */
class JourneysIT {

  private static final boolean WRITES = Boolean.getBoolean("journeys.write");

  /** Quick, and on no fixed port. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "BATCHDROP_SWEEP_INTERVAL", "300ms",
          "BATCHDROP_INBOX_INTERVAL", "100ms",
          "BATCHDROP_POLL_TICK", "200ms",
          "BATCHDROP_ORDERS_INTERVAL", "100ms",
          "BATCHDROP_QUIET_PERIOD", "300ms",
          "BATCHDROP_SANDBOX_PORT", "0");

  @TempDir private Path home;
  private final List<Process> background = new ArrayList<>();
  private int port;

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("docs/journeys"))) {
      return files
          .filter(file -> !file.endsWith("README.md"))
          .sorted(Comparator.naturalOrder())
          .toList()
          .stream();
    }
  }

  @BeforeEach
  void makeLauncher() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path launcher = home.resolve("batchdrop");
    Files.writeString(
        launcher,
        "#!/bin/sh\numask 077\nexec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -jar '%s' \"$@\"\n"
            .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), DaemonProcess.JAR));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  @AfterEach
  void endAll() {
    background.forEach(Process::destroyForcibly);
    background.forEach(process -> process.onExit().join());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void printsWhatThePageSays(Path page) throws Exception {
    Transcript transcript = Transcript.read(page);
    List<List<String>> printed = new ArrayList<>();
    for (Transcript.Step step : transcript.steps()) {
      if (step instanceof FileStep file) {
        Path target = home.resolve(file.path());
        Files.createDirectories(target.toAbsolutePath().getParent());
        Files.writeString(target, here(file.text()));
      } else if (step instanceof CommandStep command) {
        List<String> lines =
            command.isInBackground() ? start(command) : Transcript.stable(run(command));
        printed.add(lines);
        if (!WRITES) {
          assertThat(lines)
              .as("%s: %s%n%s", page, command.line(), String.join("\n", lines))
              .isEqualTo(
                  Transcript.stable(
                      command.expected().stream().map(line -> line + "\n").collect(joining())));
        }
      }
    }
    if (WRITES) {
      transcript.rewrite(printed);
    }
  }

  /** The page's port may be taken on this machine. */
  private String here(String text) {
    return text.replace("8642", Integer.toString(port));
  }

  private ProcessBuilder shell(String line, Path output) {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", here(line))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(ENVIRONMENT);
    return builder;
  }

  private String run(CommandStep command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(home, ".command-", ".out");
    Process process = shell(command.line(), output).start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end: " + command.line());
    }
    int code = process.exitValue();
    return Files.readString(output) + (code == 0 ? "" : "(exit code " + code + ")\n");
  }

  private List<String> start(CommandStep command) throws IOException {
    Path output = Files.createTempFile(home, ".background-", ".out");
    String line = command.line().substring(0, command.line().length() - 2);
    Process process = shell("exec " + line, output).start();
    background.add(process);
    await(line)
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                !process.isAlive()
                    || Files.readString(output).matches("(?s).*(ready: |sandbox provider: ).*"));
    assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
    return List.of();
  }
}
