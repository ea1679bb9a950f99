package org.batchdrop.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.batchdrop.sim.SimDisk.Ordering;
import org.jspecify.annotations.Nullable;

/** The changes of folders that are not durable yet, and what may become of them. */
final class SimLog {

  private final Ordering ordering;
  private final List<SimChange> log = new ArrayList<>();
  private @Nullable SimChange last;

  SimLog(Ordering ordering) {
    this.ordering = ordering;
  }

  /** Tells whether a rename from folder to folder is one change, whatever is renamed. */
  boolean isRenameWhole() {
    return ordering == Ordering.JOURNAL;
  }

  /**
   * Notes a change that has just been made.
   *
   * @param after another change that must not be missing when this one is durable
   */
  SimChange note(List<SimChange.Edit> edits, @Nullable SimChange after) {
    List<SimChange> needs = new ArrayList<>(3);
    need(needs, after);
    if (ordering == Ordering.JOURNAL) {
      need(needs, last);
    }
    for (SimChange.Edit edit : edits) {
      SimFolder folder = edit.folder();
      if (ordering == Ordering.PREFIX && !folder.pending.isEmpty()) {
        need(needs, folder.pending.get(folder.pending.size() - 1));
      }
      if (ordering == Ordering.SUBSET) {
        need(needs, folder.lastOfName.get(edit.name()));
      }
    }
    SimChange change = new SimChange(edits, needs);
    for (SimChange.Edit edit : edits) {
      edit.folder().pending.add(change);
      edit.folder().lastOfName.put(edit.name(), change);
    }
    log.add(change);
    last = change;
    return change;
  }

  private static void need(List<SimChange> needs, @Nullable SimChange change) {
    if (change != null && !change.durable) {
      needs.add(change);
    }
  }

  /** Makes the entries of a folder durable. */
  void sync(SimFolder folder) {
    if (ordering == Ordering.JOURNAL) {
      syncAll();
      return;
    }
    folder.pending.forEach(SimChange::persist);
    folder.settle();
    if (log.size() > 256) {
      log.removeIf(change -> change.durable);
    }
  }

  /** A file was forced: where the order is global, whatever was done before it is durable too. */
  void forced() {
    if (ordering == Ordering.JOURNAL) {
      syncAll();
    }
  }

  /** Makes everything durable. */
  void syncAll() {
    for (SimChange change : log) {
      change.persist();
      change.edits.forEach(edit -> edit.folder().settle());
    }
    log.clear();
    last = null;
  }

  /** The power failed: some of the changes had reached the disk. */
  void lose(Random random) {
    log.removeIf(change -> change.durable);
    switch (ordering) {
      case JOURNAL -> keepBeginning(log, random);
      case PREFIX -> {
        Map<SimFolder, List<SimChange>> byFolder = new LinkedHashMap<>();
        for (SimChange change : log) {
          for (SimChange.Edit edit : change.edits) {
            byFolder.computeIfAbsent(edit.folder(), f -> new ArrayList<>()).add(change);
          }
        }
        byFolder.values().forEach(changes -> keepBeginning(changes, random));
      }
      case SUBSET -> {
        double share = random.nextInt(5) / 4.0;
        for (SimChange change : log) {
          if (random.nextDouble() < share) {
            change.persist();
          }
        }
      }
    }
    log.clear();
    last = null;
  }

  private static void keepBeginning(List<SimChange> changes, Random random) {
    int kept =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> changes.size();
          default -> random.nextInt(changes.size() + 1);
        };
    if (kept > 0) {
      changes.get(kept - 1).persist();
    }
  }
}
