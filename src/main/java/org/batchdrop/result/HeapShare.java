package org.batchdrop.result;

import org.jspecify.annotations.Nullable;

/**
 * How much heap the open files of one merge may take together; a file that does not fit is read
 * from disk row by row. The largest array that was given back is kept for the next file, because
 * parts are of much the same size. Confined to one thread.
 */
final class HeapShare {

  private long left;
  private byte @Nullable [] spare;

  /**
   * @param bytes may be zero: then nothing is held
   */
  HeapShare(long bytes) {
    left = bytes;
  }

  /** A quarter of what the virtual machine may use. */
  static HeapShare ofMachine() {
    return new HeapShare(Runtime.getRuntime().maxMemory() / 4);
  }

  /** An array of at least {@code size} bytes, with any content; null when there is no room. */
  byte @Nullable [] take(long size) {
    byte[] kept = spare;
    spare = null;
    if (kept != null && kept.length >= size) {
      return kept;
    }
    left += kept == null ? 0 : kept.length;
    if (size > left || size > Integer.MAX_VALUE - 16) {
      return null;
    }
    // Some more, so that the next part, a little larger, fits as well.
    int length = (int) Math.min(Math.min(size + size / 16, left), Integer.MAX_VALUE - 16);
    left -= length;
    return new byte[length];
  }

  /** Gives back an array that {@link #take} gave; the caller must not use it any more. */
  void give(byte[] array) {
    byte[] kept = spare;
    if (kept == null) {
      spare = array;
    } else if (kept.length < array.length) {
      spare = array;
      left += kept.length;
    } else {
      left += array.length;
    }
  }
}
