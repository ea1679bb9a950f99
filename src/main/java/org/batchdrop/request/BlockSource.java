package org.batchdrop.request;

import java.io.IOException;
import org.batchdrop.job.InputRejected;

/** Makes request lines of rows, in row order. */
interface BlockSource {

  /**
   * Fills an empty block with the next rows.
   *
   * @return false when there was none left
   */
  boolean fill(Block block) throws IOException, InputRejected;
}
