package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes what {@link RowRanges} reads, as the rows come. Confined to one thread. */
public final class RowRangesWriter implements Closeable {

  private final NewFile out;
  private int rows;
  private long firstRow;
  private long lastRow;
  private long rangeStart;

  /**
   * Begins a file.
   *
   * @param target appears with {@link #publish} only
   */
  public RowRangesWriter(Path target) throws IOException {
    out = new NewFile(target);
  }

  /** Adds a row; rows come ascending. */
  public void add(long row) throws IOException {
    if (rows == 0) {
      firstRow = row;
      rangeStart = row;
    } else if (row != lastRow + 1) {
      endRange();
      rangeStart = row;
    }
    lastRow = row;
    rows++;
  }

  private void endRange() throws IOException {
    byte[] range = (rangeStart + "-" + lastRow + "\n").getBytes(StandardCharsets.US_ASCII);
    out.write(range, 0, range.length);
  }

  /** How many rows there are. */
  public int rows() {
    return rows;
  }

  /** The lowest row; 0 before there is one. */
  public long firstRow() {
    return firstRow;
  }

  /** The highest row; 0 before there is one. */
  public long lastRow() {
    return lastRow;
  }

  /** Completes the file, which is durable then. */
  public void publish() throws IOException {
    if (rows > 0) {
      endRange();
    }
    out.publish();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
