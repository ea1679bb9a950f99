package org.batchdrop.cli;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.batchdrop.config.Home;
import org.batchdrop.flow.Daemon;
import org.batchdrop.flow.DaemonRefused;

/** A daemon together with the sandbox that it may need. */
final class RunningDaemon implements AutoCloseable {

  private final Home home;
  private final Daemon daemon;
  private final EmbeddedSandbox sandbox;

  private RunningDaemon(Home home, Daemon daemon, EmbeddedSandbox sandbox) {
    this.home = home;
    this.daemon = daemon;
    this.sandbox = sandbox;
  }

  /** Starts both; the log goes into the home. */
  static RunningDaemon start(Home home) throws DaemonRefused, IOException {
    return start(home, false);
  }

  /** Starts both, with the providers' raw answers in the log or without. */
  static RunningDaemon start(Home home, boolean debug) throws DaemonRefused, IOException {
    EmbeddedSandbox sandbox = new EmbeddedSandbox(home);
    try {
      Daemon daemon =
          Daemon.start(
              new Daemon.Parts(
                  home,
                  name -> Optional.ofNullable(System.getenv(name)),
                  sandbox::with,
                  InstantSource.system(),
                  debug));
      return new RunningDaemon(home, daemon, sandbox);
    } catch (IOException | RuntimeException | DaemonRefused e) {
      sandbox.close();
      throw e;
    }
  }

  /** Where it works. */
  Home home() {
    return home;
  }

  @Override
  public void close() throws IOException {
    daemon.close();
    sandbox.close();
  }
}
