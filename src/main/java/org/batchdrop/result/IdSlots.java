package org.batchdrop.result;

import java.io.IOException;

/** Which row a {@code custom_id} names, as a slot from 0 in row order. Confined to one thread. */
interface IdSlots {

  /** No row has this id. */
  int FOREIGN = -1;

  /**
   * Finds a row.
   *
   * @param bytes hold the id as the content of a JSON string, which may have escapes
   * @return the slot, or {@link #FOREIGN}
   */
  int slotOf(byte[] bytes, int from, int to) throws IOException;
}
