package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Problem;
import org.batchdrop.config.Problems;
import org.batchdrop.config.Settings;
import org.batchdrop.flow.Fsck;
import org.batchdrop.flow.ProviderLook;
import org.batchdrop.journal.Journal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchdrop fsck}: looks whether a home keeps what is promised. */
@Command(
    name = "fsck",
    description = "Checks jobs, results and, on request, the batches at the providers.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "It changes nothing and may run beside the daemon. Exit codes: 0 all is well; 1 it is not.",
      "",
      "Example: batchdrop fsck --live"
    })
final class FsckCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Option(
      names = "--live",
      description = "Also read the providers' lists of batches; needs their keys and the network.")
  private boolean live;

  FsckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Home home = homeOption.home();
    Optional<Journal> found = Journal.openReadOnly(home.journal());
    if (found.isEmpty()) {
      console.line("no jobs yet in " + home.root());
      return ExitCode.OK;
    }
    try (Journal journal = found.get()) {
      Fsck.Findings findings = new Fsck(home, journal).check();
      findings.notes().forEach(note -> console.line("note: " + note));
      findings.problems().forEach(problem -> console.error("problem: " + problem));
      int problems = findings.problems().size() + (live ? look(home, journal) : 0);
      console.line(findings.jobs() + " jobs checked, " + problems + " problems");
      return problems == 0 ? ExitCode.OK : ExitCode.FAILED_ROWS;
    }
  }

  private int look(Home home, Journal journal) throws IOException {
    Problems problems = new Problems();
    String text = Files.isRegularFile(home.settings()) ? Files.readString(home.settings()) : "";
    Optional<Settings> settings =
        Settings.read(
            home.show(home.settings()),
            text,
            name -> Optional.ofNullable(System.getenv(name)),
            problems);
    if (settings.isEmpty()) {
      problems.all().stream().map(Problem::toString).forEach(console::error);
      return problems.all().size();
    }
    LogFile.useFor(home);
    Catalog catalog = new Catalog(home, settings.get().requestsProvider());
    List<ProviderLook.Shown> shown =
        ProviderLook.at(
            home,
            settings.get(),
            catalog,
            name -> Optional.ofNullable(System.getenv(name)),
            journal);
    int count = 0;
    for (ProviderLook.Shown one : shown) {
      console.line("provider " + one.provider() + ": " + one.ours() + " batches of Batchdrop's");
      for (String batch : one.unknown()) {
        console.error("problem: provider " + one.provider() + ": unknown batch " + batch);
        count++;
      }
      if (one.failure().isPresent()) {
        console.error("problem: provider " + one.provider() + ": " + one.failure().get());
        count++;
      }
    }
    return count;
  }
}
