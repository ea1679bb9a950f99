package org.batchdrop.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.batchdrop.result.IdScheme;
import org.batchdrop.result.Merge;
import org.batchdrop.result.MergeOrder;
import org.batchdrop.result.MergeRefused;
import org.batchdrop.result.Merged;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchdrop merge}: results, wherever they were bought, into the table they belong to. */
@Command(
    name = "merge",
    description = "Merges result files of any Batch API client into the original CSV.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Output and error files may come in any order. Rows are found by the number at the end of each",
      "custom_id, by the group of --id-pattern, or by the column that holds the id. Needs no home and",
      "changes nothing but the new file.",
      "",
      "Exit codes: 0 every row answered; 1 some not; 2 usage; 3 a file can't be read.",
      "",
      "Examples: batchdrop merge batch_1_output.jsonl batch_1_error.jsonl --original tickets.csv",
      "          batchdrop merge out*.jsonl --original tickets.csv --id-column ticket_id \\",
      "            --column label=/choices/0/message/content#/label --out labelled.csv",
      "          batchdrop merge out.jsonl --original t.csv --id-pattern 'row-(\\d+)-v2' --first-row 0"
    })
final class MergeCommand implements Callable<Integer> {

  private static final Map<String, String> DEFAULT_COLUMNS =
      Map.of("answer", "/choices/0/message/content");
  private static final int UNREADABLE = 3;
  private static final int SHOWN = 10;

  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "RESULTS",
      description = "Output and error files, or folders of jobs in the outbox.")
  private List<Path> results = List.of();

  @Option(
      names = "--original",
      required = true,
      paramLabel = "FILE",
      description = "The CSV that the requests were made from.")
  private Path original = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The new file (default: <original>.results.csv beside the original).")
  private @Nullable Path out;

  @Option(
      names = "--column",
      paramLabel = "NAME=/pointer",
      description =
          "A result column (default: answer=/choices/0/message/content); may be repeated.")
  private Map<String, String> columns = new LinkedHashMap<>();

  @Option(names = "--id-column", paramLabel = "COL", description = "The column with the custom_id.")
  private @Nullable String idColumn;

  @Option(
      names = "--id-pattern",
      paramLabel = "REGEX",
      description = "A pattern of the whole custom_id, with one group for the row's number.")
  private @Nullable String idPattern;

  @Option(
      names = "--first-row",
      paramLabel = "0|1",
      description = "The number of the first row (default: found from the ids).")
  private @Nullable Integer firstRow;

  @Option(
      names = "--delimiter",
      paramLabel = "C",
      description = "One of , ; tab | (default: found).")
  private @Nullable String delimiter;

  @Option(
      names = "--charset",
      paramLabel = "NAME",
      description = "The charset of the original (default: UTF-8; the new file is in UTF-8).")
  private @Nullable String charset;

  @Option(
      names = "--no-csv-safe",
      description = "Leaves texts alone that a spreadsheet takes for formulas.")
  private boolean isUnsafe;

  @Option(names = "--force", description = "Replaces the new file if it is there already.")
  private boolean force;

  @Option(names = "--json", description = "Prints the facts as JSON.")
  private boolean json;

  MergeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try {
      MergeOrder order =
          new MergeOrder(
              results,
              original,
              out == null ? beside(original) : out,
              force,
              columns.isEmpty() ? DEFAULT_COLUMNS : checked(columns),
              scheme(),
              separator(),
              Optional.ofNullable(charset).map(MergeCommand::knownCharset),
              !isUnsafe);
      Merged merged = Merge.run(order);
      print(merged);
      return merged.failed() == 0 ? ExitCode.OK : ExitCode.FAILED_ROWS;
    } catch (MergeRefused e) {
      console.error("nothing was merged: " + e.getMessage());
      return e.fault() == MergeRefused.Fault.FILE ? UNREADABLE : ExitCode.USAGE;
    } catch (IOException e) {
      console.error("nothing was merged: " + e.getMessage());
      return UNREADABLE;
    } catch (IllegalArgumentException e) {
      console.error("nothing was merged: " + e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private static Path beside(Path original) {
    String name = String.valueOf(original.getFileName());
    int dot = name.lastIndexOf('.');
    return original.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".results.csv");
  }

  private static Map<String, String> checked(Map<String, String> columns) {
    columns.forEach(
        (name, pointer) -> {
          if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException(
                "--column "
                    + name
                    + "="
                    + pointer
                    + ": expected a JSON pointer such as /choices/0/message/content");
          }
        });
    return columns;
  }

  private IdScheme scheme() {
    if (idColumn != null && (idPattern != null || firstRow != null)) {
      throw new IllegalArgumentException(
          "--id-column finds rows by itself; leave out --id-pattern and --first-row");
    }
    if (firstRow != null && firstRow != 0 && firstRow != 1) {
      throw new IllegalArgumentException("--first-row " + firstRow + ": expected 0 or 1");
    }
    OptionalInt first = firstRow == null ? OptionalInt.empty() : OptionalInt.of(firstRow);
    if (idColumn != null) {
      return new IdScheme.Column(idColumn);
    }
    if (idPattern == null) {
      return new IdScheme.Trailing(first);
    }
    try {
      return new IdScheme.Matching(Pattern.compile(idPattern), first);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "--id-pattern '" + idPattern + "': " + e.getDescription(), e);
    }
  }

  private Optional<Character> separator() {
    if (delimiter == null) {
      return Optional.empty();
    }
    return switch (delimiter) {
      case "tab", "\t" -> Optional.of('\t');
      case ",", ";", "|" -> Optional.of(delimiter.charAt(0));
      default ->
          throw new IllegalArgumentException(
              "--delimiter '" + delimiter + "': expected , or ; or tab or |");
    };
  }

  private static String knownCharset(String name) {
    try {
      return Charset.forName(name).name();
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException("--charset " + name + ": there is none of that name", e);
    }
  }

  private void print(Merged merged) throws IOException {
    if (json) {
      console.line(facts(merged));
      return;
    }
    merged.problems().stream()
        .limit(SHOWN)
        .forEach(
            problem ->
                console.error(
                    problem.code() + ": " + problem.location() + ": " + problem.message()));
    console.line("rows are found by " + merged.ids());
    console.line(
        "%d rows: %d answered, %d failed (of these %d without any line)"
            .formatted(merged.rows(), merged.answered(), merged.failed(), merged.missing()));
    merged.failedByCode().forEach((code, count) -> console.line("  " + count + "  " + code));
    console.line(
        "%d lines name a row, %d do not; %d repeat a line, %d contradict one"
            .formatted(
                merged.lines(), merged.unmatched(), merged.duplicate(), merged.conflicting()));
    console.line("written: " + merged.target());
  }

  private static String facts(Merged merged) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("file", merged.target().toString());
      out.writeStringField("ids", merged.ids());
      out.writeNumberField("rows", merged.rows());
      out.writeNumberField("answered", merged.answered());
      out.writeNumberField("failed", merged.failed());
      out.writeNumberField("missing", merged.missing());
      out.writeObjectFieldStart("failed_by_code");
      for (Map.Entry<String, Long> entry : merged.failedByCode().entrySet()) {
        out.writeNumberField(entry.getKey(), entry.getValue());
      }
      out.writeEndObject();
      out.writeNumberField("lines", merged.lines());
      out.writeNumberField("unmatched_lines", merged.unmatched());
      out.writeNumberField("duplicate_lines", merged.duplicate());
      out.writeNumberField("conflicting_lines", merged.conflicting());
      out.writeEndObject();
    }
    return text.toString();
  }
}
