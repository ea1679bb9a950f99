package org.batchdrop.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.batchdrop.job.JobOrder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code batchdrop approve}. */
@Command(
    name = "approve",
    description = "Lets a parked job go on, whatever it may cost.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A job is parked when it would exceed its budget, when its batch was cancelled at the provider,",
      "or when nobody can find out whether it was bought. Approving takes responsibility for that.",
      "",
      "Example: batchdrop approve 3fa9c1"
    })
final class ApproveCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Mixin private JsonOption jsonOption = new JsonOption();

  @Parameters(paramLabel = "JOB", description = "The job's id, or its end.")
  private String id = "";

  ApproveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return new OrderCommand(console, jsonOption.json)
        .give(homeOption.home(), JobOrder.Verb.APPROVE, id);
  }
}
