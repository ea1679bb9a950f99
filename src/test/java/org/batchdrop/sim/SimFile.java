package org.batchdrop.sim;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A file: its bytes as they are, and as they were when it was last forced. */
final class SimFile extends SimNode {

  private static final byte[] NOTHING = {};

  private byte[] bytes = NOTHING;
  private int size;

  /** May be the very array of {@link #bytes}; then its durable part is not written in place. */
  private byte[] durable = NOTHING;

  private int durableSize;
  private Instant durableModified;

  /** Up to here nothing was touched since the last force. */
  private int untouched;

  private boolean dirty;
  SimChannel.@Nullable Lock lock;

  SimFile(long number, Instant now) {
    super(number, now);
    durableModified = now;
  }

  @Override
  long size() {
    return size;
  }

  /** A copy of its bytes. */
  byte[] content() {
    return Arrays.copyOf(bytes, size);
  }

  /** Copies bytes out; the number of bytes, -1 at the end. */
  int read(long at, ByteBuffer target) {
    if (at >= size) {
      return -1;
    }
    int count = (int) Math.min(size - at, target.remaining());
    target.put(bytes, (int) at, count);
    return count;
  }

  /** Writes {@code count} bytes; a gap before them is filled with zeros. */
  void write(int at, ByteBuffer source, int count, Instant now) {
    int from = Math.min(at, size);
    int end = at + count;
    boolean shared = bytes == durable && from < durableSize;
    if (shared || end > bytes.length) {
      int room = end > bytes.length ? Math.max(end, bytes.length * 2) : bytes.length;
      bytes = Arrays.copyOf(bytes, Math.max(64, room));
    }
    if (at > size) {
      Arrays.fill(bytes, size, at, (byte) 0);
    }
    source.get(bytes, at, count);
    size = Math.max(size, end);
    touch(from, now);
  }

  /** Cuts the file; a size that is larger than its own changes nothing. */
  void truncate(int newSize, Instant now) {
    if (newSize < size) {
      size = newSize;
      touch(newSize, now);
    }
  }

  private void touch(int from, Instant now) {
    untouched = Math.min(untouched, from);
    dirty = true;
    modified = now;
  }

  /** What is in the file now is durable. */
  void force() {
    durable = bytes;
    durableSize = size;
    durableModified = modified;
    untouched = size;
    dirty = false;
  }

  /** The power failed: what was not forced is kept, cut short, zeroed, lost, or a mixture. */
  void lose(Random random) {
    if (!dirty) {
      return;
    }
    int sure = Math.min(untouched, size);
    switch (random.nextInt(5)) {
      case 0 -> {
        // All of it had reached the disk.
      }
      case 1 -> size = sure + random.nextInt(size - sure + 1);
      case 2 -> {
        bytes = Arrays.copyOf(bytes, size);
        Arrays.fill(bytes, sure + random.nextInt(size - sure + 1), size, (byte) 0);
      }
      case 3 -> {
        bytes = durable;
        size = durableSize;
        modified = durableModified;
      }
      default -> mix(sure, random);
    }
    force();
  }

  /** Blocks reach the disk in any order. */
  private void mix(int sure, Random random) {
    byte[] mixed = Arrays.copyOf(bytes, size);
    int block = 1 << random.nextInt(10);
    for (int at = sure; at < size; at += block) {
      int end = Math.min(size, at + block);
      int choice = random.nextInt(3);
      if (choice > 0) {
        Arrays.fill(mixed, at, end, (byte) 0);
      }
      if (choice > 1 && at < durableSize) {
        System.arraycopy(durable, at, mixed, at, Math.min(end, durableSize) - at);
      }
    }
    bytes = mixed;
  }
}
