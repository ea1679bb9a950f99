package org.batchdrop.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.flow.Belonging;
import org.batchdrop.flow.RemoteBatch;
import org.batchdrop.flow.RemoteBatches;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code batchdrop batches show}. */
@Command(
    name = "show",
    description = "Shows all that a provider tells of a batch, and whose it is.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: batchdrop batches show batch_abc123 --provider openai"})
final class BatchesShowCommand implements Callable<Integer> {

  private static final int MOST_PROBLEMS = 20;

  private final Console console;

  @Mixin private ProviderOption option = new ProviderOption();

  @Parameters(paramLabel = "ID", description = "The batch's id.")
  private String id = "";

  BatchesShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return option.run(
        console,
        (session, provider, belongings) -> {
          RemoteBatch batch = new RemoteBatches(session, provider, belongings).batch(id);
          if (option.json) {
            console.json(BatchText.json(batch));
          } else {
            print(batch);
          }
          return ExitCode.OK;
        });
  }

  private void print(RemoteBatch batch) {
    line("batch", Optional.of(batch.id()));
    line("status", Optional.of(batch.status()));
    line(
        "rows",
        Optional.of(
            batch.total().map(total -> total + ", ").orElse("")
                + batch.completed()
                + " answered, "
                + batch.failed()
                + " failed"));
    line("belongs", Optional.of(whose(batch.belonging())));
    line("endpoint", batch.endpoint());
    line("model", batch.model());
    line("window", batch.window());
    line("input", batch.inputFile());
    line("output", batch.outputFile());
    line("errors", batch.errorFile());
    batch.times().forEach((name, at) -> line(name, Optional.of(BatchText.time(Optional.of(at)))));
    batch.metadata().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(pair -> line("metadata", Optional.of(pair.getKey() + ": " + pair.getValue())));
    batch.problems().stream()
        .limit(MOST_PROBLEMS)
        .forEach(
            one ->
                line(
                    "problem",
                    Optional.of(
                        (one.line() > 0 ? "line " + one.line() + ": " : "")
                            + one.code()
                            + ": "
                            + one.message())));
    if (batch.problems().size() > MOST_PROBLEMS) {
      line("problem", Optional.of((batch.problems().size() - MOST_PROBLEMS) + " more"));
    }
  }

  private static String whose(Belonging belonging) {
    return switch (belonging.kind()) {
      case HOME -> BatchText.whose(belonging) + "; 'batchdrop show' tells more";
      case ELSEWHERE -> BatchText.whose(belonging) + ", a job that this home does not know";
      case FOREIGN -> "to nobody whom Batchdrop knows";
    };
  }

  private void line(String name, Optional<String> text) {
    console.line(name + " ".repeat(Math.max(1, 16 - name.length())) + text.orElse("-"));
  }
}
