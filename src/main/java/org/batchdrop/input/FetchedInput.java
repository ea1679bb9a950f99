package org.batchdrop.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.Units;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;

/**
 * The file that a dropped address stood for when it was fetched. It is fetched once: whatever the
 * address gives later, the job is about this file.
 *
 * @param name its name in the job's {@code input} folder
 * @param address where it came from, without its query
 * @param bytes its size
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits
 * @param at when it was complete
 */
public record FetchedInput(String name, String address, long bytes, String sha256, Instant at) {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int BUFFER = 1 << 16;

  /** The sender did not send all of it; another try may go well. */
  public static final class Broken extends IOException {

    private static final long serialVersionUID = 1;

    Broken(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * How a file is to be stored.
   *
   * @param announced its length; negative: unknown
   * @param most bytes that it may have
   * @param now the time
   */
  public record Order(
      JobFolder folder, InputAddress address, long announced, long most, Instant now) {}

  /**
   * Stores what comes, durably: the file is in the job's {@code input} folder exactly when it is
   * complete and a note of it is on disk.
   *
   * @param in read to its end, unless that is too far; not closed
   * @throws InputRejected when it is larger than allowed ({@code too_large}) or not the file that
   *     was meant ({@code wrong_checksum})
   * @throws Broken when reading fails, or something else than the announced length came
   * @throws java.io.InterruptedIOException when the work shall stop
   * @throws IOException when writing fails
   */
  public static FetchedInput store(InputStream in, Order order, StopCheck stop)
      throws IOException, InputRejected {
    InputEntry entry = InputEntry.of(order.folder().input());
    String dropped = String.valueOf(entry.dropped().getFileName());
    String stem = dropped.substring(0, dropped.length() - 4);
    String name = order.address().fileName(stem.isBlank() ? "input" : stem);
    Path part = order.folder().fetching();
    MessageDigest digest = Contents.sha256();
    long bytes = copy(in, part, order, digest, stop);
    byte[] found = digest.digest();
    String hash = HexFormat.of().formatHex(found);
    Optional<String> other =
        order
            .address()
            .sha256()
            .filter(hex -> !MessageDigest.isEqual(HexFormat.of().parseHex(hex), found));
    if (other.isPresent()) {
      Files.delete(part);
      throw new InputRejected(
          "wrong_checksum",
          dropped,
          "the file behind the address has the SHA-256 "
              + hash
              + "; expected "
              + other.get()
              + ", as '"
              + dropped
              + "' says");
    }
    FetchedInput fetched =
        new FetchedInput(name, order.address().shown(), bytes, hash, order.now());
    Path note = order.folder().fetched();
    Tree.write(note, fetched.toJson());
    Tree.syncName(note);
    Files.move(part, order.folder().input().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    Tree.sync(order.folder().input());
    return fetched;
  }

  /**
   * Reads the note of a file that was fetched.
   *
   * @throws IOException when it can't be read
   */
  public static FetchedInput read(JobFolder folder) throws IOException {
    Map<String, String> note = Note.read(Files.readString(folder.fetched()));
    return new FetchedInput(
        note.getOrDefault("name", ""),
        note.getOrDefault("address", ""),
        Long.parseLong(note.getOrDefault("bytes", "0")),
        note.getOrDefault("sha256", ""),
        Instant.parse(note.getOrDefault("at", Instant.EPOCH.toString())));
  }

  private static long copy(
      InputStream in, Path part, Order order, MessageDigest digest, StopCheck stop)
      throws IOException, InputRejected {
    requireSize(order.announced(), order);
    long total = 0;
    byte[] buffer = new byte[BUFFER];
    try (FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        OutputStream out = Channels.newOutputStream(channel)) {
      for (int n = next(in, buffer); n >= 0; n = next(in, buffer)) {
        stop.check();
        total += n;
        requireSize(total, order);
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
      channel.force(true);
    } catch (InputRejected e) {
      Files.deleteIfExists(part);
      throw e;
    }
    if (order.announced() >= 0 && total != order.announced()) {
      throw new Broken(
          "it ended after " + total + " of " + order.announced() + " bytes", new EOFException());
    }
    return total;
  }

  private static int next(InputStream in, byte[] buffer) throws Broken {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new Broken(String.valueOf(e.getMessage()), e);
    }
  }

  private static void requireSize(long bytes, Order order) throws InputRejected {
    if (bytes > order.most()) {
      throw new InputRejected(
          "too_large",
          "",
          "the file behind the address is larger than "
              + Units.showSize(order.most())
              + "; raise 'batchdrop.fetch-max-size', or drop the file itself");
    }
  }

  private String toJson() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("name", name);
      json.writeStringField("address", address);
      json.writeNumberField("bytes", bytes);
      json.writeStringField("sha256", sha256);
      json.writeStringField("at", at.toString());
      json.writeEndObject();
    }
    return text.toString();
  }
}
