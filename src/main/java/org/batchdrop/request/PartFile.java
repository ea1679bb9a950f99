package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.PartId;

/** A part that is being written: its request lines and which rows they are. */
final class PartFile implements Closeable {

  private final int number;
  private final Group group;
  private final NewFile lines;
  private final NewFile ranges;
  private long rows;
  private long bytes;
  private long firstRow;
  private long lastRow;
  private long rangeStart;

  PartFile(JobFolder folder, PartId id, Group group) throws IOException {
    this.number = id.number();
    this.group = group;
    this.lines = new NewFile(folder.requests(id));
    this.ranges = new NewFile(folder.rows(id));
  }

  boolean takes(long length, PartLimits limits) {
    return rows < limits.maxRequests() && bytes + length <= limits.maxFileBytes();
  }

  /** Counts a row; its line is written later, together with its neighbours. */
  void count(long row, long length) throws IOException {
    if (rows == 0) {
      firstRow = row;
      rangeStart = row;
    } else if (row != lastRow + 1) {
      endRange();
      rangeStart = row;
    }
    lastRow = row;
    rows++;
    bytes += length;
  }

  private void endRange() throws IOException {
    byte[] range = (rangeStart + "-" + lastRow + "\n").getBytes(StandardCharsets.US_ASCII);
    ranges.write(range, 0, range.length);
  }

  void write(byte[] source, int from, int to) throws IOException {
    lines.write(source, from, to);
  }

  PreparedPart publish() throws IOException {
    endRange();
    lines.publish();
    ranges.publish();
    return new PreparedPart(
        number, rows, firstRow, lastRow, bytes, group.endpoint(), group.model());
  }

  @Override
  public void close() throws IOException {
    try (ranges) {
      lines.close();
    }
  }
}
