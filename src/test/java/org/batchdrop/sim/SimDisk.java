package org.batchdrop.sim;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory, behind {@code java.nio.file}, that can crash, lose power, fill up and fail. It
 * behaves as a Unix file system does and is deterministic: the same calls and the same seeds give
 * the same bytes. Not thread-safe.
 *
 * <p>A file's bytes are durable when its channel was forced, a folder's entries when a channel that
 * was opened on the folder was forced. Neither makes the other durable, and a folder's own name is
 * an entry of its parent. What is not durable, a power loss may keep, spoil or lose.
 */
public final class SimDisk {

  /** Which changes of folders a power loss may keep. */
  public enum Ordering {
    /**
     * One order over all folders, as a journaling file system has: a loss keeps a beginning, and
     * any force makes everything before it durable.
     */
    JOURNAL,
    /**
     * An order for each folder: a loss keeps a beginning of each. A rename of a file into another
     * folder may be half done: the file then has both names, never none.
     */
    PREFIX,
    /** An order for each name only: a loss keeps any changes that leave each name consistent. */
    SUBSET
  }

  /** What is asked of the disk. */
  public enum Kind {
    OPEN(false),
    READ(false),
    LIST(false),
    ATTRIBUTES(false),
    MAKE_FILE(true),
    TRUNCATE(true),
    WRITE(true),
    FORCE(true),
    MAKE_FOLDER(true),
    LINK(true),
    RENAME(true),
    DELETE(true),
    TOUCH(true);

    private final boolean mutating;

    Kind(boolean mutating) {
      this.mutating = mutating;
    }

    /** Tells whether it changes what is on the disk, or what is durable. */
    public boolean isMutating() {
      return mutating;
    }
  }

  /**
   * One call.
   *
   * @param number from 1, over all calls
   * @param path absolute; of a rename or a new name, the target
   */
  public record Operation(long number, Kind kind, String path) {}

  /** Is called before each mutating operation, and may end it or the process. */
  public interface Observer {
    /**
     * Sees an operation.
     *
     * @throws IOException to let the operation fail without any effect
     * @throws SimCrash to let the process die before the operation
     */
    void before(Operation operation) throws IOException;
  }

  private static final Observer NOBODY = operation -> {};

  private final SimFileSystem files = new SimFileSystem(this);
  private final InstantSource clock;
  private final SimLog log;
  private final SimTree tree;
  private final Map<Long, Throwable> planned = new HashMap<>();
  private Observer observer = NOBODY;
  private long operations;
  private long capacity = Long.MAX_VALUE;
  private long used;
  private boolean readOnly;
  private boolean vanished;
  private @Nullable SimCrash death;
  private long life = 1;

  /**
   * Makes an empty disk.
   *
   * @param clock gives the times of files
   */
  public SimDisk(InstantSource clock, Ordering ordering) {
    this.clock = clock;
    this.log = new SimLog(ordering);
    this.tree = new SimTree(clock, log);
  }

  /** The disk as a file system. */
  public FileSystem fileSystem() {
    return files;
  }

  /** A path on this disk; a relative one begins at the root. */
  public Path path(String path) {
    return files.getPath(path).toAbsolutePath();
  }

  /** The process dies; nothing is lost. Every call throws {@link SimCrash} until the restart. */
  public void crash() {
    die(new SimCrash("the process is dead"));
  }

  /**
   * The machine loses power, and the process dies with it. What is not durable is kept, spoilt or
   * lost as {@code random} says; what is left then is durable.
   */
  public void powerLoss(Random random) {
    crash();
    log.lose(random);
    tree.rollBack();
    tree.walk(
        node -> {
          if (node instanceof SimFile file) {
            file.lose(random);
          }
        });
    recount();
  }

  /** A new process begins. What the last one had open stays closed. */
  public void restart() {
    death = null;
    life++;
  }

  /** Tells whether the process is dead. */
  public boolean isDead() {
    return death != null;
  }

  /** Makes all that is on the disk durable, as {@code sync} does; no operation. */
  public void sync() {
    log.syncAll();
    tree.walk(
        node -> {
          if (node instanceof SimFile file) {
            file.force();
          }
        });
  }

  /** How many operations there were so far, failed ones included. */
  public long operations() {
    return operations;
  }

  /**
   * Lets one operation fail, without any effect.
   *
   * @param number the operation, counted as {@link #operations} counts
   * @param failure an {@link IOException}, an unchecked exception, or a {@link SimCrash}
   */
  public void failAt(long number, Throwable failure) {
    planned.put(number, failure);
  }

  /** Forgets the failures that were planned and not met. */
  public void failNoMore() {
    planned.clear();
  }

  /** Sets who is called before each mutating operation. */
  public void observe(Observer next) {
    observer = next;
  }

  /** Sets how many bytes of files fit. A write that fits in part is done in part. */
  public void capacity(long bytes) {
    capacity = bytes;
  }

  /** Bytes of all files that have a name. */
  public long used() {
    return used;
  }

  /** Bytes that still fit. */
  public long free() {
    return Math.max(0, capacity - used);
  }

  /** Lets every mutating operation but a force fail. */
  public void readOnly(boolean value) {
    readOnly = value;
  }

  /** Lets every operation fail, as a network disk does that is gone. */
  public void vanished(boolean value) {
    vanished = value;
  }

  long capacity() {
    return capacity;
  }

  boolean isReadOnly() {
    return readOnly;
  }

  SimTree tree() {
    return tree;
  }

  SimLog log() {
    return log;
  }

  InstantSource clock() {
    return clock;
  }

  /** The number of the process that lives now. */
  long life() {
    return life;
  }

  void used(long more) {
    used += more;
  }

  /** A name of a file is gone; its bytes are free when it was the last. */
  void dropped(SimNode node) {
    if (node instanceof SimFile file && file.names == 0) {
      used -= file.size();
    }
  }

  private void recount() {
    used = 0;
    tree.walk(node -> used += node instanceof SimFile ? node.size() : 0);
  }

  /** Counts an operation, and lets it fail when it must. */
  void enter(Kind kind, SimPath path) throws IOException {
    if (death != null) {
      throw death;
    }
    operations++;
    try {
      if (kind.isMutating() && observer != NOBODY) {
        observer.before(new Operation(operations, kind, path.toAbsolutePath().toString()));
      }
      Throwable failure = planned.isEmpty() ? null : planned.remove(operations);
      if (failure != null) {
        throwIt(failure);
      }
    } catch (SimCrash crash) {
      die(crash);
      throw crash;
    }
    if (vanished) {
      throw new FileSystemException(path.toString(), null, "Input/output error");
    }
    if (readOnly && kind.isMutating() && kind != Kind.FORCE) {
      throw new FileSystemException(path.toString(), null, "Read-only file system");
    }
    if (used >= capacity
        && (kind == Kind.MAKE_FILE || kind == Kind.MAKE_FOLDER || kind == Kind.LINK)) {
      throw new FileSystemException(path.toString(), null, "No space left on device");
    }
  }

  private static void throwIt(Throwable failure) throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    throw failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalArgumentException("a disk does not throw this", failure);
  }

  private void die(SimCrash crash) {
    if (death == null) {
      death = crash;
    }
  }

  SimPath realPath(SimPath path, boolean follow) throws IOException {
    enter(Kind.ATTRIBUTES, path);
    tree.node(path, follow);
    SimPath real = files.getPath("/");
    for (String name : path.toAbsolutePath().normalize().names()) {
      real = real.resolve(name);
      for (int links = 0; links < 40 && follow; links++) {
        if (!(tree.node(real, false) instanceof SimLink link)) {
          break;
        }
        SimPath parent = real.getParent();
        real = (parent == null ? real : parent).resolve(link.target).normalize();
      }
    }
    return real;
  }
}
