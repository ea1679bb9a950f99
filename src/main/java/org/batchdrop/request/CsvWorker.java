package org.batchdrop.request;

import org.batchdrop.input.CsvRecord;
import org.batchdrop.input.CsvRows;
import org.batchdrop.input.RowProblem;

/** Splits the records of a chunk by the full rules and makes their lines. One thread's own. */
final class CsvWorker {

  private final CsvRecord record;
  private final LineTemplate template;
  private final int columns;
  final Block block = new Block();

  CsvWorker(char delimiter, int columns, LineTemplate template) {
    this.record = new CsvRecord(delimiter, columns);
    this.columns = columns;
    this.template = template;
  }

  /**
   * Fills the block with all rows of a chunk.
   *
   * @throws CsvChunks.Irregular at a quote that counting does not understand; the chunk may then
   *     have been cut at the wrong place, and so may all that follow
   */
  void convert(CsvChunks.Chunk chunk) throws CsvChunks.Irregular {
    block.clear();
    int p = 0;
    while (p < chunk.length) {
      int next = record.split(chunk.bytes, p, chunk.length, chunk.last);
      if (next == CsvRecord.INCOMPLETE || record.irregular() || record.openQuote() >= 0) {
        throw new CsvChunks.Irregular();
      }
      p = next;
      if (record.blank()) {
        continue;
      }
      RowProblem problem = CsvRows.problemOf(record, columns);
      if (problem == null) {
        problem = template.append(record.fields(), block.lines);
      }
      if (problem == null) {
        block.endRow(0);
      } else {
        block.fail(new Block.Failure(chunk.offset + record.start(), null, null, problem));
      }
    }
  }
}
