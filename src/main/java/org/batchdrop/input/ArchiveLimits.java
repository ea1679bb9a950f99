package org.batchdrop.input;

/**
 * What an archive may become.
 *
 * @param entries files and folders
 * @param totalBytes all files together
 * @param entryBytes one file
 * @param ratio bytes out for each byte of the archive, beyond {@code freeBytes}
 * @param freeBytes bytes out that no ratio is asked of
 * @param leastSpace what the disk must have left at each moment
 */
record ArchiveLimits(
    long entries, long totalBytes, long entryBytes, long ratio, long freeBytes, long leastSpace) {

  /** 100,000 entries, 2 GB, 256 MB an entry, 100 times beyond 10 MB, 64 MB of the disk left. */
  static final ArchiveLimits DEFAULT =
      new ArchiveLimits(100_000, 2L << 30, 256L << 20, 100, 10L << 20, 64L << 20);
}
