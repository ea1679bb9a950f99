package org.batchdrop.sim;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** What a name on the disk stands for. */
abstract sealed class SimNode permits SimFile, SimFolder, SimLink {

  final long number;
  Instant modified;

  /** How many names it has now. */
  int names;

  SimNode(long number, Instant now) {
    this.number = number;
    this.modified = now;
  }

  /** In bytes. */
  abstract long size();

  /** What is true of it now; does not change later. */
  BasicFileAttributes attributes() {
    return new Attributes(
        this instanceof SimFile,
        this instanceof SimFolder,
        this instanceof SimLink,
        size(),
        FileTime.from(modified),
        new Key(number));
  }

  /** An identity that survives renames. */
  record Key(long inode) {
    @Override
    public String toString() {
      return "(dev=51,ino=" + inode + ")";
    }
  }

  private record Attributes(
      boolean isRegularFile,
      boolean isDirectory,
      boolean isSymbolicLink,
      long size,
      FileTime lastModifiedTime,
      Key fileKey)
      implements BasicFileAttributes {

    @Override
    public FileTime lastAccessTime() {
      return lastModifiedTime;
    }

    @Override
    public FileTime creationTime() {
      return lastModifiedTime;
    }

    @Override
    public boolean isOther() {
      return false;
    }
  }
}
