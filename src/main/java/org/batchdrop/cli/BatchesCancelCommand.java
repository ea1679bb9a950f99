package org.batchdrop.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import org.batchdrop.flow.Belonging;
import org.batchdrop.flow.RemoteBatch;
import org.batchdrop.flow.RemoteBatches;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchdrop batches cancel}. */
@Command(
    name = "cancel",
    description = "Asks a provider to end a batch that is no job's of this home.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Finished rows are kept and paid. Jobs of this home are ended by 'batchdrop cancel JOB'.",
      "",
      "Example: batchdrop batches cancel batch_abc123 --provider openai --yes"
    })
final class BatchesCancelCommand implements Callable<Integer> {

  private final Console console;
  private final InputStream in;

  @Mixin private ProviderOption option = new ProviderOption();

  @Parameters(paramLabel = "ID", description = "The batch's id.")
  private String id = "";

  @Option(names = "--yes", description = "Do it without asking.")
  private boolean yes;

  BatchesCancelCommand(Console console, InputStream in) {
    this.console = console;
    this.in = in;
  }

  @Override
  public Integer call() throws IOException {
    return option.run(
        console,
        (session, provider, belongings) -> {
          RemoteBatches batches = new RemoteBatches(session, provider, belongings);
          RemoteBatch batch = batches.batch(id);
          if (batch.belonging().kind() == Belonging.Kind.HOME) {
            String job = batch.belonging().part().orElseThrow().job().value();
            console.error(
                id + " belongs to a job of this home; expected 'batchdrop cancel " + job + "'");
            return ExitCode.USAGE;
          }
          if (batch.hasEnded()) {
            console.error(id + " is " + batch.status() + "; nothing is left to cancel");
            return ExitCode.USAGE;
          }
          String question =
              "cancel batch %s (%s, %s) at provider %s; its finished rows are paid"
                  .formatted(id, batch.status(), BatchText.whose(batch.belonging()), provider);
          if (!new Confirmation(console, in).isGiven(yes, question)) {
            return ExitCode.USAGE;
          }
          RemoteBatch after = batches.cancel(id);
          if (option.json) {
            console.json(BatchText.json(after));
          } else {
            console.line(id + " is " + after.status());
          }
          return ExitCode.OK;
        });
  }
}
