package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code batchdrop sandbox}: the sandbox provider alone. */
@Command(
    name = "sandbox",
    description = {
      "Runs the sandbox provider alone, to test a Batch client against.",
      "Files, batches, chat and embeddings like OpenAI's, on 127.0.0.1; answers are made up; the ledger",
      "is at /sandbox/ledger."
    },
    mixinStandardHelpOptions = true)
final class SandboxCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port (default: ${DEFAULT-VALUE}; 0: any free one).")
  private int port = 8089;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where it keeps its state (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of("work", "sandbox-alone");

  @Option(
      names = "--request-millis",
      paramLabel = "MS",
      description = "Time per request line (default: 0, as fast as it can).")
  private long requestMillis;

  @Option(
      names = "--max-requests",
      paramLabel = "N",
      description = "Lines in a batch, at most (default: ${DEFAULT-VALUE}).")
  private int maxRequests = 50_000;

  @Option(
      names = "--failure-rate",
      paramLabel = "SHARE",
      description = "Share of rows that fail, 0 to 1 (default: 0).")
  private double failureRate;

  @Option(
      names = "--faults",
      paramLabel = "FILE",
      description = "Fault rules, in YAML or JSON; docs/sandbox.md has all of them.")
  private @Nullable Path faults;

  SandboxCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    SandboxSettings settings;
    try {
      SandboxSettings.Builder builder =
          SandboxSettings.builder()
              .port(port)
              .directory(directory)
              .perRequest(Duration.ofMillis(requestMillis))
              .maxRequests(maxRequests)
              .failureRate(failureRate);
      if (faults != null) {
        builder.faults(Files.readString(faults));
      }
      settings = builder.build();
    } catch (NoSuchFileException e) {
      console.error("no such file: " + e.getMessage());
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      console.error(String.valueOf(e.getMessage()));
      return ExitCode.USAGE;
    }
    SandboxServer server = SandboxServer.start(settings);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped), "stop"));
    console.line("sandbox provider: base URL " + server.baseUrl() + ", any key; stop with Ctrl-C");
    stopped.await();
    return ExitCode.OK;
  }

  private void stop(SandboxServer server, CountDownLatch stopped) {
    try {
      server.close();
    } catch (IOException e) {
      console.error("stopped with an error: " + e.getMessage());
    }
    stopped.countDown();
  }
}
