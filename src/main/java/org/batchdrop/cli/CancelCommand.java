package org.batchdrop.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.batchdrop.job.JobOrder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code batchdrop cancel}. */
@Command(
    name = "cancel",
    description = "Buys nothing more for a job, and delivers what there is.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Batches that run are cancelled at the provider; rows that were answered are paid and delivered.",
      "",
      "Example: batchdrop cancel 3fa9c1"
    })
final class CancelCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Mixin private JsonOption jsonOption = new JsonOption();

  @Parameters(paramLabel = "JOB", description = "The job's id, or its end.")
  private String id = "";

  CancelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return new OrderCommand(console, jsonOption.json)
        .give(homeOption.home(), JobOrder.Verb.CANCEL, id);
  }
}
