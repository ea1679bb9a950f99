package org.batchdrop.sim;

import java.io.IOException;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.batchdrop.journal.JournalException;

/**
 * The one fault that is armed: at the n-th operation of a kind from now. Nothing happens while the
 * daemon does not run.
 */
final class WorldFaults {

  /** What goes wrong, and where. */
  enum Kind {
    CRASH_AT_DISK,
    CRASH_BEFORE_COMMIT,
    CRASH_AFTER_COMMIT,
    CRASH_BEFORE_CALL,
    CRASH_AFTER_CALL,
    DISK_FAILS,
    /** At the n-th operation of any kind: a look fails too. */
    DISK_FAILS_AT_ANYTHING,
    COMMIT_FAILS,
    COMMIT_FAILS_AND_IS_DONE,
    CALL_IS_LOST,
    REPLY_IS_LOST
  }

  private final SimDisk disk;
  private final Consumer<String> trace;
  private boolean running;
  private Kind kind = Kind.DISK_FAILS;
  private long left;
  private long target;
  private boolean happened;

  WorldFaults(SimDisk disk, MemoryJournal journal, Consumer<String> trace) {
    this.disk = disk;
    this.trace = trace;
    disk.observe(operation -> atDisk(operation.kind() + " " + operation.path()));
    journal.observe(
        new MemoryJournal.Observer() {
          @Override
          public void before(MemoryJournal.Write write) {
            beforeCommit(write);
          }

          @Override
          public void after(MemoryJournal.Write write) {
            afterCommit(write);
          }
        });
  }

  /** Whether the daemon runs now: others touch the disk unharmed. */
  void running(boolean now) {
    running = now;
  }

  /** Lets something happen at the n-th operation from now, from 1. */
  void arm(Kind what, long n) {
    kind = what;
    left = n;
    happened = false;
    if (what == Kind.DISK_FAILS_AT_ANYTHING) {
      left = 0;
      target = disk.operations() + n;
      disk.failAt(target, new IOException("simulated fault"));
    }
  }

  void disarm() {
    left = 0;
    disk.failNoMore();
  }

  /** Tells whether the last armed fault has happened. */
  boolean happened() {
    return kind == Kind.DISK_FAILS_AT_ANYTHING ? disk.operations() >= target : happened;
  }

  private boolean isDue(boolean here) {
    if (!running || !here || left == 0 || disk.isDead()) {
      return false;
    }
    left--;
    happened |= left == 0;
    return left == 0;
  }

  private SimCrash crash(String where) {
    disk.crash();
    trace.accept("CRASH " + where);
    return new SimCrash(where);
  }

  private void atDisk(String what) throws IOException {
    if (isDue(kind == Kind.CRASH_AT_DISK)) {
      throw crash("before " + what);
    }
    if (isDue(kind == Kind.DISK_FAILS)) {
      trace.accept("DISK FAILS " + what);
      throw new IOException("simulated fault of " + what);
    }
  }

  private static JournalException failure() {
    return new JournalException("journal can't be written: simulated", new SQLException("fault"));
  }

  private void beforeCommit(MemoryJournal.Write write) {
    if (isDue(kind == Kind.CRASH_BEFORE_COMMIT)) {
      throw crash("before commit " + write);
    }
    if (isDue(kind == Kind.COMMIT_FAILS)) {
      trace.accept("COMMIT FAILS " + write);
      throw failure();
    }
  }

  private void afterCommit(MemoryJournal.Write write) {
    trace.accept("committed " + write);
    if (isDue(kind == Kind.CRASH_AFTER_COMMIT)) {
      throw crash("after commit " + write);
    }
    if (isDue(kind == Kind.COMMIT_FAILS_AND_IS_DONE)) {
      trace.accept("COMMIT FAILS, and is done " + write);
      throw failure();
    }
  }

  /**
   * A call is about to leave.
   *
   * @return true when it is lost on its way
   */
  boolean beforeCall(String call) {
    if (isDue(kind == Kind.CRASH_BEFORE_CALL)) {
      throw crash("before " + call);
    }
    return isDue(kind == Kind.CALL_IS_LOST);
  }

  /**
   * A call was made.
   *
   * @return true when its reply is lost
   */
  boolean afterCall(String call) {
    if (isDue(kind == Kind.CRASH_AFTER_CALL)) {
      throw crash("after " + call);
    }
    return isDue(kind == Kind.REPLY_IS_LOST);
  }
}
