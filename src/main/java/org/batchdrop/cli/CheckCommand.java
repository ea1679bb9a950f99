package org.batchdrop.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.flow.PreFlight;
import org.batchdrop.flow.PreFlightJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchdrop check}: what would become of a file. */
@Command(
    name = "check",
    description = "Looks at a file as the daemon would, and tells what is wrong with it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Nothing is sent, and nothing is left behind. Exit codes: 0 all rows are fine; 1 some rows",
      "can't be sent; 2 the arguments or the configuration are wrong; 3 the input is rejected.",
      "",
      "Examples:",
      "  batchdrop check tickets.csv --pipeline tickets",
      "  batchdrop check tickets.csv --pipeline tickets --rows 1-100 --lines 1",
      "  batchdrop check photos.zip --pipeline captions --json"
    })
final class CheckCommand implements Callable<Integer> {

  private static final int WIDTH = 2_000;

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();
  @Mixin private InputArguments input = new InputArguments();

  @Option(
      names = "--lines",
      paramLabel = "N",
      description = "How many request lines to show (default: ${DEFAULT-VALUE}).")
  private int lines = 3;

  @Option(names = "--json", description = "One JSON object, with whole request lines.")
  private boolean json;

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return new Look(console).at(homeOption.home(), input, this::show);
  }

  private int show(PreFlight flight, Optional<PreFlight.Counts> counts) throws IOException {
    List<String> first = flight.lines(Math.max(0, lines));
    if (json) {
      console.line(PreFlightJson.write(flight, counts, Optional.empty(), first, flight.notes()));
    } else {
      print(flight, counts, first);
    }
    return exitCode(counts);
  }

  static int exitCode(Optional<PreFlight.Counts> counts) {
    if (counts.isEmpty()) {
      return ExitCode.REJECTED;
    }
    return counts.get().unsent() == 0 ? ExitCode.OK : ExitCode.FAILED_ROWS;
  }

  private void print(PreFlight flight, Optional<PreFlight.Counts> counts, List<String> first)
      throws IOException {
    boolean[] any = {false};
    flight.failures(
        failure -> {
          any[0] = true;
          console.error(Look.line(failure.code(), failure.location(), failure.message()));
        });
    if (!any[0]) {
      flight.rejected().forEach(problem -> console.error(Look.line(problem)));
    }
    first.forEach(line -> console.line(shortened(line)));
    flight.notes().forEach(note -> console.line("note: " + note));
    console.line(summary(flight, counts));
  }

  /** What the rows come to, in a line. */
  static String summary(PreFlight flight, Optional<PreFlight.Counts> counts) {
    String rows = flight.chosen().map(chosen -> ", rows " + chosen).orElse("");
    return counts
        .map(
            found ->
                JobView.rows(found.rows())
                    + " rows"
                    + rows
                    + ": "
                    + JobView.rows(found.rows() - found.unsent())
                    + " can be sent to "
                    + flight.provider()
                    + ", "
                    + JobView.rows(found.unsent())
                    + " can't; "
                    + found.parts()
                    + (found.parts() == 1 ? " part" : " parts")
                    + " in the "
                    + found.lane().label()
                    + " lane")
        .orElse("the input would be rejected" + rows);
  }

  private static String shortened(String line) {
    return line.length() <= WIDTH
        ? line
        : line.substring(0, WIDTH) + "... (" + (line.length() - WIDTH) + " more characters)";
  }
}
