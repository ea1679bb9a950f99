package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.TextInput;
import org.batchdrop.input.Tree;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.result.AnswerIndex.State;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.MergeRefused.Fault;
import org.batchdrop.result.Problems.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Merges results into a table by hand, whoever bought them: the same table that a job's {@code
 * results.csv} is. Memory: 12 bytes a row, what the ids take, at most a quarter of the heap for
 * result files, and at most an eighth for where the values stand in them.
 */
public final class Merge {

  private final MergeOrder order;
  private final Path table;
  private final List<Path> files;
  private final Problems problems = new Problems();
  private final ResultLine line;
  private final Balance balance = new Balance();
  private @Nullable ValueIndex values;
  private long lines;
  private long matched;
  private long missing;

  private Merge(MergeOrder order, Path table, List<Path> files) {
    this.order = order;
    this.table = table;
    this.files = files;
    this.line = new ResultLine(new CellValues(order.columns().values()).pointers());
  }

  /**
   * Merges.
   *
   * @return what it came to; the target is then durable, in place of what was there
   * @throws MergeRefused when it can't be done; nothing was written, or the target is as it was
   * @throws IOException when a file can't be read or written; likewise
   */
  public static Merged run(MergeOrder order) throws IOException, MergeRefused {
    List<Path> files = files(order.results());
    requireTarget(order, files);
    Path folder = folder(order.target());
    Path scratch = folder.resolve(temporaryName(order.target()));
    Files.createDirectory(scratch);
    try {
      Path table =
          TextInput.utf8(
              new JobFolder(scratch), order.original(), order.charset(), StopCheck.NEVER);
      List<String> names = MergeRows.names(table, order.delimiter());
      if (names.get(0).strip().startsWith("{")) {
        throw new MergeRefused(
            Fault.REQUEST,
            order.original() + " looks like JSON lines; expected a CSV with a header");
      }
      Set<String> taken =
          new LinkedHashSet<>(ResultColumns.collisions(names, order.columns().keySet()));
      if (!taken.isEmpty()) {
        throw new MergeRefused(
            Fault.REQUEST,
            order.original()
                + " has a column "
                + String.join(", ", taken)
                + " already; name the new ones with --column NAME=/pointer");
      }
      Merge merge = new Merge(order, table, files);
      return merge.into(scratch.resolve("merged.csv"));
    } catch (InputRejected e) {
      throw new MergeRefused(Fault.FILE, order.original() + ": " + e.problems().get(0).message());
    } finally {
      Tree.remove(scratch);
    }
  }

  private static List<Path> files(List<Path> results) throws IOException, MergeRefused {
    List<Path> files = new ArrayList<>();
    for (Path path : results) {
      files.addAll(ResultFiles.of(path));
    }
    if (files.size() > AnswerIndex.MOST_FILES / AnswerIndex.FILES) {
      throw new MergeRefused(Fault.REQUEST, files.size() + " result files are too many");
    }
    return files;
  }

  private static void requireTarget(MergeOrder order, List<Path> files)
      throws IOException, MergeRefused {
    Path target = order.target();
    if (!Files.isReadable(order.original())) {
      throw new MergeRefused(Fault.FILE, order.original() + ": can't be read");
    }
    if (!Files.isDirectory(folder(target))) {
      throw new MergeRefused(Fault.REQUEST, folder(target) + " is no folder; expected one");
    }
    if (!Files.exists(target)) {
      return;
    }
    List<Path> kept = new ArrayList<>(files);
    kept.add(order.original());
    for (Path path : kept) {
      if (Files.isSameFile(path, target)) {
        throw new MergeRefused(
            Fault.REQUEST, target + " would be replaced, but it is read; name another with --out");
      }
    }
    if (Files.isDirectory(target) || !order.overwrite()) {
      throw exists(target);
    }
  }

  private static MergeRefused exists(Path target) {
    return new MergeRefused(
        Fault.REQUEST, target + " exists; name another file with --out, or say --force");
  }

  private static Path folder(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  private static String temporaryName(Path target) {
    return "." + target.getFileName() + "." + UUID.randomUUID() + ".tmp";
  }

  private Merged into(Path written) throws IOException, InputRejected, MergeRefused {
    if (order.ids() instanceof IdScheme.Column column) {
      try (ColumnIds ids =
          ColumnIds.read(table, order.delimiter(), column.name(), StopCheck.NEVER)) {
        return merge(ids, ids, ids.rows(), ids.rows(), written);
      }
    }
    int rows = MergeRows.count(table, order.delimiter(), StopCheck.NEVER);
    NumberedIds ids =
        order.ids() instanceof IdScheme.Matching matching
            ? NumberedIds.matching(matching, rows)
            : NumberedIds.behindPrefix(((IdScheme.Trailing) order.ids()).firstRow(), rows);
    return merge(ids, () -> {}, rows, ids.slots(), written);
  }

  private Merged merge(IdSlots ids, Closeable owned, int rows, int slots, Path written)
      throws IOException, MergeRefused {
    AnswerIndex index = new AnswerIndex(slots);
    // An id that a hash found is compared once more, for which its line must be read anyway.
    values = ids instanceof NumberedIds ? places(slots, line.pointers()) : null;
    try (AnswerFiles answers = new AnswerFiles(files);
        owned) {
      for (int i = 0; i < files.size(); i++) {
        index(answers, i, ids, index);
      }
      if (problems.count(Kind.FOREIGN_LINE) == 0) {
        requireMatches(rows);
      }
      int first = ids instanceof NumberedIds numbered ? numbered.first() : 0;
      requireMatches(rows);
      // With an unknown first row there is one slot more than rows, and numbers are slots.
      int shift = slots - rows == 1 ? first : 0;
      write(answers, ids, index, rows, shift, written);
      answers.requireUnchanged();
      publish(written);
      return merged(rows, words(ids, first));
    }
  }

  private static @Nullable ValueIndex places(int slots, int pointers) {
    long bytes = (long) slots * pointers * Long.BYTES;
    return bytes > Runtime.getRuntime().maxMemory() / 8 ? null : ValueIndex.of(slots, pointers);
  }

  private void index(AnswerFiles answers, int file, IdSlots ids, AnswerIndex index)
      throws IOException {
    // Each file counts as a try of its own, so that the failures of later files count.
    int number = file * AnswerIndex.FILES;
    LineJoin join =
        new LineJoin(
            ids,
            index,
            line,
            problems,
            (slot, bytes, from, to) ->
                index.length(slot) == to - from
                    && answers.isSame(
                        index.file(slot) / AnswerIndex.FILES, index.offset(slot), bytes, from, to));
    answers.walk(
        file,
        new AnswerFile.Visitor() {
          @Override
          public int tryEnd(byte[] bytes, int from, int limit) {
            return line.tryEnd(bytes, from, limit);
          }

          @Override
          public void line(byte[] bytes, int from, int to, long offset, long lineNumber)
              throws IOException {
            lines++;
            int slot = join.offer(files.get(file), number, bytes, from, to, offset, lineNumber);
            if (slot >= 0 && values != null) {
              values.note(slot, line, bytes, from);
            }
          }
        });
  }

  private void requireMatches(int rows) throws MergeRefused {
    matched = lines - unmatched();
    if (matched > 0 || rows == 0) {
      return;
    }
    String sample =
        problems.kept().isEmpty()
            ? "the files are empty"
            : problems.kept().get(0).location() + ": " + problems.kept().get(0).message();
    throw new MergeRefused(
        problems.count(Kind.FOREIGN_LINE) > 0 ? Fault.REQUEST : Fault.FILE,
        "none of the "
            + lines
            + " lines of the results names one of the "
            + rows
            + " rows; "
            + sample
            + "; is this the right table? If so, say how ids find rows with --id-column or"
            + " --id-pattern");
  }

  private long unmatched() {
    // A malformed line whose id can be read counts for its row, and here as well.
    return problems.count(Kind.FOREIGN_LINE)
        + problems.count(Kind.NAMELESS_LINE)
        + problems.count(Kind.MALFORMED_LINE);
  }

  private void write(
      AnswerFiles answers, IdSlots ids, AnswerIndex index, int rows, int shift, Path written)
      throws IOException, MergeRefused {
    try (TableResults results =
        TableResults.open(
            table,
            order.delimiter(),
            written,
            order.columns(),
            order.csvSafe(),
            problems,
            StopCheck.NEVER)) {
      for (int row = 0; row < rows; row++) {
        int slot = row + shift;
        switch (index.state(slot)) {
          case ANSWERED, FAILED -> put(answers, ids, index, slot, row, results);
          case MALFORMED -> fail(results, row, Reason.MALFORMED);
          case MISSING -> {
            missing++;
            fail(results, row, Reason.MISSING);
          }
        }
      }
    }
  }

  private void put(
      AnswerFiles answers, IdSlots ids, AnswerIndex index, int slot, int row, TableResults results)
      throws IOException, MergeRefused {
    int length = index.length(slot);
    int number = index.file(slot) / AnswerIndex.FILES;
    AnswerFile file = answers.fetch(number, index.offset(slot), length);
    byte[] bytes = file.bytes();
    boolean answered = index.state(slot) == State.ANSWERED;
    if (answered && values != null && values.knows(slot)) {
      balance.answered();
      results.answered(row + 1L, values.at(slot, bytes, file.position()));
      return;
    }
    ResultLine.Verdict verdict = line.read(bytes, file.position(), file.position() + length);
    if (!line.hasId() || answered != (verdict == ResultLine.Verdict.ANSWER)) {
      throw AnswerFiles.changed(files.get(number));
    }
    if (ids instanceof ColumnIds column) {
      int id = line.start(ResultLine.Place.CUSTOM_ID) + 1;
      column.verify(slot, bytes, id, line.end(ResultLine.Place.CUSTOM_ID) - 1);
    }
    if (answered) {
      balance.answered();
      results.answered(row + 1L, line);
    } else {
      fail(results, row, ErrorLine.reason(line));
    }
  }

  private void fail(TableResults results, int row, Reason reason) throws IOException {
    balance.failed(reason.code());
    results.failed(row + 1L, reason);
  }

  private void publish(Path written) throws IOException, MergeRefused {
    Tree.sync(written);
    try {
      if (order.overwrite()) {
        Files.move(written, order.target(), StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.move(written, order.target());
      }
    } catch (FileAlreadyExistsException e) {
      throw exists(order.target());
    }
    Tree.syncName(order.target().toAbsolutePath());
  }

  private String words(IdSlots ids, int first) {
    if (ids instanceof NumberedIds numbered) {
      return numbered.words(first);
    }
    return "custom_ids in column '" + ((IdScheme.Column) order.ids()).name() + "'";
  }

  private Merged merged(int rows, String ids) {
    balance.require(rows, "of this merge");
    return new Merged(
        order.target(),
        rows,
        balance.answeredRows(),
        balance.failedRows(),
        missing,
        balance.failedByCode(),
        matched,
        lines - matched,
        problems.count(Kind.DUPLICATE_LINE),
        problems.count(Kind.CONFLICTING_LINE),
        ids,
        problems.kept());
  }
}
