package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

  @Mixin private JsonOption jsonOption = new JsonOption();

  @Option(
      names = "--live",
      description = "Also read the providers' lists of batches; needs their keys and the network.")
  private boolean live;

  private final ArrayNode notes = Json.array();
  private final ArrayNode found = Json.array();
  private final ArrayNode providers = Json.array();

  FsckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Home home = homeOption.home();
    Optional<Journal> opened = Journal.openReadOnly(home.journal());
    if (opened.isEmpty()) {
      return finish(0, "no jobs yet in " + home.root());
    }
    try (Journal journal = opened.get()) {
      Fsck.Findings findings = new Fsck(home, journal).check();
      findings.notes().forEach(this::note);
      findings.problems().forEach(this::problem);
      if (live) {
        look(home, journal);
      }
      return finish(
          findings.jobs(),
          count(findings.jobs(), "job") + " checked, " + count(found.size(), "problem"));
    }
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private void note(String text) {
    notes.add(text);
    if (!jsonOption.json) {
      console.line("note: " + text);
    }
  }

  private void problem(String text) {
    found.add(text);
    console.error("problem: " + text);
  }

  private int finish(int jobs, String summary) {
    if (jsonOption.json) {
      ObjectNode document = Json.object().put("jobs", jobs);
      document.set("problems", found);
      document.set("notes", notes);
      document.set("providers", providers);
      console.json(document);
    } else {
      console.line(summary);
    }
    return found.isEmpty() ? ExitCode.OK : ExitCode.FAILED_ROWS;
  }

  private void look(Home home, Journal journal) throws IOException {
    Problems problems = new Problems();
    String text = Files.isRegularFile(home.settings()) ? Files.readString(home.settings()) : "";
    Optional<Settings> settings =
        Settings.read(home.show(home.settings()), text, ProviderOption.ENVIRONMENT, problems);
    if (settings.isEmpty()) {
      problems.all().stream().map(Problem::toString).forEach(this::problem);
      return;
    }
    LogFile.useFor(home);
    Catalog catalog = new Catalog(home, settings.get().requestsProvider());
    List<ProviderLook.Shown> shown =
        ProviderLook.at(home, settings.get(), catalog, ProviderOption.ENVIRONMENT, journal);
    for (ProviderLook.Shown one : shown) {
      String provider = "provider " + one.provider() + ": ";
      providers.add(
          Json.object()
              .put("provider", one.provider())
              .put("batches_of_batchdrop", one.ours())
              .put("failure", one.failure().orElse(null)));
      if (!jsonOption.json) {
        console.line(provider + one.ours() + " batches of Batchdrop's");
      }
      one.unknown().forEach(batch -> problem(provider + "unknown batch " + batch));
      one.failure().ifPresent(why -> problem(provider + why));
    }
  }
}
