package org.batchdrop.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Cost;
import org.batchdrop.config.PriceFile;
import org.batchdrop.config.Prices;
import org.batchdrop.config.Problems;
import org.batchdrop.job.Money;
import org.batchdrop.job.Usage;
import org.batchdrop.result.Analysis;
import org.batchdrop.result.Distribution;
import org.batchdrop.result.MergeRefused;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchdrop analyze}: what stands in result files. */
@Command(
    name = "analyze",
    description = "Counts what stands in result files: errors, tokens, lengths, cost.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Lines are counted, not rows. Counts, sums, means and maxima are exact; p50 and p95 are at most",
      "1 %% off, always in the same way. Memory does not grow with the files.",
      "Exit codes: 0 done; 2 usage; 3 a file can't be read.",
      "",
      "Examples: batchdrop analyze batch_1_output.jsonl batch_1_error.jsonl",
      "          batchdrop analyze outbox/tickets/20261101-120000-tickets-3fa9c1 --json",
      "          batchdrop analyze out.jsonl --provider openai --prices prices.yaml"
    })
final class AnalyzeCommand implements Callable<Integer> {

  private static final int UNREADABLE = 3;

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Parameters(
      arity = "1..*",
      paramLabel = "RESULTS",
      description = "Output and error files, or folders of jobs in the outbox.")
  private List<Path> results = List.of();

  @Option(names = "--json", description = "Prints the facts as JSON.")
  private boolean json;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description = "The prices (default: prices.yaml of the home).")
  private @Nullable Path prices;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description = "Whose prices count; without it the cost is not known.")
  private @Nullable String provider;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "The model whose price counts (default: what each answer names).")
  private @Nullable String model;

  @Option(names = "--realtime", description = "Takes the prices of single calls, not of batches.")
  private boolean realtime;

  AnalyzeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Problems problems = new Problems();
    Optional<Prices> known = prices(problems);
    if (known.isEmpty()) {
      problems.all().forEach(problem -> console.error(problem.toString()));
      return ExitCode.USAGE;
    }
    Analysis analysis;
    try {
      analysis = Analysis.of(results);
    } catch (MergeRefused | IOException e) {
      console.error("nothing was counted: " + e.getMessage());
      return UNREADABLE;
    }
    Map<String, Cost> costs = costs(analysis, known.get());
    if (json) {
      console.line(facts(analysis, costs));
    } else {
      print(analysis, costs);
    }
    return ExitCode.OK;
  }

  private Optional<Prices> prices(Problems problems) throws IOException {
    Catalog catalog = new Catalog(homeOption.home(), "sandbox");
    if (prices == null) {
      return catalog.prices(problems);
    }
    if (!Files.isReadable(prices)) {
      console.error(prices + ": can't be read; expected a file of prices");
      return Optional.empty();
    }
    return PriceFile.read(
        prices.toString(), Files.readString(prices), catalog.profileNames(), problems);
  }

  private Map<String, Cost> costs(Analysis analysis, Prices known) {
    Map<String, Usage> used = analysis.usage();
    if (model != null) {
      Usage all = used.values().stream().reduce(Usage.NONE, Usage::plus);
      used = Map.of(model, all);
    }
    Map<String, Cost> costs = new LinkedHashMap<>();
    used.forEach((name, usage) -> costs.put(name, cost(known, name, usage)));
    return costs;
  }

  private Cost cost(Prices known, String name, Usage usage) {
    if (provider == null) {
      return new Cost(Optional.empty(), "say --provider to see what it costs");
    }
    Prices.Quote quote = realtime ? known.realtime(provider, name) : known.batch(provider, name);
    return quote.cost(usage);
  }

  private void print(Analysis analysis, Map<String, Cost> costs) {
    console.line(
        "%d lines: %d answers, %d failures, %d malformed; %d without custom_id"
            .formatted(
                analysis.lines(),
                analysis.answers(),
                analysis.failures(),
                analysis.malformed(),
                analysis.nameless()));
    console.line(
        "%d answers cut at the limit of tokens, %d refused"
            .formatted(analysis.truncated(), analysis.refused()));
    counts("error codes", analysis.codes());
    counts("HTTP statuses", analysis.statuses());
    counts("finish reasons", analysis.finishReasons());
    counts("models", analysis.models());
    distributions(analysis).forEach(this::distribution);
    costs.forEach(
        (name, cost) ->
            console.line(
                "cost of "
                    + name
                    + ": "
                    + cost.amount().map(Money::toString).orElse("not known; " + cost.reason())));
  }

  private void counts(String title, Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      console.line(title);
      counts.forEach((name, count) -> console.line("  " + count + "  " + name));
    }
  }

  private static Map<String, Distribution> distributions(Analysis analysis) {
    Map<String, Distribution> all = new LinkedHashMap<>();
    all.put("prompt_tokens", analysis.prompt());
    all.put("completion_tokens", analysis.completion());
    all.put("cached_tokens", analysis.cached());
    all.put("milliseconds", analysis.millis());
    all.put("characters", analysis.lengths());
    return all;
  }

  private void distribution(String name, Distribution one) {
    if (one.count() > 0) {
      console.line(
          String.format(
              Locale.ROOT,
              "%s: sum %d, mean %.1f, p50 %d, p95 %d, max %d, in %d answers",
              name,
              one.sum(),
              one.mean(),
              one.quantile(0.5),
              one.quantile(0.95),
              one.max(),
              one.count()));
    }
  }

  private static String facts(Analysis analysis, Map<String, Cost> costs) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeNumberField("lines", analysis.lines());
      out.writeNumberField("answers", analysis.answers());
      out.writeNumberField("failures", analysis.failures());
      out.writeNumberField("malformed", analysis.malformed());
      out.writeNumberField("without_custom_id", analysis.nameless());
      out.writeNumberField("truncated", analysis.truncated());
      out.writeNumberField("refused", analysis.refused());
      writeCounts(out, "error_codes", analysis.codes());
      writeCounts(out, "statuses", analysis.statuses());
      writeCounts(out, "finish_reasons", analysis.finishReasons());
      writeCounts(out, "models", analysis.models());
      for (Map.Entry<String, Distribution> entry : distributions(analysis).entrySet()) {
        Distribution one = entry.getValue();
        out.writeObjectFieldStart(entry.getKey());
        out.writeNumberField("count", one.count());
        out.writeNumberField("sum", one.sum());
        out.writeNumberField("mean", one.mean());
        out.writeNumberField("p50", one.quantile(0.5));
        out.writeNumberField("p95", one.quantile(0.95));
        out.writeNumberField("max", one.max());
        out.writeEndObject();
      }
      out.writeObjectFieldStart("cost");
      for (Map.Entry<String, Cost> entry : costs.entrySet()) {
        out.writeObjectFieldStart(entry.getKey());
        if (entry.getValue().amount().isPresent()) {
          out.writeStringField("amount", entry.getValue().amount().get().toString());
        } else {
          out.writeNullField("amount");
          out.writeStringField("unknown", entry.getValue().reason());
        }
        out.writeEndObject();
      }
      out.writeEndObject();
      out.writeEndObject();
    }
    return text.toString();
  }

  private static void writeCounts(JsonGenerator out, String name, Map<String, Long> counts)
      throws IOException {
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      out.writeNumberField(entry.getKey(), entry.getValue());
    }
    out.writeEndObject();
  }
}
