package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;

/** The paths of a source input's rows, in row order. */
interface SourcePaths extends Closeable {

  /**
   * The path of the next row, relative to the input, with {@code /} as separator.
   *
   * @param row the row's number, one more than that of the last call
   * @throws IOException when the input can't be read any more, or not as it was read before
   */
  String next(long row) throws IOException;
}
