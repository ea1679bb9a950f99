package org.batchdrop.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.batchdrop.input.JsonScan;

/** Reads the request lines of a part one by one, for calls of their own; confined to one thread. */
public final class RequestRows implements Closeable {

  /** English text; other languages have more tokens, and a rate is no bill. */
  private static final int BYTES_PER_TOKEN = 4;

  private static final byte[] CUSTOM_ID = "custom_id".getBytes(UTF_8);
  private static final byte[] URL = "url".getBytes(UTF_8);
  private static final byte[] BODY = "body".getBytes(UTF_8);

  private final Path file;
  private final BufferedReader reader;
  private final JsonScan scan = new JsonScan();
  private long number;

  /**
   * One row's request.
   *
   * @param id its {@code custom_id} as JSON, quotes included
   * @param endpoint the url as its line has it
   * @param body the API's own body
   */
  public record Row(String id, String endpoint, String body) {

    /** The {@code custom_id} as text. */
    public String name() {
      byte[] bytes = id.getBytes(UTF_8);
      return JsonScan.unescape(bytes, 1, bytes.length - 1);
    }

    /** About how many tokens the body has. */
    public long weight() {
      return (long) body.length() / BYTES_PER_TOKEN + 1;
    }
  }

  private RequestRows(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
  }

  /** Opens a part's file. */
  public static RequestRows open(Path file) throws IOException {
    return new RequestRows(file, Files.newBufferedReader(file));
  }

  /**
   * Reads the next row.
   *
   * @return empty at the end
   * @throws IOException when the file can't be read, or a line of it is none of ours
   */
  public Optional<Row> next() throws IOException {
    String line = reader.readLine();
    if (line == null) {
      return Optional.empty();
    }
    number++;
    byte[] bytes = line.getBytes(UTF_8);
    String wrong = scan.check(bytes, 0, bytes.length);
    if (wrong != null) {
      throw new IOException(file + ", line " + number + ": " + wrong);
    }
    String url = text(bytes, URL);
    return Optional.of(
        new Row(text(bytes, CUSTOM_ID), url.substring(1, url.length() - 1), text(bytes, BODY)));
  }

  private String text(byte[] bytes, byte[] name) throws IOException {
    int member = scan.find(name);
    if (member < 0) {
      throw new IOException(file + ", line " + number + ": no " + new String(name, UTF_8));
    }
    int from = scan.valueStart(member);
    return new String(bytes, from, scan.valueEnd(member) - from, UTF_8);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
