package org.batchdrop.provider;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Ends a transfer that takes too long in all, however steadily its bytes drip. Silence in between
 * is the socket's own time-out to end.
 */
public final class DeadlineStream extends FilterInputStream {

  private final LongSupplier nanoTime;
  private final long end;
  private final Duration deadline;

  /**
   * Wraps a stream.
   *
   * @param begun when the exchange began, by the same clock
   * @param deadline for the whole exchange
   * @param nanoTime a clock that never jumps
   */
  public DeadlineStream(InputStream in, long begun, Duration deadline, LongSupplier nanoTime) {
    super(in);
    this.nanoTime = nanoTime;
    this.end = begun + deadline.toNanos();
    this.deadline = deadline;
  }

  @Override
  public int read() throws IOException {
    check();
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    check();
    return super.read(bytes, offset, length);
  }

  private void check() throws SocketTimeoutException {
    if (nanoTime.getAsLong() - end > 0) {
      throw new SocketTimeoutException("not finished within " + deadline.toSeconds() + " s");
    }
  }
}
