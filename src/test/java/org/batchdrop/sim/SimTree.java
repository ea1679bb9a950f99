package org.batchdrop.sim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.batchdrop.sim.SimChange.Edit;
import org.jspecify.annotations.Nullable;

/** Names and what they stand for, with the rules and errors of a Unix file system. */
final class SimTree {

  private static final int MOST_LINKS = 40;
  private static final int LONGEST_NAME = 255;

  private final InstantSource clock;
  private final SimLog log;
  private long lastNumber = 1;
  final SimFolder root;

  SimTree(InstantSource clock, SimLog log) {
    this.clock = clock;
    this.log = log;
    this.root = new SimFolder(lastNumber++, clock.instant());
  }

  /**
   * Where a path leads.
   *
   * @param folder the folder of its last name; the root itself for the root
   * @param name the last name; empty when it is none of an entry, as {@code ..}
   * @param node null when there is none
   */
  record Place(SimFolder folder, String name, @Nullable SimNode node) {}

  Place place(SimPath path, boolean follow) throws IOException {
    return place(path.toAbsolutePath(), path, follow, 0);
  }

  private Place place(SimPath absolute, SimPath asked, boolean follow, int links)
      throws IOException {
    String[] names = absolute.names();
    SimFolder folder = root;
    SimNode node = root;
    String last = "";
    for (int i = 0; i < names.length; i++) {
      if (node == null) {
        throw new NoSuchFileException(asked.toString());
      }
      if (!(node instanceof SimFolder inside)) {
        throw new FileSystemException(asked.toString(), null, "Not a directory");
      }
      folder = inside;
      last = names[i];
      if (last.equals(".") || last.equals("..")) {
        node = last.equals(".") || folder.parent == null ? folder : folder.parent;
        last = "";
        continue;
      }
      node = folder.entries.get(last);
      if (node instanceof SimLink link && (follow || i < names.length - 1)) {
        if (links == MOST_LINKS) {
          throw new FileSystemException(
              asked.toString(), null, "Too many levels of symbolic links");
        }
        SimPath target = absolute.beginning(i).resolve(link.target);
        for (int rest = i + 1; rest < names.length; rest++) {
          target = target.resolve(names[rest]);
        }
        return place(target, asked, follow, links + 1);
      }
    }
    return new Place(folder, last, node);
  }

  SimNode node(SimPath path, boolean follow) throws IOException {
    SimNode node = place(path, follow).node();
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  SimFolder folder(SimPath path) throws IOException {
    try {
      if (node(path, true) instanceof SimFolder folder) {
        return folder;
      }
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      if (!"Not a directory".equals(e.getReason())) {
        throw e;
      }
    }
    throw new NotDirectoryException(path.toString());
  }

  SimFile makeFile(Place at, SimPath path) throws IOException {
    SimFile file = new SimFile(lastNumber++, clock.instant());
    add(at, path, file);
    return file;
  }

  void makeFolder(SimPath path) throws IOException {
    Place at = free(path);
    SimFolder folder = new SimFolder(lastNumber++, clock.instant());
    add(at, path, folder);
    folder.parent = at.folder();
  }

  void makeLink(SimPath path, String target) throws IOException {
    add(free(path), path, new SimLink(lastNumber++, clock.instant(), target));
  }

  /** Gives a file another name. */
  void link(SimPath path, SimPath existing) throws IOException {
    SimNode node = place(existing, false).node();
    if (node == null) {
      throw new NoSuchFileException(path.toString(), existing.toString(), null);
    }
    Place at = free(path);
    if (node instanceof SimFolder) {
      throw new FileSystemException(
          path.toString(), existing.toString(), "Operation not permitted");
    }
    add(at, path, node);
  }

  /** A place where nothing is yet. */
  private Place free(SimPath path) throws IOException {
    Place at = place(path, false);
    if (at.node() != null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return at;
  }

  private void add(Place at, SimPath path, SimNode node) throws IOException {
    checkName(at.name(), path);
    put(at.folder(), at.name(), node);
    log.note(List.of(new Edit(at.folder(), at.name(), node)), null);
  }

  private static void checkName(String name, SimPath path) throws IOException {
    if (name.length() > LONGEST_NAME
        || (name.length() > LONGEST_NAME / 4
            && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME)) {
      throw new FileSystemException(path.toString(), null, "File name too long");
    }
  }

  /**
   * Removes a name.
   *
   * @return what it stood for
   */
  SimNode remove(SimPath path) throws IOException {
    Place at = place(path, false);
    SimNode node = at.node();
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    if (node == root || at.name().isEmpty()) {
      throw new FileSystemException(path.toString(), null, "Device or resource busy");
    }
    if (node instanceof SimFolder folder && !folder.entries.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    take(at.folder(), at.name());
    log.note(List.of(new Edit(at.folder(), at.name(), null)), null);
    return node;
  }

  /**
   * The system call: replaces a file, a link or an empty folder.
   *
   * @param replaced is told what was replaced
   */
  void rename(SimPath source, SimPath target, Consumer<SimNode> replaced) throws IOException {
    Place from = place(source, false);
    Place to = place(target, false);
    SimNode node = from.node();
    if (node == null) {
      throw new NoSuchFileException(source.toString(), target.toString(), null);
    }
    if (node == to.node()) {
      return;
    }
    checkRename(from, to, source, target);
    checkName(to.name(), target);
    SimNode old = to.node();
    take(from.folder(), from.name());
    if (old != null) {
      take(to.folder(), to.name());
    }
    put(to.folder(), to.name(), node);
    noteRename(from, to, node);
    if (node instanceof SimFolder moved) {
      moved.parent = to.folder();
    }
    if (old != null) {
      replaced.accept(old);
    }
  }

  private static void checkRename(Place from, Place to, SimPath source, SimPath target)
      throws IOException {
    SimNode old = to.node();
    String reason = "";
    if (from.name().isEmpty() || to.name().isEmpty()) {
      reason = "Device or resource busy";
    } else if (from.node() instanceof SimFolder moved && moved.isAbove(to.folder())) {
      reason = "Invalid argument";
    } else if (old instanceof SimFolder above && above.isAbove(from.folder())) {
      reason = "Directory not empty";
    } else if (old != null && from.node() instanceof SimFolder && !(old instanceof SimFolder)) {
      reason = "Not a directory";
    } else if (old instanceof SimFolder && !(from.node() instanceof SimFolder)) {
      reason = "Is a directory";
    } else if (old instanceof SimFolder full && !full.entries.isEmpty()) {
      reason = "Directory not empty";
    }
    if (!reason.isEmpty()) {
      throw new FileSystemException(source.toString(), target.toString(), reason);
    }
  }

  private void noteRename(Place from, Place to, SimNode node) {
    Edit added = new Edit(to.folder(), to.name(), node);
    Edit removed = new Edit(from.folder(), from.name(), null);
    boolean whole =
        from.folder() == to.folder() || node instanceof SimFolder || log.isRenameWhole();
    if (whole) {
      log.note(List.of(removed, added), null);
    } else {
      // Half of it may be durable: the file under both names, never under none.
      SimChange first = log.note(List.of(added), null);
      log.note(List.of(removed), first);
    }
  }

  private void put(SimFolder folder, String name, SimNode node) {
    folder.entries.put(name, node);
    folder.modified = clock.instant();
    node.names++;
  }

  private void take(SimFolder folder, String name) {
    SimNode node = folder.entries.remove(name);
    if (node != null) {
      node.names--;
    }
    folder.modified = clock.instant();
  }

  String linkTarget(SimPath path) throws IOException {
    if (node(path, false) instanceof SimLink link) {
      return link.target;
    }
    throw new NotLinkException(path.toString());
  }

  /** Visits each node once, folders before what is in them. */
  void walk(Consumer<SimNode> visitor) {
    List<SimNode> open = new ArrayList<>(List.of(root));
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < open.size(); i++) {
      SimNode node = open.get(i);
      visitor.accept(node);
      if (node instanceof SimFolder folder) {
        for (SimNode inside : folder.entries.values()) {
          if (seen.add(inside.number)) {
            open.add(inside);
          }
        }
      }
    }
  }

  /** What is durable is all there is. */
  void rollBack() {
    walk(
        node -> {
          if (node instanceof SimFolder folder) {
            folder.entries.clear();
            folder.entries.putAll(folder.durable);
            folder.settle();
            for (SimNode inside : folder.entries.values()) {
              if (inside instanceof SimFolder child) {
                child.parent = folder;
              }
            }
          }
        });
    walk(node -> node.names = 0);
    walk(
        node -> {
          if (node instanceof SimFolder folder) {
            folder.entries.values().forEach(inside -> inside.names++);
          }
        });
  }
}
