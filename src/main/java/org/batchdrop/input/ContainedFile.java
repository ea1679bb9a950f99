package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * Opens a file inside a folder that somebody else may still be changing. Each folder on the way is
 * opened relative to the one before and no link is followed, so that nothing outside is read
 * whatever is swapped meanwhile.
 */
final class ContainedFile {

  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private ContainedFile() {}

  /**
   * Opens a regular file for reading.
   *
   * @param root a folder of our own that nobody swaps
   * @param path below it, {@code /} as separator, without {@code ..}
   * @throws NoSuchFileException when the file is gone
   * @throws NotDirectoryException when the way leads through something that is no folder
   * @throws NotRegular when the path names a link, a device, a pipe or a folder
   * @throws IOException when it can't be read
   */
  static InputStream open(Path root, String path) throws IOException {
    try (DirectoryStream<Path> folder = Files.newDirectoryStream(root)) {
      if (folder instanceof SecureDirectoryStream<Path> secure) {
        return open(secure, root, path);
      }
    }
    // A system without openat: the last step alone is safe from a swap.
    Path file = root.resolve(path);
    requireRegular(
        file, Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static InputStream open(SecureDirectoryStream<Path> folder, Path root, String path)
      throws IOException {
    int slash = path.indexOf('/');
    if (slash >= 0) {
      Path name = Path.of(path.substring(0, slash));
      requireFolder(root.resolve(name), attributes(folder, name));
      try (SecureDirectoryStream<Path> next =
          folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        return open(next, root.resolve(name), path.substring(slash + 1));
      }
    }
    Path name = Path.of(path);
    // Opening a pipe would wait for a writer, so the look comes before.
    requireRegular(root.resolve(name), attributes(folder, name));
    return Channels.newInputStream(folder.newByteChannel(name, READ));
  }

  private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  private static void requireFolder(Path folder, BasicFileAttributes attributes)
      throws NotDirectoryException {
    if (!attributes.isDirectory()) {
      throw new NotDirectoryException(folder.toString());
    }
  }

  private static void requireRegular(Path file, BasicFileAttributes attributes) throws NotRegular {
    if (!attributes.isRegularFile()) {
      throw new NotRegular(file.toString());
    }
  }

  /** What stands there is no regular file. */
  static final class NotRegular extends FileSystemException {

    private static final long serialVersionUID = 1;

    NotRegular(String file) {
      super(file, null, "no regular file");
    }
  }
}
