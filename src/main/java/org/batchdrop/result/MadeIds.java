package org.batchdrop.result;

import org.batchdrop.job.JobId;
import org.batchdrop.job.RowId;
import org.batchdrop.request.RowRanges;

/** Ids that Batchdrop itself made: the number is read from the bytes. */
final class MadeIds implements RowIds {

  private final JobId job;
  private final RowRanges rows;
  private final String prefix;

  MadeIds(JobId job, RowRanges rows) {
    this.job = job;
    this.rows = rows;
    this.prefix = job.suffix() + "-";
  }

  @Override
  public int slotOf(byte[] bytes, int from, int to) {
    if (JsonBytes.contains(bytes, from, to, (byte) '\\')) {
      Scratch plain = new Scratch(to - from);
      JsonBytes.unescape(bytes, from, to, plain);
      return slotOfPlain(plain.array(), 0, plain.size());
    }
    return slotOfPlain(bytes, from, to);
  }

  private int slotOfPlain(byte[] bytes, int from, int to) {
    int digits = from + prefix.length();
    int count = to - digits;
    if (count < RowId.DIGITS || count > 18 || !JsonBytes.matches(bytes, from, to, prefix)) {
      return FOREIGN;
    }
    // Only the spelling that was sent is ours: no zeros beyond the fixed width.
    if (count > RowId.DIGITS && bytes[digits] == '0') {
      return FOREIGN;
    }
    long row = 0;
    for (int i = digits; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return FOREIGN;
      }
      row = row * 10 + bytes[i] - '0';
    }
    return rows.slotOf(row);
  }

  @Override
  public void putId(int slot, Scratch out) {
    out.putJsonString(RowId.of(job, rows.rowAt(slot)));
  }

  @Override
  public void close() {}
}
