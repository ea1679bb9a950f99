package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchdrop.config.Units;
import org.batchdrop.flow.Belonging;
import org.batchdrop.flow.RemoteFile;
import org.batchdrop.flow.RemoteFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code batchdrop files list}. */
@Command(
    name = "list",
    description = "Lists the files at a provider, and which part uses them.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: batchdrop files list --provider openai --json"})
final class FilesListCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private ProviderOption option = new ProviderOption();

  FilesListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return option.run(
        console,
        (session, provider, belongings) -> {
          print(provider, new RemoteFiles(session, provider, belongings).list());
          return ExitCode.OK;
        });
  }

  private void print(String provider, List<RemoteFile> files) {
    if (option.json) {
      ObjectNode document = Json.object().put("provider", provider);
      document.set("files", Json.array(files, BatchText::json));
      console.json(document);
      return;
    }
    for (RemoteFile file : files) {
      console.line(
          BatchText.time(file.createdAt())
              + "  "
              + file.id()
              + "  "
              + file.bytes().map(Units::showSize).orElse("-")
              + "  "
              + file.purpose().orElse("-")
              + "  "
              + file.name().orElse("-")
              + "  "
              + use(file.belonging()));
    }
    long bytes = files.stream().mapToLong(file -> file.bytes().orElse(0L)).sum();
    console.line(
        files.size()
            + (files.size() == 1 ? " file" : " files")
            + " at provider "
            + provider
            + ", "
            + Units.showSize(bytes));
  }

  private static String use(Belonging belonging) {
    return belonging.use().isEmpty()
        ? BatchText.whose(belonging)
        : belonging.use()
            + " of "
            + BatchText.whose(belonging)
            + belonging.batch().map(batch -> " (" + batch + ")").orElse("");
  }
}
