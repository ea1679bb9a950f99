package org.batchdrop.request;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.batchdrop.input.ByteScan;
import org.batchdrop.input.StopCheck;

/**
 * Cuts a table into chunks that end at record boundaries, without splitting records: a line feed
 * with an even number of quotes before it ends a record. That holds for regular quoting only; who
 * splits the records must look out for other quotes. Confined to one thread at a time.
 */
final class CsvChunks implements Closeable {

  /** A stretch without a record boundary longer than this is not cut, in bytes. */
  private static final int MOST = 8 << 20;

  private final FileChannel channel;
  private final StopCheck stop;
  private final int size;
  private byte[] rest = new byte[0];
  private long position;
  private int number;
  private boolean ended;

  /** Bytes of whole records. */
  static final class Chunk {
    byte[] bytes;
    int length;
    int number;
    long offset;
    boolean last;

    Chunk(int size) {
      bytes = new byte[size];
    }
  }

  /** The file can't be cut by counting quotes. */
  static final class Irregular extends Exception {
    private static final long serialVersionUID = 1;

    Irregular() {
      super("quotes do not tell where records end", null, false, false);
    }
  }

  /**
   * Begins behind the header.
   *
   * @param size of a chunk, in bytes, when it has a record boundary
   */
  CsvChunks(Path file, long bodyOffset, int size, StopCheck stop) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.position = bodyOffset;
    this.size = size;
    this.stop = stop;
  }

  /**
   * Fills a chunk with the next records.
   *
   * @return false when there are none
   * @throws Irregular when no boundary is found in a long stretch
   */
  boolean next(Chunk chunk) throws IOException, Irregular {
    stop.check();
    if (ended) {
      return false;
    }
    chunk.offset = position - rest.length;
    if (chunk.bytes.length < size + rest.length) {
      chunk.bytes = new byte[size + rest.length];
    }
    System.arraycopy(rest, 0, chunk.bytes, 0, rest.length);
    int have = rest.length;
    int quotes = ByteScan.count(rest, 0, rest.length, (byte) '"');
    while (true) {
      int end = readUpTo(chunk.bytes, have);
      quotes += ByteScan.count(chunk.bytes, have, end, (byte) '"');
      have = end;
      if (ended) {
        return whole(chunk, have, quotes);
      }
      int cut = lastBoundary(chunk.bytes, have, quotes);
      if (cut > 0) {
        rest = Arrays.copyOfRange(chunk.bytes, cut, have);
        chunk.length = cut;
        chunk.last = false;
        chunk.number = number++;
        return true;
      }
      if (have >= MOST) {
        throw new Irregular();
      }
      chunk.bytes = Arrays.copyOf(chunk.bytes, chunk.bytes.length * 2);
    }
  }

  private boolean whole(Chunk chunk, int have, int quotes) throws Irregular {
    if (quotes % 2 != 0) {
      throw new Irregular();
    }
    chunk.length = have;
    chunk.last = true;
    chunk.number = number++;
    return have > 0;
  }

  private int readUpTo(byte[] bytes, int from) throws IOException {
    ByteBuffer target = ByteBuffer.wrap(bytes, from, bytes.length - from);
    while (target.hasRemaining()) {
      int read = channel.read(target, position);
      if (read < 0) {
        ended = true;
        break;
      }
      position += read;
    }
    return target.position();
  }

  /** Behind the last line feed outside quotes, or 0. */
  private static int lastBoundary(byte[] bytes, int end, int quotes) {
    int before = quotes;
    for (int p = end - 1; p >= 0; p--) {
      if (bytes[p] == '"') {
        before--;
      } else if (bytes[p] == '\n' && before % 2 == 0) {
        return p + 1;
      }
    }
    return 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
