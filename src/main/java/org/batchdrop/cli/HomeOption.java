package org.batchdrop.cli;

import java.nio.file.Path;
import org.batchdrop.config.Home;
import picocli.CommandLine.Option;

/** {@code --home}, the same for every command. */
final class HomeOption {

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "The home: settings, pipelines, inbox, outbox (default: the current folder).")
  private Path home = Path.of("");

  Home home() {
    return new Home(home);
  }
}
