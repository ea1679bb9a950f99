package org.batchdrop.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.batchdrop.sim.SimDisk.Kind;

/** An open file, or an open folder that can be forced. It ends with the process that opened it. */
final class SimChannel extends FileChannel {

  private static final int PIECE = 1 << 16;

  private final SimDisk disk;
  private final SimPath path;
  private final SimNode node;
  private final Set<OpenOption> options;
  private final boolean readable;
  private final boolean writable;
  private final long life;
  private long position;

  private SimChannel(
      SimDisk disk, SimPath path, SimNode node, Set<OpenOption> options, boolean writable) {
    this.disk = disk;
    this.path = path;
    this.node = node;
    this.options = options;
    this.writable = writable;
    this.readable = options.contains(StandardOpenOption.READ) || !writable;
    this.life = disk.life();
  }

  /** Opens, and makes or cuts the file where the options say so. */
  static SimChannel open(SimDisk disk, SimPath path, Set<OpenOption> options) throws IOException {
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean cut = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
    boolean writable = append || options.contains(StandardOpenOption.WRITE);
    if (append && (cut || options.contains(StandardOpenOption.READ))) {
      throw new IllegalArgumentException(
          (cut ? "APPEND + TRUNCATE_EXISTING" : "READ + APPEND") + " not allowed");
    }
    disk.enter(Kind.OPEN, path);
    boolean fresh = writable && options.contains(StandardOpenOption.CREATE_NEW);
    boolean follow = !fresh && !options.contains(LinkOption.NOFOLLOW_LINKS);
    SimTree.Place place = disk.tree().place(path, follow);
    SimNode node = place.node();
    if (node == null) {
      if (!writable || !(fresh || options.contains(StandardOpenOption.CREATE))) {
        throw new NoSuchFileException(path.toString());
      }
      disk.enter(Kind.MAKE_FILE, path);
      node = disk.tree().makeFile(place, path);
    } else if (fresh) {
      throw new FileAlreadyExistsException(path.toString());
    } else if (node instanceof SimLink) {
      throw new FileSystemException(
          path.toString(), null, "Too many levels of symbolic links (NOFOLLOW_LINKS specified)");
    } else if (writable && node instanceof SimFolder) {
      throw new FileSystemException(path.toString(), null, "Is a directory");
    } else if (writable && disk.isReadOnly()) {
      throw new FileSystemException(path.toString(), null, "Read-only file system");
    }
    SimChannel channel = new SimChannel(disk, path, node, options, writable);
    if (writable && cut && node.size() > 0) {
      channel.truncate(0);
    }
    return channel;
  }

  private void enter(Kind kind) throws IOException {
    disk.enter(kind, path);
    if (!isOpen() || life != disk.life()) {
      throw new ClosedChannelException();
    }
  }

  private SimFile file() throws IOException {
    if (node instanceof SimFile file) {
      return file;
    }
    throw new IOException("Is a directory");
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int count = readAt(target, position);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public int read(ByteBuffer target, long at) throws IOException {
    if (at < 0) {
      throw new IllegalArgumentException("Negative position");
    }
    return readAt(target, at);
  }

  private int readAt(ByteBuffer target, long at) throws IOException {
    if (!readable && isOpen()) {
      throw new NonReadableChannelException();
    }
    enter(Kind.READ);
    return target.hasRemaining() ? file().read(at, target) : 0;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    long sum = 0;
    for (int i = offset; i < offset + length; i++) {
      while (targets[i].hasRemaining()) {
        int count = read(targets[i]);
        if (count < 0) {
          return sum > 0 ? sum : -1;
        }
        sum += count;
      }
    }
    return sum;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (options.contains(StandardOpenOption.APPEND)) {
      position = node.size();
    }
    int count = writeAt(source, position);
    position += count;
    return count;
  }

  @Override
  public int write(ByteBuffer source, long at) throws IOException {
    if (at < 0) {
      throw new IllegalArgumentException("Negative position");
    }
    return writeAt(source, options.contains(StandardOpenOption.APPEND) ? node.size() : at);
  }

  private int writeAt(ByteBuffer source, long at) throws IOException {
    if (!writable && isOpen()) {
      throw new NonWritableChannelException();
    }
    enter(Kind.WRITE);
    SimFile file = file();
    if (!source.hasRemaining()) {
      return 0;
    }
    if (at + source.remaining() > Integer.MAX_VALUE - 8) {
      throw new IOException("File too large");
    }
    long before = file.size();
    long room = before - at + disk.free();
    if (room <= 0) {
      throw new IOException("No space left on device");
    }
    int count = (int) Math.min(source.remaining(), room);
    file.write((int) at, source, count, disk.clock().instant());
    if (file.names > 0) {
      disk.used(file.size() - before);
    }
    if (options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC)) {
      file.force();
    }
    return count;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum += write(sources[i]);
      if (sources[i].hasRemaining()) {
        return sum;
      }
    }
    return sum;
  }

  @Override
  public long position() throws IOException {
    checkOpen();
    return options.contains(StandardOpenOption.APPEND) ? node.size() : position;
  }

  @Override
  public SimChannel position(long newPosition) throws IOException {
    checkOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("Negative position");
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws IOException {
    enter(Kind.ATTRIBUTES);
    return node.size();
  }

  @Override
  public SimChannel truncate(long size) throws IOException {
    if (!writable && isOpen()) {
      throw new NonWritableChannelException();
    }
    if (size < 0) {
      throw new IllegalArgumentException("Negative size");
    }
    enter(Kind.TRUNCATE);
    SimFile file = file();
    long before = file.size();
    file.truncate((int) Math.min(size, before), disk.clock().instant());
    if (file.names > 0) {
      disk.used(file.size() - before);
    }
    position = Math.min(position, size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    enter(Kind.FORCE);
    if (node instanceof SimFolder folder) {
      disk.log().sync(folder);
    } else {
      file().force();
      disk.log().forced();
    }
  }

  @Override
  public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, count));
    if (read(buffer, from) <= 0) {
      return 0;
    }
    return target.write(buffer.flip());
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
    if (at > node.size()) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, count));
    if (source.read(buffer) <= 0) {
      return 0;
    }
    buffer.flip();
    long sum = 0;
    while (buffer.hasRemaining()) {
      sum += write(buffer, at + sum);
    }
    return sum;
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long from, long size) {
    throw new UnsupportedOperationException("a simulated disk maps no files");
  }

  @Override
  public FileLock lock(long from, long size, boolean shared) throws IOException {
    return tryLock(from, size, shared);
  }

  /** There is one process, so that a lock is free or held by itself. */
  @Override
  public FileLock tryLock(long from, long size, boolean shared) throws IOException {
    enter(Kind.ATTRIBUTES);
    Lock held = file().lock;
    if (held != null && held.isValid()) {
      throw new OverlappingFileLockException();
    }
    Lock lock = new Lock(this, from, size, shared);
    file().lock = lock;
    return lock;
  }

  private void checkOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  /** Never fails: a dead process closes its files too. */
  @Override
  protected void implCloseChannel() throws IOException {
    boolean temporary = options.contains(StandardOpenOption.DELETE_ON_CLOSE);
    if (temporary && life == disk.life() && !disk.isDead()) {
      disk.fileSystem().provider().deleteIfExists(path);
    }
  }

  /** A lock of a whole process; it ends with its channel or with the process. */
  static final class Lock extends FileLock {

    private final SimChannel channel;
    private boolean released;

    Lock(SimChannel channel, long from, long size, boolean shared) {
      super(channel, from, size, shared);
      this.channel = channel;
    }

    @Override
    public boolean isValid() {
      return !released && channel.isOpen() && channel.life == channel.disk.life();
    }

    @Override
    public void release() {
      released = true;
    }
  }
}
