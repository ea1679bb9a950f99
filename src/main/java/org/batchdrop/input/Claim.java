package org.batchdrop.input;

import static java.time.temporal.ChronoUnit.MILLIS;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.input.QuietPeriod.Look;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.RowOrder;

/**
 * Takes an entry out of the inbox by one rename into the job's folder. At each moment the entry is
 * in exactly one of the two places, and a claim that a crash cut short can be read back from the
 * disk.
 *
 * @param pipeline whose inbox it was in
 * @param name the entry's name
 * @param bytes its size; of a folder the sum of its files
 * @param key the file's identity on its file system; empty where there is none
 * @param taken when; the job's deadline counts from it
 */
public record Claim(String pipeline, String name, long bytes, String key, Instant taken) {

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Takes an entry. The frozen pipeline and the note of the claim are durable before the rename,
   * the rename is durable when this returns.
   *
   * @param entry in the inbox
   * @param look what it looked like when it had settled
   * @param folder of the job, inside an existing folder; made here, removed again when nothing was
   *     taken
   * @param pipelineText kept as the job's own copy
   * @param rows kept too, unless it says nothing
   * @param now kept in the note
   * @return empty when the entry is gone, or changed while it was taken (it is back in the inbox),
   *     or the job's folder exists already
   * @throws IOException when the disk fails
   */
  public static Optional<Claim> take(
      String pipeline,
      Path entry,
      Look look,
      JobFolder folder,
      String pipelineText,
      RowOrder rows,
      Instant now)
      throws IOException {
    String name = entry.getFileName().toString();
    try {
      Files.createDirectory(folder.root());
    } catch (FileAlreadyExistsException e) {
      // Another job has this very id; the entry is found again and gets a new one.
      return Optional.empty();
    }
    Files.createDirectory(folder.input());
    Tree.write(folder.pipeline(), pipelineText);
    if (!rows.equals(RowOrder.NONE)) {
      Tree.write(folder.rowOrder(), rows.toText());
    }
    Claim claim = new Claim(pipeline, name, look.bytes(), key(entry), now.truncatedTo(MILLIS));
    writeWhole(folder.claim(), claim.toJson());
    Tree.sync(folder.root());
    // The job's own folder must be there for good before the input is in it.
    Tree.sync(parent(folder.root()));
    Path taken = folder.input().resolve(name);
    try {
      Files.move(entry, taken, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      remove(folder);
      return Optional.empty();
    }
    if (!QuietPeriod.look(taken).equals(Optional.of(look)) && putBack(taken, entry)) {
      remove(folder);
      return Optional.empty();
    }
    Tree.sync(folder.input());
    Tree.sync(parent(entry));
    Files.deleteIfExists(QuietPeriod.readyMarker(entry));
    if (!rows.equals(RowOrder.NONE)) {
      Files.deleteIfExists(rowOrder(entry, claim.key()));
    }
    return Optional.of(claim);
  }

  /**
   * Where whoever hands an entry over leaves what he said about its rows, durably, before the entry
   * gets its name. It belongs to that very file under that name.
   *
   * @param key the entry's identity on its file system, not empty
   */
  public static Path rowOrder(Path entry, String key) {
    String file = key.replaceAll("[^A-Za-z0-9]", "_");
    return entry.resolveSibling("." + file + ending(entry));
  }

  /**
   * Forgets what was said about the rows of entries of a name; to be called before one is handed
   * over of which nothing was said.
   */
  public static void forgetRowOrders(Path entry) throws IOException {
    for (Path file : rowOrders(entry)) {
      Files.deleteIfExists(file);
    }
  }

  private static void requireNoOther(Path entry) throws IOException {
    if (Tree.look(QuietPeriod.readyMarker(entry)).isEmpty()) {
      // Nobody handed an entry of this name over; a folder of many need not be listed for each.
      return;
    }
    List<Path> others = rowOrders(entry);
    if (!others.isEmpty()) {
      throw new IOException(
          "what "
              + others.get(0)
              + " says of rows was said of another file of the name '"
              + entry.getFileName()
              + "'; remove it to take every row, or submit the file again");
    }
  }

  private static List<Path> rowOrders(Path entry) throws IOException {
    String ending = ending(entry);
    try (Stream<Path> all = Files.list(parent(entry))) {
      return all.filter(
              file -> {
                String name = String.valueOf(file.getFileName());
                return name.startsWith(".") && name.endsWith(ending);
              })
          .sorted()
          .toList();
    }
  }

  private static String ending(Path entry) {
    // The name itself might make it too long a name.
    return "_" + Integer.toHexString(String.valueOf(entry.getFileName()).hashCode()) + ".rows";
  }

  /**
   * What was said about the rows of an entry.
   *
   * @throws IOException when that can't be read: the entry must not be taken then, because it would
   *     buy rows that nobody asked for
   */
  public static RowOrder rowOrder(Path entry) throws IOException {
    String key = key(entry);
    Path file = rowOrder(entry, key);
    if (key.isEmpty() || Tree.look(file).isEmpty()) {
      requireNoOther(entry);
      return RowOrder.NONE;
    }
    return RowOrder.read(Files.readString(file))
        .orElseThrow(() -> new IOException(file + " says nothing of rows; remove it"));
  }

  /**
   * Reads back a claim that nobody recorded, and makes it durable.
   *
   * @param inbox the folder of all pipelines' folders; after a power loss the very file that was
   *     taken may stand there too, and is removed
   * @return empty when the folder holds no taken input; such a folder is removed
   */
  public static Optional<Claim> recover(JobFolder folder, Path inbox) throws IOException {
    if (Tree.look(folder.claim()).isEmpty() || Tree.look(folder.input()).isEmpty()) {
      remove(folder);
      return Optional.empty();
    }
    Claim claim = fromJson(Files.readString(folder.claim()), noted(folder.claim()));
    if (claim.name().isEmpty() || Tree.look(folder.input().resolve(claim.name())).isEmpty()) {
      remove(folder);
      return Optional.empty();
    }
    // Whoever claimed it may have died, or failed, before the rename was durable.
    Tree.sync(folder.input());
    Tree.sync(folder.root());
    Tree.sync(parent(folder.root()));
    Path entry = inbox.resolve(claim.pipeline()).resolve(claim.name());
    if (!claim.key().isEmpty()) {
      Files.deleteIfExists(rowOrder(entry, claim.key()));
    }
    if (Tree.look(entry).isPresent()
        && Files.isSameFile(entry, folder.input().resolve(claim.name()))) {
      // Half of a rename: the new name was durable, and the end of the old one was not.
      Files.delete(entry);
      Tree.sync(parent(entry));
    }
    if (Tree.look(entry).isEmpty()) {
      // It promised that this very entry is complete; of a later one of that name nobody did.
      Files.deleteIfExists(QuietPeriod.readyMarker(entry));
    }
    return Optional.of(claim);
  }

  /** Under another name first, so that a crash leaves a whole note or none. */
  private static void writeWhole(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Tree.write(temporary, text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent(), "it stands in a folder");
  }

  /** The identity by which whoever dropped a file finds its job; empty where there is none. */
  public static String key(Path file) {
    try {
      Object key =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey();
      return key == null ? "" : key.toString();
    } catch (IOException e) {
      return "";
    }
  }

  private String toJson() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("pipeline", pipeline);
      json.writeStringField("name", name);
      json.writeNumberField("bytes", bytes);
      json.writeStringField("key", key);
      json.writeNumberField("taken", taken.toEpochMilli());
      json.writeEndObject();
    }
    return text.toString();
  }

  /** Earlier versions did not say when. */
  private static Instant noted(Path note) throws IOException {
    return Files.getLastModifiedTime(note).toInstant();
  }

  /** A note that can't be read was not finished: it names nothing. */
  private static Claim fromJson(String text, Instant noted) throws IOException {
    try {
      Map<String, String> note = Note.read(text);
      String taken = note.get("taken");
      return new Claim(
          note.getOrDefault("pipeline", ""),
          note.getOrDefault("name", ""),
          Long.parseLong(note.getOrDefault("bytes", "0")),
          note.getOrDefault("key", ""),
          taken == null ? noted : Instant.ofEpochMilli(Long.parseLong(taken)));
    } catch (JsonProcessingException | NumberFormatException e) {
      return new Claim("", "", 0, "", noted);
    }
  }

  private static boolean putBack(Path taken, Path entry) throws IOException {
    if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      Files.move(taken, entry);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Removes a folder that holds no input. */
  private static void remove(JobFolder folder) throws IOException {
    if (Tree.look(folder.input()).isPresent()) {
      try (Stream<Path> inside = Files.list(folder.input())) {
        if (inside.findAny().isPresent()) {
          return;
        }
      }
      Files.delete(folder.input());
    }
    Files.deleteIfExists(folder.claim());
    Files.deleteIfExists(folder.claim().resolveSibling(folder.claim().getFileName() + ".tmp"));
    Files.deleteIfExists(folder.pipeline());
    Files.deleteIfExists(folder.rowOrder());
    Files.deleteIfExists(folder.root());
  }
}
