package org.batchdrop.journey;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.journal.Journal;

/** The packaged daemon as a process of its own, in a home of its own. */
final class DaemonProcess implements AutoCloseable {

  static final Path JAR = Path.of("target", "batchdrop.jar").toAbsolutePath();

  private final Path home;
  private final Process process;
  private final Path output;

  private DaemonProcess(Path home, Process process, Path output) {
    this.home = home;
    this.process = process;
    this.output = output;
  }

  /** Starts {@code run}, with options, and waits until the inbox is watched. */
  static DaemonProcess start(
      Path home, String heap, Map<String, String> environment, String... options)
      throws IOException {
    Files.createDirectories(home);
    Path output = Files.createTempFile(home, "run-", ".out");
    String[] arguments = Stream.concat(Stream.of("run"), Stream.of(options)).toArray(String[]::new);
    Process process =
        command(home, heap, environment, arguments).redirectOutput(output.toFile()).start();
    DaemonProcess daemon = new DaemonProcess(home, process, output);
    await("ready")
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !process.isAlive() || daemon.output().contains("ready: watching"));
    if (!process.isAlive()) {
      throw new IllegalStateException("the daemon ended: " + daemon.output());
    }
    return daemon;
  }

  /** Runs a command to its end. */
  static Finished run(Path home, String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile(home, "command-", ".out");
    Process process =
        command(home, "256m", Map.of(), arguments).redirectOutput(output.toFile()).start();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end: " + String.join(" ", arguments));
    }
    return new Finished(process.exitValue(), Files.readString(output));
  }

  /** What a command left. */
  record Finished(int exitCode, String output) {}

  private static ProcessBuilder command(
      Path home, String heap, Map<String, String> environment, String... arguments) {
    // The files are as private as those of the launcher's daemon.
    List<String> line = new ArrayList<>(List.of("sh", "-c", "umask 077; exec \"$@\"", "sh"));
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError"));
    line.addAll(List.of("-jar", JAR.toString()));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--home", home.toString()));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder;
  }

  /** Everything printed so far. */
  String output() throws IOException {
    return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
  }

  long pid() {
    return process.pid();
  }

  /** Kills without warning. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Asks for the end, and says how long that took. */
  Duration terminate() throws InterruptedException {
    long begun = System.nanoTime();
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still alive 30 s after SIGTERM");
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Waits until some part, or the job itself, is as wanted; false when the job ended before. */
  boolean awaitState(Predicate<Job> job, Predicate<Part> part) {
    boolean[] met = new boolean[1];
    await("state")
        .atMost(Duration.ofMinutes(2))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(3))
        .until(
            () -> {
              try (Journal journal =
                  Journal.openReadOnly(home.resolve("work/journal.db")).orElseThrow()) {
                List<Job> jobs = journal.jobs(10);
                met[0] =
                    jobs.stream().anyMatch(job)
                        || jobs.stream()
                            .flatMap(j -> journal.parts(j.id()).stream())
                            .anyMatch(part);
                return met[0]
                    || (!jobs.isEmpty() && jobs.stream().allMatch(j -> j.state().isFinal()));
              }
            });
    return met[0];
  }

  /** Waits until so many jobs exist and all have ended. */
  List<Job> awaitJobs(int count, Duration limit) {
    List<Job> jobs = new ArrayList<>();
    await(count + " finished jobs")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              try (Journal journal =
                  Journal.openReadOnly(home.resolve("work/journal.db")).orElseThrow()) {
                jobs.clear();
                jobs.addAll(journal.jobs(10_000));
              }
              return jobs.size() == count && jobs.stream().allMatch(job -> job.state().isFinal());
            });
    return jobs;
  }

  /** The published folder of a delivered job. */
  static Path results(Path home, Job job) {
    if (!(job.state() instanceof JobState.Delivered || job.state() instanceof JobState.Rejected)) {
      throw new IllegalStateException(job.id() + " is " + job.state().label());
    }
    return home.resolve(Optional.ofNullable(job.outbox().orElse(null)).orElseThrow());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
