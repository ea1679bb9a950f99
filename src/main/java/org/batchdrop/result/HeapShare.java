package org.batchdrop.result;

/**
 * How much heap the open files of one merge may take together; a file that does not fit is read
 * from disk row by row. Confined to one thread.
 */
final class HeapShare {

  private long left;

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

  /** Takes room, or tells that there is too little left. */
  boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  /** Gives back what was taken. */
  void give(long bytes) {
    left += bytes;
  }
}
