package org.batchdrop.result;

/** The wanted values of one answered row, in place; valid until the next row is looked at. */
interface RowValues {

  /** The bytes in which the values stand. */
  byte[] values();

  /** Where the value of a wanted pointer begins, quotes included; -1 when it is absent. */
  int valueStart(int pointer);

  /** Where it ends, exclusive. */
  int valueEnd(int pointer);
}
