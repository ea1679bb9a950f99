package org.batchdrop.sim;

import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;

/** The one store of a {@link SimDisk}. */
final class SimFileStore extends FileStore {

  private final SimDisk disk;

  SimFileStore(SimDisk disk) {
    this.disk = disk;
  }

  @Override
  public String name() {
    return "simdisk";
  }

  @Override
  public String type() {
    return "simdisk";
  }

  @Override
  public boolean isReadOnly() {
    return disk.isReadOnly();
  }

  @Override
  public long getTotalSpace() {
    return disk.capacity();
  }

  @Override
  public long getUsableSpace() {
    return disk.free();
  }

  @Override
  public long getUnallocatedSpace() {
    return disk.free();
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return type == BasicFileAttributeView.class;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return name.equals("basic");
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) {
    throw new UnsupportedOperationException("'" + attribute + "' of a simulated disk");
  }
}
