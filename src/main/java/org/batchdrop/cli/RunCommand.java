package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.batchdrop.config.Home;
import org.batchdrop.flow.DaemonRefused;
import org.batchdrop.flow.Story;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchdrop run}: the daemon in the foreground. */
@Command(
    name = "run",
    description = "Watches the inbox and runs everything; stops on Ctrl-C or SIGTERM.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: batchdrop run --home /srv/batchdrop"})
final class RunCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Option(
      names = "--debug",
      description = "Write the providers' raw answers into work/batchdrop.log, without keys.")
  private boolean debug;

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = homeOption.home();
    LogFile.useFor(home);
    try {
      RunningDaemon daemon = RunningDaemon.start(home, debug);
      Precautions.missing(home, Path.of("/proc/self"))
          .forEach(missing -> console.error("warning: " + missing));
      CountDownLatch stopped = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(daemon, stopped), "stop"));
      stopped.await();
      return ExitCode.OK;
    } catch (DaemonRefused e) {
      Refusal.print(console, e);
      return ExitCode.USAGE;
    }
  }

  private void stop(RunningDaemon daemon, CountDownLatch stopped) {
    try {
      daemon.close();
      new Story().stopped();
    } catch (IOException e) {
      console.error("stopped with an error: " + e.getMessage());
    }
    stopped.countDown();
  }
}
