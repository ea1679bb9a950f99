package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.flow.Belonging;
import org.batchdrop.flow.ProviderTrouble;
import org.batchdrop.flow.RemoteFile;
import org.batchdrop.flow.RemoteFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchdrop files delete}. */
@Command(
    name = "delete",
    description = "Deletes files at a provider, but none of a part that is still under way.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "When one of the files must stay, none is deleted.",
      "",
      "Example: batchdrop files delete file-abc123 file-def456 --provider openai --yes"
    })
final class FilesDeleteCommand implements Callable<Integer> {

  private final Console console;
  private final InputStream in;

  @Mixin private ProviderOption option = new ProviderOption();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "The files' ids.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--yes", description = "Do it without asking.")
  private boolean yes;

  FilesDeleteCommand(Console console, InputStream in) {
    this.console = console;
    this.in = in;
  }

  @Override
  public Integer call() throws IOException {
    return option.run(
        console,
        (session, provider, belongings) -> {
          RemoteFiles files = new RemoteFiles(session, provider, belongings);
          List<RemoteFile> found = new ArrayList<>();
          for (String id : ids.stream().distinct().toList()) {
            found.add(files.file(id));
          }
          List<RemoteFile> used =
              found.stream().filter(file -> file.belonging().isUnderWay()).toList();
          for (RemoteFile file : used) {
            console.error(
                "file "
                    + file.id()
                    + " is in use by "
                    + BatchText.whose(file.belonging())
                    + "; nothing was deleted");
          }
          boolean isUnsure =
              belongings.isBuying() && found.stream().anyMatch(FilesDeleteCommand::isUnknown);
          if (isUnsure) {
            console.error(
                "parts of this home are under way at provider "
                    + provider
                    + ", and such a file may hold their answers; nothing was deleted; expected"
                    + " files of known parts, or another try when 'batchdrop jobs' shows none"
                    + " under way");
          }
          String question =
              "delete "
                  + found.size()
                  + (found.size() == 1 ? " file" : " files")
                  + named(found)
                  + " at provider "
                  + provider
                  + ", for good";
          if (!used.isEmpty()
              || isUnsure
              || !new Confirmation(console, in).isGiven(yes, question)) {
            return ExitCode.USAGE;
          }
          return delete(files, found);
        });
  }

  /** Uploads have names; what a provider writes has none of ours. */
  private static boolean isUnknown(RemoteFile file) {
    return file.belonging().kind() == Belonging.Kind.FOREIGN
        && !file.purpose().equals(Optional.of("batch"));
  }

  private static String named(List<RemoteFile> files) {
    RemoteFile first = files.get(0);
    return " ("
        + first.name().orElse(first.id())
        + ", "
        + BatchText.whose(first.belonging())
        + (files.size() > 1 ? ", ..." : "")
        + ")";
  }

  private int delete(RemoteFiles files, List<RemoteFile> found) {
    ObjectNode document = Json.object();
    List<String> deleted = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (RemoteFile file : found) {
      try {
        files.delete(file.id());
        deleted.add(file.id());
      } catch (ProviderTrouble e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    failures.forEach(console::error);
    if (option.json) {
      document.set("deleted", Json.texts(deleted));
      document.set("failures", Json.texts(failures));
      console.json(document);
    } else {
      deleted.forEach(id -> console.line("deleted " + id));
    }
    return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILED_ROWS;
  }
}
