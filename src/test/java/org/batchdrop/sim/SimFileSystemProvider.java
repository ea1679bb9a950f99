package org.batchdrop.sim;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.batchdrop.sim.SimDisk.Kind;
import org.jspecify.annotations.Nullable;

/** What {@code java.nio.file.Files} asks of a {@link SimDisk}. */
final class SimFileSystemProvider extends FileSystemProvider {

  private static final int BUFFER = 1 << 16;

  private final SimFileSystem files;

  SimFileSystemProvider(SimFileSystem files) {
    this.files = files;
  }

  private SimDisk disk() {
    return files.disk();
  }

  private SimTree tree() {
    return disk().tree();
  }

  private SimPath own(Path path) {
    if (path instanceof SimPath mine && mine.getFileSystem() == files) {
      return mine;
    }
    throw new ProviderMismatchException("not a path of this disk: " + path);
  }

  private static boolean follows(LinkOption... options) {
    return options.length == 0;
  }

  @Override
  public String getScheme() {
    return "simdisk";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new FileSystemAlreadyExistsException(uri.toString());
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return files;
  }

  @Override
  public Path getPath(URI uri) {
    return files.getPath(uri.getPath());
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return SimChannel.open(disk(), own(path), new HashSet<>(options));
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    SimPath folder = own(path);
    disk().enter(Kind.LIST, folder);
    List<Path> found = new ArrayList<>();
    for (String name : tree().folder(folder).entries.keySet()) {
      Path entry = folder.resolve(name);
      if (filter.accept(entry)) {
        found.add(entry);
      }
    }
    return new Entries(found);
  }

  /** The entries as they were when the stream was opened. */
  private record Entries(List<Path> found) implements DirectoryStream<Path> {
    @Override
    public Iterator<Path> iterator() {
      return found.iterator();
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    SimPath folder = own(path);
    disk().enter(Kind.MAKE_FOLDER, folder);
    tree().makeFolder(folder);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    SimPath path = own(link);
    disk().enter(Kind.LINK, path);
    tree().link(path, own(existing));
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    SimPath path = own(link);
    disk().enter(Kind.LINK, path);
    tree().makeLink(path, target.toString());
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    SimPath path = own(link);
    disk().enter(Kind.ATTRIBUTES, path);
    return files.getPath(tree().linkTarget(path));
  }

  @Override
  public void delete(Path path) throws IOException {
    SimPath gone = own(path);
    disk().enter(Kind.DELETE, gone);
    disk().dropped(tree().remove(gone));
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    SimPath source = own(from);
    SimPath target = own(to);
    Set<CopyOption> wanted = new HashSet<>(Arrays.asList(options));
    if (!wanted.contains(StandardCopyOption.ATOMIC_MOVE)) {
      disk().enter(Kind.ATTRIBUTES, source);
      SimNode node = tree().node(source, false);
      SimNode old = tree().place(target, false).node();
      if (node == old) {
        return;
      }
      if (old != null) {
        if (!wanted.contains(StandardCopyOption.REPLACE_EXISTING)) {
          throw new FileAlreadyExistsException(target.toString());
        }
        // Two steps, as the JDK does it: between them there is neither.
        delete(target);
      }
    }
    disk().enter(Kind.RENAME, target);
    tree().rename(source, target, disk()::dropped);
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    SimPath source = own(from);
    SimPath target = own(to);
    Set<CopyOption> wanted = new HashSet<>(Arrays.asList(options));
    if (wanted.contains(StandardCopyOption.ATOMIC_MOVE)) {
      throw new UnsupportedOperationException("Unsupported copy option");
    }
    disk().enter(Kind.ATTRIBUTES, source);
    SimNode node = tree().node(source, !wanted.contains(LinkOption.NOFOLLOW_LINKS));
    SimNode old = tree().place(target, false).node();
    if (node == old) {
      return;
    }
    if (old != null) {
      if (!wanted.contains(StandardCopyOption.REPLACE_EXISTING)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      delete(target);
    }
    if (node instanceof SimFolder) {
      createDirectory(target);
    } else if (node instanceof SimLink link) {
      createSymbolicLink(target, files.getPath(link.target));
    } else {
      copyBytes(source, target);
    }
    if (wanted.contains(StandardCopyOption.COPY_ATTRIBUTES)) {
      tree().node(target, false).modified = node.modified;
    }
  }

  private void copyBytes(SimPath source, SimPath target) throws IOException {
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, Math.max(1, in.size())));
      while (in.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        buffer.clear();
      }
    }
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    if (path.equals(other)) {
      return true;
    }
    if (!(other instanceof SimPath)) {
      return false;
    }
    disk().enter(Kind.ATTRIBUTES, own(path));
    return tree().node(own(path), true) == tree().node(own(other), true);
  }

  @Override
  public boolean isHidden(Path path) {
    SimPath name = own(path).getFileName();
    return name != null && name.toString().startsWith(".");
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    disk().enter(Kind.ATTRIBUTES, own(path));
    tree().node(own(path), true);
    return files.store();
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    disk().enter(Kind.ATTRIBUTES, own(path));
    tree().node(own(path), true);
    if (disk().isReadOnly() && Arrays.asList(modes).contains(AccessMode.WRITE)) {
      throw new FileSystemException(path.toString(), null, "Read-only file system");
    }
  }

  private BasicFileAttributes attributes(SimPath path, boolean follow) throws IOException {
    disk().enter(Kind.ATTRIBUTES, path);
    return tree().node(path, follow).attributes();
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class) {
      throw new UnsupportedOperationException(type + " of a simulated disk");
    }
    return type.cast(attributes(own(path), follows(options)));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    BasicFileAttributes all = attributes(own(path), follows(options));
    Map<String, Object> known =
        Map.of(
            "size", all.size(),
            "lastModifiedTime", all.lastModifiedTime(),
            "isRegularFile", all.isRegularFile(),
            "isDirectory", all.isDirectory(),
            "isSymbolicLink", all.isSymbolicLink(),
            "fileKey", all.fileKey());
    List<String> wanted = List.of(names.replaceFirst("^basic:", "").split(","));
    if (wanted.contains("*")) {
      return known;
    }
    if (!known.keySet().containsAll(wanted)) {
      throw new IllegalArgumentException("'" + names + "' not recognized");
    }
    Map<String, Object> found = new HashMap<>(known);
    found.keySet().retainAll(wanted);
    return found;
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    if (!name.replaceFirst("^basic:", "").equals("lastModifiedTime")) {
      throw new UnsupportedOperationException("'" + name + "' of a simulated disk");
    }
    touch(own(path), (FileTime) value, follows(options));
  }

  private void touch(SimPath path, FileTime time, boolean follow) throws IOException {
    disk().enter(Kind.TOUCH, path);
    tree().node(path, follow).modified = time.toInstant();
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return type == BasicFileAttributeView.class
        ? type.cast(new View(this, own(path), follows(options)))
        : null;
  }

  private record View(SimFileSystemProvider provider, SimPath path, boolean follow)
      implements BasicFileAttributeView {
    @Override
    public String name() {
      return "basic";
    }

    @Override
    public BasicFileAttributes readAttributes() throws IOException {
      return provider.attributes(path, follow);
    }

    @Override
    public void setTimes(
        @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
        throws IOException {
      if (modified != null) {
        provider.touch(path, modified, follow);
      }
    }
  }
}
