package org.batchdrop.input;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.batchdrop.job.InputRejected;
import org.jspecify.annotations.Nullable;

/**
 * Walks an input row by row. Every row counts, whatever is wrong with it, so that two walks number
 * the same rows. Confined to one thread; the caller closes it.
 */
public interface RowReader extends Closeable {

  /** The names of what {@link #fields} holds, in the same order. */
  List<String> fieldNames();

  /**
   * Moves to the next row.
   *
   * @return false when there is none
   * @throws InputRejected when the rest of the input can't be read as rows
   * @throws IOException when the input can't be read, or the work shall stop
   */
  boolean next() throws IOException, InputRejected;

  /** The row's number, from 1. */
  long row();

  /** Why the row has no fields; null when it has. */
  @Nullable RowProblem problem();

  /** The row's fields, when there is no problem; the same object for each row. */
  Fields fields();

  /**
   * Where the row stands, for people: {@code line 17} or {@code src/a.c}.
   *
   * @throws IOException when the input can't be read again to count its lines
   */
  String location() throws IOException;
}
