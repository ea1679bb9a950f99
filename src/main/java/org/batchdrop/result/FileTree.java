package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.batchdrop.input.Tree;

/** Whole trees of files: keep a second name of them, make them durable, remove them. */
final class FileTree {

  private FileTree() {}

  /**
   * Gives a file or folder a second name: hard links where the file system allows it, else copies.
   * A symbolic link stays one and is not followed; what is neither file, folder nor link is left
   * out.
   *
   * @param to new
   */
  static void keep(Path from, Path to) throws IOException {
    BasicFileAttributes look = look(from);
    if (look.isSymbolicLink()) {
      Files.copy(from, to, LinkOption.NOFOLLOW_LINKS);
    } else if (look.isDirectory()) {
      Files.createDirectory(to);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
        for (Path entry : entries) {
          keep(entry, to.resolve(entry.getFileName()));
        }
      }
    } else if (look.isRegularFile()) {
      linkOrCopy(from, to);
    }
  }

  /** Fails where the disk can't say what there is: nothing of an input may be left out. */
  private static BasicFileAttributes look(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Another file system, one without links, or too many links: the copy reports what is wrong.
      Files.copy(from, to);
    }
  }

  /** Makes a file, or a folder with all that is in it, durable. */
  static void force(Path path) throws IOException {
    BasicFileAttributes look = look(path);
    if (look.isSymbolicLink()) {
      return;
    }
    if (look.isDirectory()) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          force(entry);
        }
      }
    }
    Tree.sync(path);
  }

  /** The sum of the sizes of the files in a tree, in bytes. */
  static long bytes(Path path) throws IOException {
    BasicFileAttributes look = look(path);
    if (look.isSymbolicLink()) {
      return 0;
    }
    if (!look.isDirectory()) {
      return look.size();
    }
    long sum = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        sum += bytes(entry);
      }
    }
    return sum;
  }
}
