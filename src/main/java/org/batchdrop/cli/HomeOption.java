package org.batchdrop.cli;

import java.nio.file.Path;
import org.batchdrop.config.Home;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --home}, the same for every command. */
final class HomeOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "The home: settings, pipelines, inbox, outbox (default: the current folder).")
  private Path home = Path.of("");

  /**
   * The home.
   *
   * @throws CommandLine.ParameterException when its path holds a character that has a meaning in
   *     addresses and patterns
   */
  Home home() {
    Home found = new Home(home);
    if (found.root().toString().matches(".*[%?#{}].*")) {
      throw new CommandLine.ParameterException(
          command.commandLine(),
          "the home '" + found.root() + "' can't be used; expected a path without % ? # { }");
    }
    return found;
  }
}
