package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Problems;
import org.batchdrop.config.Suggestion;
import org.batchdrop.job.RowOrder;
import org.batchdrop.job.RowSelection;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A file for a pipeline, and which of its rows; the same for {@code submit} and for looks. */
final class InputArguments {

  @Parameters(paramLabel = "FILE", description = "A file, a folder or an archive.")
  private Path file = Path.of("");

  @Option(names = "--pipeline", required = true, paramLabel = "NAME", description = "The pipeline.")
  private String pipeline = "";

  @Option(
      names = "--rows",
      paramLabel = "ROWS",
      description = {
        "Only these rows: 100-200, 100-, -200, 7, or several as 1-10,50; in place of what the",
        "pipeline says."
      })
  private String rows = "";

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N of them.")
  private long limit;

  Path file() {
    return file;
  }

  String pipeline() {
    return pipeline;
  }

  /** What was said about rows; when {@link #problem} has found nothing. */
  RowOrder rowOrder() {
    return new RowOrder(
        RowSelection.parse(rows), limit < 1 ? Optional.empty() : Optional.of(limit));
  }

  /** What is wrong with the arguments, for people. */
  Optional<String> problem(Home home) throws IOException {
    Catalog catalog = new Catalog(home, "sandbox");
    List<String> pipelines = catalog.pipelineNames();
    if (!pipelines.contains(pipeline)) {
      return Optional.of(
          "there is no pipeline '"
              + pipeline
              + "' in "
              + home.pipelines()
              + Suggestion.hint(pipeline, pipelines));
    }
    if (!Files.isReadable(file)) {
      return Optional.of("'" + file + "' can't be read; expected a file or a folder");
    }
    if (limit < 0) {
      return Optional.of("'--limit " + limit + "'; expected a whole number from 1");
    }
    if (!rows.isEmpty() && RowSelection.parse(rows).isEmpty()) {
      return Optional.of(
          "'--rows " + rows + "'; expected rows such as 100-200, 100-, 7 or 1-10,50");
    }
    boolean isChosen = !rowOrder().equals(RowOrder.NONE);
    Optional<Catalog.PipelineText> text = catalog.pipelineText(pipeline);
    Optional<Pipeline> read =
        text.isPresent()
            ? catalog.pipeline(pipeline, text.get(), new Problems())
            : Optional.empty();
    return isChosen && read.isPresent() && read.get().input() instanceof InputFormat.Source
        ? Optional.of(
            "sources have no row numbers; expected --rows and --limit with a pipeline of tables,"
                + " JSON lines or requests")
        : Optional.empty();
  }
}
