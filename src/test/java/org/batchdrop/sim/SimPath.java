package org.batchdrop.sim;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path of a {@link SimDisk}, with the rules of Unix. The working folder is the root. */
final class SimPath implements Path {

  private static final String[] NO_NAMES = {};

  private final SimFileSystem files;
  private final String text;
  private String @Nullable [] names;

  private SimPath(SimFileSystem files, String text) {
    this.files = files;
    this.text = text;
  }

  /** Reads a path; needless slashes are left out. */
  static SimPath of(SimFileSystem files, String text) {
    String clean = text;
    if (clean.contains("//")) {
      clean = clean.replaceAll("/+", "/");
    }
    if (clean.length() > 1 && clean.endsWith("/")) {
      clean = clean.substring(0, clean.length() - 1);
    }
    return new SimPath(files, clean);
  }

  private SimPath with(String other) {
    return new SimPath(files, other);
  }

  /** The path's names; one empty name for the empty path. Not to be changed. */
  String[] names() {
    String[] known = names;
    if (known == null) {
      String relative = isAbsolute() ? text.substring(1) : text;
      known = isAbsolute() && relative.isEmpty() ? NO_NAMES : relative.split("/", -1);
      names = known;
    }
    return known;
  }

  /** The first names, absolute where this path is. */
  SimPath beginning(int count) {
    String joined = String.join("/", Arrays.asList(names()).subList(0, count));
    return with(isAbsolute() ? "/" + joined : joined);
  }

  @Override
  public SimFileSystem getFileSystem() {
    return files;
  }

  @Override
  public boolean isAbsolute() {
    return text.startsWith("/");
  }

  @Override
  public @Nullable SimPath getRoot() {
    return isAbsolute() ? with("/") : null;
  }

  @Override
  public @Nullable SimPath getFileName() {
    String[] all = names();
    return all.length == 0 ? null : with(all[all.length - 1]);
  }

  @Override
  public @Nullable SimPath getParent() {
    int slash = text.lastIndexOf('/');
    if (slash > 0) {
      return with(text.substring(0, slash));
    }
    return slash == 0 && text.length() > 1 ? with("/") : null;
  }

  @Override
  public int getNameCount() {
    return names().length;
  }

  @Override
  public SimPath getName(int index) {
    if (index < 0 || index >= names().length) {
      throw new IllegalArgumentException("name " + index + " of " + text);
    }
    return with(names()[index]);
  }

  @Override
  public SimPath subpath(int from, int to) {
    if (from < 0 || to > names().length || from >= to) {
      throw new IllegalArgumentException("names " + from + " to " + to + " of " + text);
    }
    return with(String.join("/", Arrays.asList(names()).subList(from, to)));
  }

  @Override
  public boolean startsWith(Path other) {
    if (!(other instanceof SimPath path)
        || path.files != files
        || path.isAbsolute() != isAbsolute()) {
      return false;
    }
    String[] mine = names();
    String[] its = path.names();
    return its.length <= mine.length
        && (!path.text.isEmpty() || text.isEmpty())
        && Arrays.equals(mine, 0, its.length, its, 0, its.length);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof SimPath path) || path.files != files) {
      return false;
    }
    if (path.isAbsolute()) {
      return equals(path);
    }
    String[] mine = names();
    String[] its = path.names();
    int from = mine.length - its.length;
    return from >= 0
        && (!path.text.isEmpty() || text.isEmpty())
        && Arrays.equals(mine, from, mine.length, its, 0, its.length);
  }

  @Override
  public SimPath normalize() {
    List<String> kept = new ArrayList<>();
    for (String name : names()) {
      if (name.equals("..") && !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..")) {
        kept.remove(kept.size() - 1);
      } else if (!name.equals(".") && !(name.equals("..") && isAbsolute())) {
        kept.add(name);
      }
    }
    return with((isAbsolute() ? "/" : "") + String.join("/", kept));
  }

  /** Takes relative paths of other file systems too, by their text. */
  @Override
  public SimPath resolve(Path other) {
    if (!(other instanceof SimPath) && other.isAbsolute()) {
      throw new ProviderMismatchException();
    }
    return resolve(other.toString());
  }

  @Override
  public SimPath resolve(String other) {
    SimPath path = files.getPath(other);
    if (path.isAbsolute() || text.isEmpty()) {
      return path;
    }
    if (path.text.isEmpty()) {
      return this;
    }
    return with(text.endsWith("/") ? text + path.text : text + "/" + path.text);
  }

  @Override
  public SimPath relativize(Path other) {
    if (!(other instanceof SimPath path)) {
      throw new ProviderMismatchException();
    }
    if (path.isAbsolute() != isAbsolute()) {
      throw new IllegalArgumentException("'other' is different type of Path");
    }
    if (text.isEmpty()) {
      return path;
    }
    String[] mine = names();
    String[] its = path.text.isEmpty() ? NO_NAMES : path.names();
    int same = 0;
    while (same < mine.length && same < its.length && mine[same].equals(its[same])) {
      same++;
    }
    List<String> steps = new ArrayList<>();
    for (int i = same; i < mine.length; i++) {
      steps.add("..");
    }
    steps.addAll(Arrays.asList(its).subList(same, its.length));
    return with(String.join("/", steps));
  }

  @Override
  public URI toUri() {
    return URI.create("simdisk://disk" + toAbsolutePath().text.replace(" ", "%20"));
  }

  @Override
  public SimPath toAbsolutePath() {
    if (isAbsolute()) {
      return this;
    }
    return with("/" + text);
  }

  @Override
  public SimPath toRealPath(LinkOption... options) throws IOException {
    return files.disk().realPath(this, options.length == 0);
  }

  /** Nothing watches this disk. */
  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("a simulated disk has no watch service");
  }

  @Override
  public int compareTo(Path other) {
    return text.compareTo(((SimPath) other).text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SimPath path && path.files == files && path.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
