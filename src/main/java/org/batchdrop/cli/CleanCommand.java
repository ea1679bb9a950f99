package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.config.Units;
import org.batchdrop.flow.Belonging;
import org.batchdrop.flow.Cleaning;
import org.batchdrop.flow.ProviderTrouble;
import org.batchdrop.flow.RemoteFile;
import org.batchdrop.flow.RemoteFiles;
import org.batchdrop.journal.Journal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchdrop clean}. */
@Command(
    name = "clean",
    description = "Removes what published jobs left behind, here and at a provider.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Only of this home's jobs whose results are published; nothing that waits in the inbox, nothing",
      "in the outbox, and no file of anybody else. It may run beside the daemon.",
      "",
      "Examples: batchdrop clean --local --remote --provider openai --dry-run",
      "          batchdrop clean --remote --provider openai --results --older-than 30d"
    })
final class CleanCommand implements Callable<Integer> {

  private final Console console;
  private final ArrayNode removedHere = Json.array();
  private final ArrayNode removedThere = Json.array();
  private final ArrayNode failures = Json.array();

  @Mixin private ProviderOption option = new ProviderOption();

  @Option(
      names = "--local",
      description =
          "Work folders and rotated logs of this home, and copies that a killed submit or retry left.")
  private boolean local;

  @Option(names = "--remote", description = "Uploaded inputs at the provider.")
  private boolean remote;

  @Option(names = "--results", description = "With --remote: also files of answers and failures.")
  private boolean results;

  @Option(names = "--dry-run", description = "Only tell what would be removed.")
  private boolean dryRun;

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      converter = DoctorCommand.Time.class,
      description = "Published at least so long ago (default: batchdrop.keep-work).")
  private Optional<Duration> age = Optional.empty();

  CleanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (!local && !remote) {
      console.error("nothing to clean: expected --local, --remote, or both");
      return ExitCode.USAGE;
    }
    Home home = option.homeOption.home();
    Optional<Settings> settings = ProviderOption.settings(console, home);
    if (settings.isEmpty()) {
      return ExitCode.USAGE;
    }
    Instant now = InstantSource.system().instant();
    Instant before = now.minus(age.orElseGet(settings.get()::keepWork));
    if (local) {
      here(home, before, now);
    }
    int code = remote ? there(before) : ExitCode.OK;
    if (code == ExitCode.USAGE) {
      return code;
    }
    if (option.json) {
      ObjectNode document = Json.object().put("dry_run", dryRun);
      document.set("local", removedHere);
      document.set("remote", removedThere);
      document.set("failures", failures);
      console.json(document);
    } else {
      console.line(
          (removedHere.size() + removedThere.size()) + (dryRun ? " would be removed" : " removed"));
    }
    return failures.isEmpty() ? code : ExitCode.FAILED_ROWS;
  }

  private void here(Home home, Instant before, Instant now) throws IOException {
    Cleaning cleaning = new Cleaning(home);
    Optional<Journal> found = Journal.openReadOnly(home.journal());
    if (found.isEmpty()) {
      return;
    }
    List<Cleaning.Item> items;
    try (Journal journal = found.get()) {
      items = cleaning.find(journal, before, now);
    }
    for (Cleaning.Item item : items) {
      String path = home.show(item.path());
      try {
        if (!dryRun) {
          cleaning.remove(item);
        }
        removedHere.add(Json.object().put("path", path).put("bytes", item.bytes()));
        tell(path + "  " + Units.showSize(item.bytes()));
      } catch (IOException e) {
        failed(path + " can't be removed: " + e.getMessage());
      }
    }
  }

  private int there(Instant before) throws IOException {
    return option.run(
        console,
        (session, provider, belongings) -> {
          RemoteFiles files = new RemoteFiles(session, provider, belongings);
          for (RemoteFile file : files.list()) {
            if (isOutdated(file.belonging(), before)) {
              remove(files, file);
            }
          }
          return ExitCode.OK;
        });
  }

  private boolean isOutdated(Belonging belonging, Instant before) {
    boolean isWanted = results || belonging.use().equals("input");
    return belonging.kind() == Belonging.Kind.HOME
        && !belonging.isUnderWay()
        && isWanted
        && belonging.published().filter(at -> at.isBefore(before)).isPresent();
  }

  private void remove(RemoteFiles files, RemoteFile file) {
    try {
      if (!dryRun) {
        files.delete(file.id());
      }
      removedThere.add(BatchText.json(file));
      tell(
          file.id()
              + "  "
              + file.bytes().map(Units::showSize).orElse("-")
              + "  "
              + file.belonging().use()
              + " of "
              + BatchText.whose(file.belonging()));
    } catch (ProviderTrouble e) {
      failed(String.valueOf(e.getMessage()));
    }
  }

  private void tell(String what) {
    if (!option.json) {
      console.line((dryRun ? "would remove " : "removed ") + what);
    }
  }

  private void failed(String why) {
    failures.add(why);
    console.error(why);
  }
}
