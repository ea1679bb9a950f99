package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the provider: per file one data file and one small description, which is written
 * last and makes the file exist. Thread-safe.
 */
final class FileStore {
  private static final Logger log = LoggerFactory.getLogger(FileStore.class);
  private static final String DATA = ".data";
  private static final String DESCRIPTION = ".json";

  private final Path directory;
  private final InstantSource clock;
  private final OpaqueIds ids;
  private final Map<String, StoredFile> files = new ConcurrentHashMap<>();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();
  private final Map<String, StoredFile> kept = new ConcurrentHashMap<>();
  private final AtomicLong sequence = new AtomicLong();

  private FileStore(Path directory, InstantSource clock, OpaqueIds ids) {
    this.directory = directory;
    this.clock = clock;
    this.ids = ids;
  }

  /** Opens a store, and removes what an interrupted upload left behind. */
  static FileStore open(Path directory, InstantSource clock, OpaqueIds ids) throws IOException {
    Files.createDirectories(directory);
    FileStore store = new FileStore(directory, clock, ids);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + DESCRIPTION)) {
      for (Path description : found) {
        store.remember(StateFile.read(description, StoredFile.class));
      }
    }
    store.sweep();
    return store;
  }

  private void remember(StoredFile file) {
    files.put(file.id(), file);
    sequence.accumulateAndGet(file.sequence(), Math::max);
  }

  private void sweep() throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      for (Path path : found) {
        String name = path.getFileName().toString();
        String id = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        if (!files.containsKey(id)) {
          log.info("removing what an interrupted upload left: file={}", name);
          Files.delete(path);
        }
      }
    }
  }

  /** Returns a new id for a file. */
  String newId() {
    return ids.next("file-", 24);
  }

  /** Starts a new file. Close the result whether or not it was published. */
  Incoming receive() throws IOException {
    String id = newId();
    return new Incoming(id, directory.resolve(id + StateFile.TEMPORARY));
  }

  /**
   * Stores a finished file under an id of the caller's. Doing it again changes nothing, so that an
   * interrupted batch can repeat it.
   */
  StoredFile adopt(Path source, String id, String filename, String purpose, long lines)
      throws IOException {
    Optional<StoredFile> there = find(id);
    if (there.isPresent()) {
      return there.get();
    }
    Path temporary = directory.resolve(id + StateFile.TEMPORARY);
    StateFile.link(source, temporary);
    return publish(temporary, id, filename, purpose, lines);
  }

  private StoredFile publish(Path finished, String id, String filename, String purpose, long lines)
      throws IOException {
    Path data = directory.resolve(id + DATA);
    StateFile.rename(finished, data);
    StoredFile file =
        new StoredFile(
            id,
            sequence.incrementAndGet(),
            filename,
            purpose,
            Files.size(data),
            lines,
            clock.millis());
    StateFile.write(directory.resolve(id + DESCRIPTION), file);
    files.put(id, file);
    return file;
  }

  /** Returns a file, or empty when there is none. */
  Optional<StoredFile> find(String id) {
    return Optional.ofNullable(files.get(id));
  }

  /** Returns where the bytes of a file are. */
  Path data(StoredFile file) {
    return directory.resolve(file.id() + DATA);
  }

  /** Returns every file, oldest first. */
  List<StoredFile> all() {
    Collection<StoredFile> now = files.values();
    return now.stream().sorted(Comparator.comparingLong(StoredFile::sequence)).toList();
  }

  /** Deletes a file, and tells whether it was there. */
  boolean delete(String id) throws IOException {
    StoredFile file = files.remove(id);
    if (file == null) {
      return false;
    }
    Files.deleteIfExists(directory.resolve(id + DESCRIPTION));
    if (wanted.contains(id)) {
      kept.put(id, file);
    } else {
      Files.deleteIfExists(data(file));
    }
    return true;
  }

  /** Keeps the bytes of a file for a late request, even if the file is deleted; until a restart. */
  void keep(String id) {
    wanted.add(id);
  }

  /** Returns a file, also one that was deleted but kept; empty when there is neither. */
  Optional<StoredFile> findKept(String id) {
    return find(id).or(() -> Optional.ofNullable(kept.get(id)));
  }

  /** A file that is being received; counts its lines. Not thread-safe. */
  final class Incoming extends OutputStream {
    private final String id;
    private final Path temporary;
    private final AppendFile file;
    private long lines;
    private boolean midLine;

    private Incoming(String id, Path temporary) throws IOException {
      this.id = id;
      this.temporary = temporary;
      this.file = AppendFile.open(temporary, 0);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      file.write(bytes, from, count);
      for (int i = from; i < from + count; i++) {
        if (bytes[i] == '\n') {
          lines++;
        }
      }
      midLine = count > 0 ? bytes[from + count - 1] != '\n' : midLine;
    }

    /** Returns the number of bytes received. */
    long length() {
      return file.length();
    }

    /** Makes the file exist; it is durable when this returns. */
    StoredFile publish(String filename, String purpose) throws IOException {
      file.force();
      file.close();
      return FileStore.this.publish(temporary, id, filename, purpose, lines + (midLine ? 1 : 0));
    }

    @Override
    public void close() throws IOException {
      file.close();
      Files.deleteIfExists(temporary);
    }
  }
}
