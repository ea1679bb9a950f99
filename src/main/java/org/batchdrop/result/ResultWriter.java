package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowSelection;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.ResultLine.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Writes each row of a job to where it belongs: {@code output.jsonl} or {@code errors.jsonl}, and
 * the per-row results. Takes rows in input order only, so that none can be written twice or left
 * out unnoticed. Confined to one thread; the caller closes it.
 */
final class ResultWriter implements Closeable {

  private final RowSelection chosen;
  private final ResultLine line;
  private final RowResults results;
  private final OutputFile output;
  private final OutputFile errors;
  private final Scratch text = new Scratch(1024);
  private final Balance balance = new Balance();
  private final Map<PartId, Long> answeredByPart = new TreeMap<>();
  private long last;

  /**
   * @param folder where {@code output.jsonl} and {@code errors.jsonl} are made, new
   * @param results closed together with this
   * @param chosen the rows that are expected, in this order
   */
  ResultWriter(Path folder, ResultLine line, RowResults results, RowSelection chosen)
      throws IOException {
    this.chosen = chosen;
    this.line = line;
    this.results = results;
    this.output = OutputFile.create(folder.resolve("output.jsonl"));
    try {
      this.errors = OutputFile.create(folder.resolve("errors.jsonl"));
    } catch (IOException e) {
      try (output) {
        throw e;
      }
    }
  }

  /**
   * Writes an answered row with the provider's line.
   *
   * @param file has just fetched the line
   * @param known the wanted values; null: the line is read for them
   * @throws IllegalStateException when the line is no answer any more: it changed under our feet
   */
  void answered(long row, AnswerFile file, int length, @Nullable RowValues known)
      throws IOException {
    step(row);
    byte[] bytes = file.bytes();
    int from = file.position();
    output.put(bytes, from, from + length);
    output.put('\n');
    balance.answered();
    RowValues values = known;
    if (values == null) {
      if (results.wantsValues()) {
        read(row, file, length, Verdict.ANSWER);
      }
      values = line;
    }
    results.answered(row, values);
  }

  /**
   * Writes a row without an answer with the provider's line.
   *
   * @param file has just fetched the line
   * @throws IllegalStateException when the line is no failure any more
   */
  void failed(long row, AnswerFile file, int length) throws IOException {
    step(row);
    read(row, file, length, Verdict.FAILURE);
    Reason reason = ErrorLine.reason(line);
    int from = file.position();
    text.clear();
    ErrorLine.rewritten(line, file.bytes(), from, from + length, reason, text);
    fail(row, reason);
  }

  private void read(long row, AnswerFile file, int length, Verdict expected) {
    int from = file.position();
    if (line.read(file.bytes(), from, from + length) != expected) {
      throw new IllegalStateException(file.path() + ": row " + row + " changed while merging");
    }
  }

  /**
   * Writes a row that has no line.
   *
   * @param id the {@code custom_id} as a JSON string with its quotes
   */
  void without(long row, Scratch id, Reason reason) throws IOException {
    step(row);
    text.clear();
    ErrorLine.made(id, reason, text);
    fail(row, reason);
  }

  private void fail(long row, Reason reason) throws IOException {
    errors.put(text.array(), 0, text.size());
    errors.put('\n');
    balance.failed(reason.code());
    results.failed(row, reason);
  }

  private void step(long row) {
    if (row != chosen.after(last)) {
      throw new IllegalStateException(
          "row " + row + " follows row " + last + "; expected row " + chosen.after(last));
    }
    last = row;
  }

  Balance balance() {
    return balance;
  }

  /** Notes how many rows a try answered. */
  void count(PartId part, long answered) {
    answeredByPart.put(part, answered);
  }

  /** How many rows each try answered. */
  Map<PartId, Long> answeredByPart() {
    return answeredByPart;
  }

  @Override
  public void close() throws IOException {
    try (results;
        errors) {
      output.close();
    }
  }
}
