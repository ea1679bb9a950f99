package org.batchdrop.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.batchdrop.config.Home;
import org.batchdrop.flow.DaemonRefused;
import org.batchdrop.flow.PreFlight;
import org.batchdrop.input.InputAddress;
import org.batchdrop.job.InputRejected;

/**
 * A look at a file before it is dropped: what {@code check} and {@code estimate} have in common.
 */
final class Look {

  private static final long SECONDS_TO_STOP = 5;

  private final Console console;

  /** What a command does with what was found. */
  interface Step {
    /**
     * Prints, and gives the exit code.
     *
     * @param counts empty: the input would be rejected
     */
    int show(PreFlight flight, Optional<PreFlight.Counts> counts) throws IOException;
  }

  Look(Console console) {
    this.console = console;
  }

  /** Prepares the file, shows it, and leaves nothing behind, also when it is stopped. */
  int at(Home home, InputArguments input, Step step) throws IOException {
    Optional<String> problem = input.problem(home);
    if (problem.isPresent()) {
      console.error(problem.get());
      return ExitCode.USAGE;
    }
    if (InputAddress.isOne(input.file())) {
      console.error(
          "'"
              + input.file()
              + "' holds the address of a file, and nothing is fetched for a look; download that"
              + " file and look at it");
      return ExitCode.USAGE;
    }
    PreFlight.Order order =
        new PreFlight.Order(
            home,
            input.pipeline(),
            input.file(),
            input.rowOrder(),
            name -> Optional.ofNullable(System.getenv(name)),
            Instant.now());
    PreFlight flight;
    try {
      flight = PreFlight.of(order);
    } catch (DaemonRefused e) {
      e.reasons().forEach(console::error);
      return ExitCode.USAGE;
    }
    CountDownLatch gone = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(flight, gone), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try (flight) {
      return step.show(flight, flight.prepare());
    } catch (InterruptedIOException e) {
      console.error("stopped; nothing was left behind");
      return ExitCode.FAILED_ROWS;
    } finally {
      gone.countDown();
      forget(hook);
    }
  }

  private static void stop(PreFlight flight, CountDownLatch gone) {
    flight.stop();
    try {
      gone.await(SECONDS_TO_STOP, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook is what waits for this.
    }
  }

  /** A place and what is wrong there. */
  static String line(String code, String location, String message) {
    boolean told = location.isEmpty() || message.contains(location);
    return code + ": " + (told ? "" : location + ": ") + message;
  }

  static String line(InputRejected.Problem problem) {
    return line(problem.code(), problem.location(), problem.message());
  }
}
