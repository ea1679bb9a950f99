package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.request.NewFile;

/** The request lines of the next try, as many as fit. Confined to one thread. */
final class NextTry implements Closeable {

  private static final byte[] NEWLINE = {'\n'};

  private final NewFile lines;
  private final NewFile ranges;
  private final long maxBytes;
  private int rows;
  private long bytes;
  private long firstRow;
  private long lastRow;
  private long rangeStart;
  private boolean isFull;

  NextTry(JobFolder folder, PartId id, long maxBytes) throws IOException {
    this.maxBytes = maxBytes;
    this.lines = new NewFile(folder.requests(id));
    this.ranges = new NewFile(folder.rows(id));
  }

  /** Adds a row, unless the file is full; rows come ascending. */
  void add(long row, byte[] source, int from, int to) throws IOException {
    int length = to - from + NEWLINE.length;
    if (isFull || (rows > 0 && bytes + length > maxBytes)) {
      isFull = true;
      return;
    }
    lines.write(source, from, to);
    lines.write(NEWLINE, 0, NEWLINE.length);
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

  Part.Size publish() throws IOException {
    endRange();
    lines.publish();
    ranges.publish();
    return new Part.Size(rows, firstRow, lastRow, bytes);
  }

  @Override
  public void close() throws IOException {
    try (ranges) {
      lines.close();
    }
  }
}
