package org.batchdrop.sim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;

/** A download that may end early, or break off. */
final class SimStream extends InputStream {

  private final ByteArrayInputStream sent;
  private final boolean breaks;

  SimStream(byte[] bytes, int count, boolean breaks) {
    this.sent = new ByteArrayInputStream(bytes, 0, count);
    this.breaks = breaks;
  }

  /** Tells whether all that was sent was read. */
  boolean isDrained() {
    return sent.available() == 0;
  }

  @Override
  public int read() throws IOException {
    return ended(sent.read());
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return ended(sent.read(target, offset, length));
  }

  private int ended(int result) throws IOException {
    if (result < 0 && breaks) {
      throw new SocketException("Connection reset");
    }
    return result;
  }
}
