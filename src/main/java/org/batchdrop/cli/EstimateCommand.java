package org.batchdrop.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.flow.Forecast;
import org.batchdrop.flow.PreFlight;
import org.batchdrop.flow.PreFlightJson;
import org.batchdrop.job.Money;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchdrop estimate}: what a file would use and cost. */
@Command(
    name = "estimate",
    description = "Tells how many tokens a file would use, and what it would cost.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Prices are those of prices.yaml in the home; one that is not there is unknown, and never",
      "guessed. Input is counted exactly for OpenAI's models, and estimated high for others. Nothing is",
      "sent, and nothing is left behind. Exit codes: 0 all rows are fine; 1 some rows can't be sent;",
      "2 the arguments or the configuration are wrong; 3 the input is rejected.",
      "",
      "Examples:",
      "  batchdrop estimate tickets.csv --pipeline tickets",
      "  batchdrop estimate tickets.csv --pipeline tickets --limit 1000 --json"
    })
final class EstimateCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();
  @Mixin private InputArguments input = new InputArguments();

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  EstimateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return new Look(console).at(homeOption.home(), input, this::show);
  }

  private int show(PreFlight flight, Optional<PreFlight.Counts> counts) throws IOException {
    Optional<Forecast> forecast =
        counts.isEmpty() ? Optional.empty() : Optional.of(flight.forecast());
    List<String> notes = new ArrayList<>(flight.notes());
    if (counts.isPresent() && forecast.isPresent()) {
      flight.budget(forecast.get(), counts.get().lane()).ifPresent(notes::add);
    }
    if (json) {
      console.line(PreFlightJson.write(flight, counts, forecast, List.of(), notes));
      return CheckCommand.exitCode(counts);
    }
    flight.rejected().forEach(problem -> console.error(Look.line(problem)));
    console.line(CheckCommand.summary(flight, counts));
    if (counts.isPresent() && counts.get().unsent() > 0) {
      console.line("'batchdrop check' names each row that can't be sent");
    }
    forecast.ifPresent(this::print);
    notes.forEach(note -> console.line("note: " + note));
    return CheckCommand.exitCode(counts);
  }

  private void print(Forecast forecast) {
    for (Forecast.Model model : forecast.models()) {
      console.line("model     " + model.name() + " " + model.endpoint());
      console.line(
          "tokens    input "
              + (model.vocabulary().isPresent() ? "" : "about ")
              + JobView.rows(model.input())
              + ", output up to about "
              + JobView.rows(model.output()));
      console.line("          " + model.basis());
      console.line(
          "cache     at best "
              + JobView.rows(model.cacheable())
              + " of the input tokens: requests share their first "
              + JobView.rows(model.shared()));
    }
    for (Forecast.Offer offer : forecast.offers()) {
      console.line(
          "cost      "
              + name(offer)
              + offer.amount().map(Money::show).orElse("unknown: " + offer.unknown()));
    }
  }

  private static String name(Forecast.Offer offer) {
    return switch (offer.name()) {
      case "batch" -> "batch                        ";
      case "batch_cached" -> "batch, with prompt cache     ";
      case "realtime" -> "realtime                     ";
      default -> "realtime, with prompt cache  ";
    };
  }
}
