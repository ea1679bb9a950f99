package org.batchdrop.cli;

import java.io.IOException;
import java.io.PrintWriter;
import org.batchdrop.journal.JournalException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** All commands of {@code batchdrop}. */
@Command(
    name = "batchdrop",
    description = {
      "Drop a file into inbox/<pipeline>/, collect complete answers from outbox/<pipeline>/:",
      "half-price Batch APIs of OpenAI, DashScope, ModelVerse and compatible providers."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class,
    footer = {"", "Try it without a key: batchdrop demo"})
public final class Commands implements Runnable {

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Commands(Console console) {
    this.console = console;
  }

  /**
   * Runs one command.
   *
   * @param isTerminal whether standard output is a terminal
   * @return the exit code
   */
  public static int execute(
      String[] arguments, PrintWriter out, PrintWriter err, boolean isTerminal) {
    Console console = new Console(out, err, isTerminal);
    CommandLine line =
        new CommandLine(new Commands(console))
            .addSubcommand(new DemoCommand(console))
            .addSubcommand(new RunCommand(console))
            .addSubcommand(new CheckCommand(console))
            .addSubcommand(new EstimateCommand(console))
            .addSubcommand(new SubmitCommand(console))
            .addSubcommand(new JobsCommand(console))
            .addSubcommand(new ShowCommand(console))
            .addSubcommand(new ApproveCommand(console))
            .addSubcommand(new CancelCommand(console))
            .addSubcommand(new RetryCommand(console))
            .addSubcommand(new FsckCommand(console))
            .addSubcommand(new MergeCommand(console))
            .addSubcommand(new AnalyzeCommand(console))
            .addSubcommand(
                new CommandLine(new BatchesCommand())
                    .addSubcommand(new BatchesListCommand(console))
                    .addSubcommand(new BatchesShowCommand(console))
                    .addSubcommand(new BatchesCancelCommand(console, System.in)))
            .addSubcommand(
                new CommandLine(new FilesCommand())
                    .addSubcommand(new FilesListCommand(console))
                    .addSubcommand(new FilesDeleteCommand(console, System.in)))
            .addSubcommand(new DoctorCommand(console, System.in))
            .addSubcommand(new CleanCommand(console))
            .addSubcommand(new SandboxCommand(console));
    line.setOut(out);
    line.setErr(err);
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(console, e));
    return line.execute(arguments);
  }

  @Override
  public void run() {
    spec.commandLine().usage(console.out());
  }

  private static int failed(Console console, Exception e) throws Exception {
    if (e instanceof IOException
        || e instanceof JournalException
        || e instanceof java.io.UncheckedIOException) {
      console.error("batchdrop failed: " + e.getMessage());
      return ExitCode.FAILED_ROWS;
    }
    throw e;
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Commands.class.getPackage().getImplementationVersion();
      return new String[] {"batchdrop " + (version == null ? "(not packaged)" : version)};
    }
  }
}
