package org.batchdrop.provider;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A stream without the forms of a key, each replaced by {@link Secret#MASK}. Memory is two blocks,
 * whatever the length of a line. Confined to one thread.
 */
final class KeyFreeStream extends FilterInputStream {

  private static final int BLOCK = 1 << 16;
  private static final byte[] MASK = Secret.MASK.getBytes(StandardCharsets.US_ASCII);

  private final KeyForms forms;
  private final byte[] buffer;
  private int start;
  private int clean;
  private int limit;
  private boolean atEnd;

  /** The key is found: bytes from {@code clean} on, to be replaced; 0 when there is none. */
  private int found;

  KeyFreeStream(InputStream in, KeyForms forms) {
    super(in);
    this.forms = forms;
    this.buffer = new byte[BLOCK + forms.longest()];
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (start == clean) {
      if (found > 0) {
        mask();
      } else if (!advance()) {
        return -1;
      }
    }
    int read = Math.min(length, clean - start);
    System.arraycopy(buffer, start, target, from, read);
    start += read;
    return read;
  }

  @Override
  public long skip(long n) throws IOException {
    byte[] skipped = new byte[(int) Math.min(Math.max(0, n), BLOCK)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  @Override
  public int available() {
    return clean - start;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** A match is longer than the mask, which takes the place of its last bytes. */
  private void mask() {
    start = clean + found - MASK.length;
    System.arraycopy(MASK, 0, buffer, start, MASK.length);
    clean += found;
    found = 0;
  }

  /** Reads on until more is known to be clean, or a key is found; false at the end. */
  private boolean advance() throws IOException {
    if (atEnd && clean == limit) {
      return false;
    }
    fill();
    int at = forms.find(buffer, clean, limit);
    // What begins in the last bytes may go on in the next block.
    int known = atEnd ? limit : Math.max(clean, limit - forms.longest());
    if (at >= 0 && at < known) {
      clean = at;
      found = forms.length(buffer, at, limit);
    } else {
      clean = known;
    }
    return true;
  }

  private void fill() throws IOException {
    if (atEnd || limit - clean > forms.longest()) {
      return;
    }
    System.arraycopy(buffer, start, buffer, 0, limit - start);
    limit -= start;
    clean -= start;
    start = 0;
    int read = in.read(buffer, limit, buffer.length - limit);
    atEnd = read < 0;
    limit += Math.max(0, read);
  }
}
