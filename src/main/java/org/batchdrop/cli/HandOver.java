package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Random;
import org.batchdrop.config.Home;
import org.batchdrop.input.Claim;
import org.batchdrop.input.QuietPeriod;
import org.batchdrop.input.Tree;
import org.batchdrop.job.RowOrder;

/**
 * Hands a file or folder to the inbox so that nobody can see half of it: copied under a name that
 * is ignored, synced, marked as complete, and then given its name without replacing anything.
 */
final class HandOver {

  private HandOver() {}

  /**
   * Hands over.
   *
   * @return by what the job can be recognised
   * @throws FileAlreadyExistsException when an entry of that name waits in the inbox already
   * @throws IOException when reading or writing fails; nothing is left in the inbox but a hidden
   *     file
   */
  static Watch.Handed to(Home home, String pipeline, Path source) throws IOException {
    return to(home, pipeline, source, RowOrder.NONE);
  }

  /**
   * As {@link #to(Home, String, Path)}, under another name and without links: whoever dropped the
   * source into an inbox may not have been allowed to read what they lead to.
   *
   * @param rows of it that are to be taken
   */
  static Watch.Handed again(Home home, String pipeline, Path source, String name, RowOrder rows)
      throws IOException {
    return to(home, pipeline, source, name, rows, false);
  }

  /**
   * Hands over some rows of a file. What is said about rows is on the disk before the file gets its
   * name, bound to that very file, so that the file never arrives without it.
   *
   * @throws FileAlreadyExistsException as above
   * @throws IOException as above; also where rows are chosen and the file system gives files no
   *     identity
   */
  static Watch.Handed to(Home home, String pipeline, Path source, RowOrder rows)
      throws IOException {
    return to(home, pipeline, source, name(source), rows, true);
  }

  private static Watch.Handed to(
      Home home, String pipeline, Path source, String name, RowOrder rows, boolean followsLinks)
      throws IOException {
    Path inbox = home.inbox(pipeline);
    Files.createDirectories(inbox);
    Path target = inbox.resolve(name);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path hidden = inbox.resolve("." + Integer.toHexString(new Random().nextInt()) + ".submit.tmp");
    copy(source, hidden, followsLinks);
    final long since = System.currentTimeMillis();
    final String key = Claim.key(hidden);
    Path marker = QuietPeriod.readyMarker(target);
    try {
      Claim.forgetRowOrders(target);
      if (!rows.equals(RowOrder.NONE)) {
        write(rows, target, key);
      }
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.deleteIfExists(marker);
      Files.createFile(marker);
      Files.move(hidden, target);
    } catch (IOException e) {
      // A promise about an entry, and what was said of its rows, must not outlive it.
      Files.deleteIfExists(marker);
      Files.deleteIfExists(Claim.rowOrder(target, key));
      Tree.remove(hidden);
      throw e;
    }
    Tree.sync(inbox);
    return new Watch.Handed(pipeline, name, key, since);
  }

  private static void write(RowOrder rows, Path target, String key) throws IOException {
    if (key.isEmpty()) {
      throw new IOException(
          "rows can't be chosen for one file here: the file system gives files no identity;"
              + " expected 'input.rows' in the pipeline");
    }
    Path order = Claim.rowOrder(target, key);
    Tree.write(order, rows.toText());
    Tree.syncName(order);
  }

  /** Under which name a file is handed over. */
  static String name(Path source) {
    Path name = source.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }

  private static void copy(Path source, Path target, boolean followsLinks) throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectory(target.resolve(source.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isOther()) {
              throw new IOException(
                  "'" + file + "' is a pipe or a device; expected files and folders");
            }
            if (attributes.isSymbolicLink() && !followsLinks) {
              return FileVisitResult.CONTINUE;
            }
            Path copy =
                file.equals(source) ? target : target.resolve(source.relativize(file).toString());
            Files.copy(file, copy);
            Tree.sync(copy);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
