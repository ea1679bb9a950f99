package org.batchdrop.sim;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;

/** The file system of one {@link SimDisk}. */
final class SimFileSystem extends FileSystem {

  private final SimDisk disk;
  private final SimFileSystemProvider provider;
  private final SimFileStore store;

  SimFileSystem(SimDisk disk) {
    this.disk = disk;
    this.provider = new SimFileSystemProvider(this);
    this.store = new SimFileStore(disk);
  }

  SimDisk disk() {
    return disk;
  }

  SimFileStore store() {
    return store;
  }

  @Override
  public SimFileSystemProvider provider() {
    return provider;
  }

  /** It lives as long as its disk. */
  @Override
  public void close() {
    throw new UnsupportedOperationException("a simulated disk stays open");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return disk.isReadOnly();
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(getPath("/"));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(store);
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public SimPath getPath(String first, String... more) {
    String text = first;
    for (String part : more) {
      if (!part.isEmpty()) {
        text = text.isEmpty() ? part : text + "/" + part;
      }
    }
    if (text.indexOf('\0') >= 0) {
      throw new InvalidPathException(text, "Nul character not allowed");
    }
    return SimPath.of(this, text);
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher(pattern);
    return path -> matcher.matches(Path.of(path.toString()));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("a simulated disk has no users");
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("a simulated disk has no watch service");
  }
}
