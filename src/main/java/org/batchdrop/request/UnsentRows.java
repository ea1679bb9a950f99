package org.batchdrop.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.batchdrop.input.Tree;
import org.batchdrop.job.RowFailure;
import org.jspecify.annotations.Nullable;

/**
 * Walks the rows of a job that were not sent, in input order: {@code
 * {"row":17,"custom_id":"...","location":"line 18","code":"ragged_record","message":"..."}} a line.
 * Confined to one thread; the caller closes it.
 */
public final class UnsentRows implements Iterator<RowFailure>, Closeable {

  private final @Nullable JsonParser parser;
  private @Nullable RowFailure next;

  private UnsentRows(@Nullable JsonParser parser) throws IOException {
    this.parser = parser;
    this.next = read();
  }

  /**
   * Opens the rows.
   *
   * @param file {@link org.batchdrop.job.JobFolder#unsentRows}; when it is absent there are none
   * @throws IOException when it can't be read
   */
  public static UnsentRows open(Path file) throws IOException {
    if (Tree.look(file).isEmpty()) {
      return new UnsentRows(null);
    }
    JsonParser parser = new JsonFactory().createParser(Files.newInputStream(file));
    try {
      return new UnsentRows(parser);
    } catch (IOException | RuntimeException e) {
      parser.close();
      throw e;
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  /**
   * The next row.
   *
   * @throws NoSuchElementException when there is none
   * @throws java.io.UncheckedIOException when the file can't be read on
   */
  @Override
  public RowFailure next() {
    RowFailure current = next;
    if (current == null) {
      throw new NoSuchElementException("no more unsent rows");
    }
    try {
      next = read();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return current;
  }

  private @Nullable RowFailure read() throws IOException {
    if (parser == null || parser.nextToken() == null) {
      return null;
    }
    long row = 0;
    String customId = "";
    String location = "";
    String code = "";
    String message = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "row" -> row = parser.getLongValue();
        case "custom_id" -> customId = parser.getText();
        case "location" -> location = parser.getText();
        case "code" -> code = parser.getText();
        case "message" -> message = parser.getText();
        default -> parser.skipChildren();
      }
    }
    return new RowFailure(row, customId, location, code, message);
  }

  @Override
  public void close() throws IOException {
    if (parser != null) {
      parser.close();
    }
  }
}
