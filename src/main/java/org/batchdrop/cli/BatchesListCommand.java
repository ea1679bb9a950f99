package org.batchdrop.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.batchdrop.flow.BatchFilter;
import org.batchdrop.flow.RemoteBatch;
import org.batchdrop.flow.RemoteBatches;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code batchdrop batches list}. */
@Command(
    name = "list",
    description = "Lists batches, newest first, to the end of the provider's list.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 the list was read to its end; 1 it was not; 2 usage.",
      "",
      "Examples: batchdrop batches list --provider openai --created-after 7d --foreign",
      "          batchdrop batches list --provider dashscope --status in_progress,validating --json"
    })
final class BatchesListCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private ProviderOption option = new ProviderOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--status",
      split = ",",
      paramLabel = "STATUS",
      description = "Only batches of these statuses.")
  private List<String> statuses = List.of();

  @Option(
      names = "--name",
      paramLabel = "TEXT",
      description = "Only batches with this text in their metadata: a job's id, a name.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--created-after",
      paramLabel = "TIME",
      converter = WhenOption.class,
      description = "Only batches created since: 2026-11-24, 2026-11-24T08:00, or 7d ago.")
  private Optional<Instant> after = Optional.empty();

  @Option(
      names = "--created-before",
      paramLabel = "TIME",
      converter = WhenOption.class,
      description = "Only batches created before.")
  private Optional<Instant> before = Optional.empty();

  @Option(
      names = "--input-file",
      paramLabel = "ID",
      description = "Only batches of this uploaded file.")
  private Optional<String> inputFile = Optional.empty();

  @ArgGroup private Whose whose = new Whose();

  @Option(names = "--limit", paramLabel = "N", description = "So many at most (default: all).")
  private int limit = Integer.MAX_VALUE;

  /** One of the two. */
  static final class Whose {
    @Option(names = "--ours", description = "Only batches of jobs of this home.")
    private boolean ours;

    @Option(names = "--foreign", description = "Only batches of nobody in this home.")
    private boolean foreign;

    Optional<Boolean> choice() {
      return ours || foreign ? Optional.of(ours) : Optional.empty();
    }
  }

  BatchesListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "'--limit " + limit + "'; expected 1 or more");
    }
    Set<String> wanted =
        statuses.stream().map(one -> one.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    BatchFilter filter =
        new BatchFilter(wanted, name, after, before, inputFile, whose.choice(), limit);
    return option.run(
        console,
        (session, provider, belongings) -> {
          RemoteBatches.Found found = new RemoteBatches(session, provider, belongings).list(filter);
          print(provider, found);
          found
              .failure()
              .ifPresent(
                  why ->
                      console.error(
                          "the list of provider " + provider + " was not read to its end: " + why));
          return found.failure().isPresent() ? ExitCode.FAILED_ROWS : ExitCode.OK;
        });
  }

  private void print(String provider, RemoteBatches.Found found) {
    if (option.json) {
      ObjectNode document = Json.object().put("provider", provider);
      document.set("batches", Json.array(found.batches(), BatchText::json));
      document.put("failure", found.failure().orElse(null));
      console.json(document);
      return;
    }
    for (RemoteBatch batch : found.batches()) {
      console.line(
          BatchText.time(batch.createdAt())
              + "  "
              + batch.id()
              + "  "
              + batch.status()
              + "  "
              + batch.completed()
              + "+"
              + batch.failed()
              + "  "
              + BatchText.whose(batch.belonging()));
    }
    int count = found.batches().size();
    console.line(count + (count == 1 ? " batch" : " batches") + " at provider " + provider);
  }
}
