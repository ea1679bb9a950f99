package org.batchdrop.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobId;
import org.batchdrop.job.RowId;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a published {@code output.jsonl} or {@code errors.jsonl} names: in input order, so
 * that a walk over the input meets them one after the other. Memory does not depend on how many
 * they are. Confined to one thread; the caller closes it.
 */
final class ResultIds implements Closeable {

  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final JobId job;
  private final @Nullable LineReader lines;
  private boolean isThere;
  private @Nullable String next;
  private long taken;

  private ResultIds(Path file, JobId job, @Nullable LineReader lines) throws IOException {
    this.file = file;
    this.job = job;
    this.lines = lines;
    advance();
  }

  /**
   * Opens the lines of a job.
   *
   * @param file an empty one names no row
   * @param job whose made ids are read
   * @throws IOException when it can't be read
   */
  static ResultIds open(Path file, JobId job) throws IOException {
    if (Files.size(file) == 0) {
      return new ResultIds(file, job, null);
    }
    LineReader lines;
    try {
      lines = new LineReader(file, CsvReader.MOST_RECORD_BYTES, StopCheck.NEVER);
    } catch (InputRejected e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    try {
      return new ResultIds(file, job, lines);
    } catch (IOException | RuntimeException e) {
      try (lines) {
        throw e;
      }
    }
  }

  /** Tells whether the next named row is the one with this number, and moves on if it is. */
  boolean take(long row) throws IOException {
    return take(RowId.of(job, row));
  }

  /** Tells whether the next named row has this {@code custom_id}, and moves on if it has. */
  boolean take(String customId) throws IOException {
    boolean isNext = isThere && customId.equals(next);
    if (isNext) {
      takeAny();
    }
    return isNext;
  }

  /**
   * Moves past a row that was certainly never sent, whatever id its line has.
   *
   * @throws IOException when no line is left, or the next can't be read
   */
  void takeAny() throws IOException {
    if (!isThere) {
      throw new IOException(file + " ends too early; expected the file as it was published");
    }
    taken++;
    advance();
  }

  /** How many rows were taken so far. */
  long taken() {
    return taken;
  }

  /**
   * Requires that the walk met each row.
   *
   * @throws IOException naming the first line that it did not meet
   */
  void requireEnd() throws IOException {
    if (isThere) {
      throw new IOException(at() + " names no row of the input; expected the file as published");
    }
  }

  private void advance() throws IOException {
    isThere = lines != null && lines.next();
    next = isThere && lines != null ? id(lines) : null;
  }

  private String at() {
    return file + " line " + (lines == null ? 0 : lines.line());
  }

  /** The line's custom_id; null when it has none. */
  private @Nullable String id(LineReader line) throws IOException {
    if (line.tooLong()) {
      throw new IOException(at() + " is too long to be read");
    }
    int length = line.end() - line.start();
    try (JsonParser json = JSON.createParser(line.bytes(), line.start(), length)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isId = json.currentName().equals("custom_id");
        JsonToken value = json.nextToken();
        if (isId) {
          return value == JsonToken.VALUE_STRING ? json.getText() : null;
        }
        json.skipChildren();
      }
      return null;
    } catch (JsonProcessingException e) {
      throw new IOException(at() + " is not JSON; expected the file as it was published", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
