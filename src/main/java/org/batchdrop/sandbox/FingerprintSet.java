package org.batchdrop.sandbox;

import java.nio.ByteBuffer;

/**
 * A set of digests, 16 to 32 bytes each. Two texts with one digest are taken for the same text:
 * among 50,000 random ones the chance of that is below one in ten thousand million. Not
 * thread-safe.
 */
final class FingerprintSet {
  private long[] slots = new long[2048];
  private int size;

  /** Adds a digest, and tells whether it was not there before. */
  boolean add(long fingerprint) {
    if (size * 2 >= slots.length) {
      grow();
    }
    // An empty slot is 0, so 0 itself moves to another value.
    boolean added = insert(slots, fingerprint == 0 ? 1 : fingerprint);
    size += added ? 1 : 0;
    return added;
  }

  /** Returns the digests as 8 big-endian bytes each, in no order. */
  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(size * Long.BYTES);
    for (long slot : slots) {
      if (slot != 0) {
        bytes.putLong(slot);
      }
    }
    return bytes.array();
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    for (long slot : slots) {
      if (slot != 0) {
        insert(larger, slot);
      }
    }
    slots = larger;
  }

  private static boolean insert(long[] slots, long value) {
    int mask = slots.length - 1;
    int at = (int) value & mask;
    while (slots[at] != 0) {
      if (slots[at] == value) {
        return false;
      }
      at = (at + 1) & mask;
    }
    slots[at] = value;
    return true;
  }
}
