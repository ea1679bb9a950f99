package org.batchdrop.input;

import java.io.IOException;

/**
 * Remembers in which line each id was first seen: 16 bytes an id, twice that while half full. A
 * match by hash is only a guess; the caller looks at the line again.
 */
final class SeenIds {

  private static final long LINE_MASK = 0xFFFF_FFFFL;

  /** High half: bits of the hash; low half: line number. 0 is free: lines count from 1. */
  private long[] entries = new long[1024];

  private long[] offsets = new long[1024];
  private int size;
  private long foundLine;

  /** Tells whether the line at an offset has the id that is looked for. */
  @FunctionalInterface
  interface Check {
    boolean sameId(long offset) throws IOException;
  }

  /**
   * Adds an id unless it is there.
   *
   * @param line of the id, from 1, below 2^32
   * @return true when it was new; else {@link #foundLine} tells where it is
   */
  boolean add(long hash, long line, long offset, Check check) throws IOException {
    if (size * 2 > entries.length) {
      grow();
    }
    long tag = hash & ~LINE_MASK;
    int mask = entries.length - 1;
    int slot = slotOf(hash, mask);
    while (entries[slot] != 0) {
      if ((entries[slot] & ~LINE_MASK) == tag && check.sameId(offsets[slot])) {
        foundLine = entries[slot] & LINE_MASK;
        return false;
      }
      slot = (slot + 1) & mask;
    }
    entries[slot] = tag | (line & LINE_MASK);
    offsets[slot] = offset;
    size++;
    return true;
  }

  /** The line of the id that was found last. */
  long foundLine() {
    return foundLine;
  }

  /** From the tag alone, so that the table can grow without the ids. */
  private static int slotOf(long hash, int mask) {
    long tag = hash >>> 32;
    return (int) ((tag * 0x9E3779B97F4A7C15L) >>> 32) & mask;
  }

  private void grow() {
    long[] oldEntries = entries;
    long[] oldOffsets = offsets;
    entries = new long[oldEntries.length * 2];
    offsets = new long[oldEntries.length * 2];
    int mask = entries.length - 1;
    for (int i = 0; i < oldEntries.length; i++) {
      if (oldEntries[i] != 0) {
        int slot = slotOf(oldEntries[i], mask);
        while (entries[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        entries[slot] = oldEntries[i];
        offsets[slot] = oldOffsets[i];
      }
    }
  }

  /** A hash whose bits all depend on every byte. */
  static long hash(byte[] bytes) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    hash ^= hash >>> 32;
    hash *= 0xD6E8FEB86659FD93L;
    return hash ^ hash >>> 32;
  }
}
