package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.PartId;

/** A part that is being written: its request lines and which rows they are. */
final class PartFile implements Closeable {

  private final PartId id;
  private final Group group;
  private final boolean isReused;
  private final NewFile lines;
  private final RowRangesWriter ranges;
  private long bytes;

  PartFile(JobFolder folder, PartId id, Group group, boolean isReused) throws IOException {
    this.id = id;
    this.group = group;
    this.isReused = isReused;
    this.lines = new NewFile(folder.requests(id));
    this.ranges = new RowRangesWriter(folder.rows(id));
  }

  PartId id() {
    return id;
  }

  boolean takes(long length, PartLimits limits) {
    return ranges.rows() < limits.maxRequests() && bytes + length <= limits.maxFileBytes();
  }

  /** Counts a row; its line is written later, together with its neighbours. */
  void count(long row, long length) throws IOException {
    ranges.add(row);
    bytes += length;
  }

  void write(byte[] source, int from, int to) throws IOException {
    lines.write(source, from, to);
  }

  PreparedPart publish() throws IOException {
    lines.publish();
    ranges.publish();
    return new PreparedPart(
        id.number(),
        ranges.rows(),
        ranges.firstRow(),
        ranges.lastRow(),
        bytes,
        group.endpoint(),
        group.model(),
        isReused);
  }

  @Override
  public void close() throws IOException {
    try (ranges) {
      lines.close();
    }
  }
}
