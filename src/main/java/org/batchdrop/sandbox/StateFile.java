package org.batchdrop.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small JSON documents that are replaced whole, so that a reader never sees half of one. */
final class StateFile {
  /** How names of files that are still being written end; swept at start. */
  static final String TEMPORARY = ".tmp";

  private StateFile() {}

  /** Replaces a document; it is durable when this returns. */
  static void write(Path target, Object value) throws IOException {
    Path temporary = target.resolveSibling(target.getFileName() + TEMPORARY);
    ByteBuffer bytes = ByteBuffer.wrap(Json.MAPPER.writeValueAsBytes(value));
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    rename(temporary, target);
  }

  /** Reads a document back. */
  static <T> T read(Path source, Class<T> type) throws IOException {
    return Json.MAPPER.readValue(Files.readAllBytes(source), type);
  }

  /** Renames over whatever is there, and makes the new name durable. */
  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path parent = to.getParent();
    if (parent != null) {
      try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  /** Gives a file a second name, or copies it where the file system has no links. */
  static void link(Path existing, Path link) throws IOException {
    Files.deleteIfExists(link);
    try {
      Files.createLink(link, existing);
    } catch (UnsupportedOperationException | FileSystemException noLinks) {
      Files.copy(existing, link);
    }
  }
}
