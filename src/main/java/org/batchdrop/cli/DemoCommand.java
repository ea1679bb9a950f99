package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.batchdrop.config.Home;
import org.batchdrop.config.Units;
import org.batchdrop.flow.DaemonRefused;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code batchdrop demo}: the real daemon on the embedded sandbox, with the examples. */
@Command(
    name = "demo",
    description =
        "Runs the examples through the real daemon and the embedded sandbox; no key, no network.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  private static final int SHOWN = 3;
  private static final int WIDTH = 110;

  private final Console console;

  @Option(names = "--dir", hidden = true, description = "Where the demo's home is made.")
  private Path directory = Path.of("demo");

  DemoCommand(Console console) {
    this.console = console;
  }

  /** What is dropped, and into which pipeline. */
  private record Example(String pipeline, String entry) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    if (Files.exists(directory) && !Files.exists(directory.resolve("work"))) {
      console.error(directory + " exists and is no demo home; nothing was touched");
      return ExitCode.USAGE;
    }
    Tree.remove(directory);
    Home home = new Home(directory);
    ExampleHome.writeTo(home.root());
    LogFile.useQuietlyFor(home);
    console.line("The real daemon on the embedded sandbox, in " + home.root());
    boolean balanced;
    try (RunningDaemon daemon = RunningDaemon.start(home)) {
      List<JobView> views = new Watch(home, console).await(drop(daemon.home()));
      balanced = report(home, views);
    } catch (DaemonRefused e) {
      Refusal.print(console, e);
      return ExitCode.USAGE;
    }
    console.line(
        "Took "
            + Units.showDuration(Duration.ofNanos(System.nanoTime() - begun))
            + ". Everything is left in "
            + directory
            + "/ to look at.");
    return balanced ? ExitCode.OK : ExitCode.FAILED_ROWS;
  }

  private List<Watch.Handed> drop(Home home) throws IOException {
    List<Watch.Handed> handed = new ArrayList<>();
    for (Example example :
        List.of(
            new Example("birdstrikes", "birdstrikes.csv"),
            new Example("requests", "requests.jsonl"),
            new Example("c-to-rust", "minic"))) {
      Path entry = home.root().resolve("examples").resolve(example.entry());
      handed.add(HandOver.to(home, example.pipeline(), entry));
      console.line(
          "dropped examples/" + example.entry() + " into inbox/" + example.pipeline() + "/");
    }
    return handed;
  }

  private boolean report(Home home, List<JobView> views) throws IOException {
    boolean balanced = true;
    for (JobView view : views) {
      Job job = view.job();
      Job.Totals totals = job.totals();
      boolean adds = totals.rows() > 0 && totals.rows() == totals.answered() + totals.failed();
      balanced &= adds && totals.failed() == 0;
      console.line("");
      console.line(
          job.inputName()
              + ": "
              + totals.rows()
              + " rows in = "
              + totals.answered()
              + " answered + "
              + totals.failed()
              + " failed"
              + (adds ? "" : "  DOES NOT ADD UP"));
      Path folder = home.root().resolve(job.outbox().orElse(""));
      console.line("  " + directory.resolve(home.root().relativize(folder)));
      show(folder);
    }
    console.line("");
    return balanced;
  }

  private void show(Path folder) throws IOException {
    Path table = folder.resolve("results.csv");
    Path files = folder.resolve("files");
    if (Files.isDirectory(files)) {
      try (Stream<Path> found = Files.walk(files)) {
        for (Path file : found.filter(Files::isRegularFile).sorted().limit(SHOWN).toList()) {
          console.line("    " + folder.relativize(file) + ":");
          beginnings(file, 1);
        }
      }
    } else if (Files.exists(table)) {
      endings(table);
    } else {
      endings(folder.resolve("output.jsonl"));
    }
  }

  /** The ends of the first lines: there stand the answers. */
  private void endings(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      lines
          .limit(SHOWN)
          .forEach(
              line ->
                  console.line(
                      "    "
                          + (line.length() > WIDTH
                              ? "..." + line.substring(line.length() - WIDTH)
                              : line)));
    }
  }

  private void beginnings(Path file, int count) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      lines
          .limit(count)
          .forEach(
              line ->
                  console.line(
                      "      "
                          + (line.length() > WIDTH ? line.substring(0, WIDTH) + "..." : line)));
    }
  }
}
