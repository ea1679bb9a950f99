package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;

/**
 * Which row of a part a {@code custom_id} names. Slots count the rows of the part from 0 in row
 * order. Confined to one thread; the caller closes it.
 */
sealed interface RowIds extends Closeable permits MadeIds, GivenIds {

  /** No row of the part has this id. */
  int FOREIGN = -1;

  /**
   * Finds a row.
   *
   * @param bytes hold the id as the content of a JSON string, which may have escapes
   * @return the slot, or {@link #FOREIGN}
   */
  int slotOf(byte[] bytes, int from, int to) throws IOException;

  /** Appends the id of a row as a JSON string with its quotes. */
  void putId(int slot, Scratch out) throws IOException;
}
