package org.batchdrop.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code batchdrop files}. */
@Command(
    name = "files",
    description = "Looks at the files at a provider, whoever uploaded them.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples: batchdrop files list --provider openai",
      "          batchdrop files delete file-abc123 --provider openai"
    })
final class FilesCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
