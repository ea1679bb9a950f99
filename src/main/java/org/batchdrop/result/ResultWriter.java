package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.batchdrop.job.PartId;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.ResultLine.Verdict;

/**
 * Writes each row of a job to where it belongs: {@code output.jsonl} or {@code errors.jsonl}, and
 * the per-row results. Takes rows in input order only, so that none can be written twice or left
 * out unnoticed. Confined to one thread; the caller closes it.
 */
final class ResultWriter implements Closeable {

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
   */
  ResultWriter(Path folder, ResultLine line, RowResults results) throws IOException {
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
   * Writes a row with the provider's line.
   *
   * @param answered what the index says of the line
   * @throws IllegalStateException when the line no longer says so: it changed under our feet
   */
  void provided(long row, boolean answered, AnswerFile file, int length, PartId part)
      throws IOException {
    step(row);
    byte[] bytes = file.bytes();
    int from = file.position();
    int to = from + length;
    if (!answered || results.wantsValues()) {
      Verdict verdict = line.read(bytes, from, to);
      if (verdict != (answered ? Verdict.ANSWER : Verdict.FAILURE)) {
        throw new IllegalStateException(file.path() + ": row " + row + " changed while merging");
      }
    }
    if (answered) {
      output.put(bytes, from, to);
      output.put('\n');
      balance.answered();
      answeredByPart.merge(part, 1L, Long::sum);
      results.answered(row, line);
      return;
    }
    Reason reason = ErrorLine.reason(line);
    text.clear();
    ErrorLine.rewritten(line, bytes, from, to, reason, text);
    fail(row, reason);
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
    if (row != last + 1) {
      throw new IllegalStateException(
          "row " + row + " follows row " + last + "; expected row " + (last + 1));
    }
    last = row;
  }

  Balance balance() {
    return balance;
  }

  /** How many rows each try answered; absent for none. */
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
