package org.batchdrop.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code batchdrop batches}. */
@Command(
    name = "batches",
    description = "Looks at the batches at a provider, whoever made them.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples: batchdrop batches list --provider openai --status in_progress",
      "          batchdrop batches show batch_abc123 --provider openai"
    })
final class BatchesCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
