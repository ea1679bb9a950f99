package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.request.NewFile;
import org.batchdrop.request.RowRangesWriter;

/** The request lines of the next try, as many as fit. Confined to one thread. */
final class NextTry implements Closeable {

  private static final byte[] NEWLINE = {'\n'};

  private final NewFile lines;
  private final RowRangesWriter ranges;
  private final long maxBytes;
  private long bytes;
  private boolean isFull;

  NextTry(JobFolder folder, PartId id, long maxBytes) throws IOException {
    this.maxBytes = maxBytes;
    this.lines = new NewFile(folder.requests(id));
    this.ranges = new RowRangesWriter(folder.rows(id));
  }

  /** Adds a row, unless the file is full; rows come ascending. */
  void add(long row, byte[] source, int from, int to) throws IOException {
    int length = to - from + NEWLINE.length;
    if (isFull || (ranges.rows() > 0 && bytes + length > maxBytes)) {
      isFull = true;
      return;
    }
    lines.write(source, from, to);
    lines.write(NEWLINE, 0, NEWLINE.length);
    ranges.add(row);
    bytes += length;
  }

  Part.Size publish() throws IOException {
    lines.publish();
    ranges.publish();
    return new Part.Size(ranges.rows(), ranges.firstRow(), ranges.lastRow(), bytes);
  }

  @Override
  public void close() throws IOException {
    try (ranges) {
      lines.close();
    }
  }
}
