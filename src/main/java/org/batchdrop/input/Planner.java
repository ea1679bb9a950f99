package org.batchdrop.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.treesitter.TSLanguage;

/** Cuts the files of a source into rows, or puts them together, and writes the plan. */
final class Planner {

  /** A longer file is one unit: parsing takes about a second and 60 MB for each megabyte. */
  private static final int MOST_PARSED = 4 << 20;

  private static final long PARSE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Few texts have more tokens than that. */
  private static final int BYTES_PER_TOKEN = 3;

  private final SourceFiles files;
  private final InputFormat.Source source;
  private final ParseLog log;
  private final StopCheck stop;
  private final Map<Grammar, TSLanguage> loaded = new EnumMap<>(Grammar.class);

  private Planner(SourceFiles files, InputFormat.Source source, ParseLog log, StopCheck stop) {
    this.files = files;
    this.source = source;
    this.log = log;
    this.stop = stop;
  }

  /**
   * Writes {@link JobFolder#units}.
   *
   * @throws InputRejected with the code {@code parser_unavailable} when this machine can't load the
   *     parser
   * @throws IOException when reading or writing fails, or the work shall stop
   */
  static void write(JobFolder folder, SourceFiles files, InputFormat.Source source, StopCheck stop)
      throws IOException, InputRejected {
    ParseLog log = ParseLog.open(folder.parsing());
    Planner planner = new Planner(files, source, log, stop);
    try (UnitPlan.Writer plan = new UnitPlan.Writer(folder.units())) {
      if (source.split() == InputFormat.Split.FUNCTION) {
        planner.units(plan);
      } else {
        planner.groups(plan);
      }
      plan.publish();
    } finally {
      log.end();
    }
  }

  private void units(UnitPlan.Writer plan) throws IOException, InputRejected {
    for (String path : files.paths()) {
      stop.check();
      SourceFiles.Look look = files.read(path);
      RowProblem problem = look.problem();
      if (problem != null) {
        plan.add(PlannedRow.failed(path, problem));
        continue;
      }
      for (SourceUnit unit : units(path, look.content())) {
        plan.add(PlannedRow.of(unit));
      }
    }
  }

  private List<SourceUnit> units(String path, byte[] content) throws IOException, InputRejected {
    List<SourceUnit> whole = List.of(SourceUnit.wholeFile(path, content.length));
    Optional<Grammar> grammar = Grammar.of(path);
    if (grammar.isEmpty()
        || content.length == 0
        || content.length > MOST_PARSED
        || !log.allows(path)) {
      return whole;
    }
    TSLanguage language = language(grammar.get(), path);
    log.begin(path);
    Optional<List<SyntaxItem>> items =
        SyntaxTree.items(grammar.get(), language, content, PARSE_NANOS, stop);
    boolean slashes = grammar.get().hasLineCommentsWithSlashes();
    return items.flatMap(all -> UnitCutter.cut(path, content, all, slashes)).orElse(whole);
  }

  private TSLanguage language(Grammar grammar, String path) throws InputRejected {
    TSLanguage known = loaded.get(grammar);
    if (known != null) {
      return known;
    }
    try {
      TSLanguage language = grammar.load();
      loaded.put(grammar, language);
      return language;
    } catch (LinkageError | RuntimeException e) {
      throw new InputRejected(
          "parser_unavailable",
          path,
          "the parser for '%s' can't be loaded: %s; expected Linux (glibc), macOS or Windows on"
                  .formatted(path, root(e))
              + " x86-64 or arm64 (Windows: x86-64) and a folder for temporary files ("
              + System.getProperty("java.io.tmpdir")
              + ") that can be written and allows execution; nothing was sent; correct that,"
              + " restart batchdrop and drop it again, or use 'input.split: file'");
    }
  }

  /** Why in the end: what a class says when it can't be loaded is not it. */
  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private void groups(UnitPlan.Writer plan) throws IOException {
    List<SourceUnit> group = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    long most = (long) source.aggregateTokens() * BYTES_PER_TOKEN;
    long size = 0;
    for (String path : files.paths()) {
      stop.check();
      SourceFiles.Look look = files.read(path);
      RowProblem problem = look.problem();
      if (!group.isEmpty() && (problem != null || size + look.content().length > most)) {
        plan.add(new PlannedRow(group, MarkerLine.marksFor(contents), null));
        group.clear();
        contents.clear();
        size = 0;
      }
      if (problem != null) {
        plan.add(PlannedRow.failed(path, problem));
      } else {
        group.add(SourceUnit.wholeFile(path, look.content().length));
        contents.add(look.content());
        size += look.content().length;
      }
    }
    if (!group.isEmpty()) {
      plan.add(new PlannedRow(group, MarkerLine.marksFor(contents), null));
    }
  }
}
