package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;

/**
 * Which row of a part a {@code custom_id} names. Slots count the rows of the part from 0 in row
 * order. Confined to one thread; the caller closes it.
 */
sealed interface RowIds extends IdSlots, Closeable permits MadeIds, GivenIds {

  /** Appends the id of a row as a JSON string with its quotes. */
  void putId(int slot, Scratch out) throws IOException;
}
