package org.batchdrop.fuzz;

import java.util.Random;

/** A reader of foreign bytes, and the rules it must keep whatever the bytes are. */
public interface FuzzTarget {

  /** Makes an input that is valid, or nearly so; the seed decides it alone. */
  byte[] generate(Random random);

  /**
   * Reads an input and checks the rules. May be called again and again by one thread.
   *
   * @throws AssertionError when a rule is broken
   * @throws Exception when the reader fails in a way that it does not document
   */
  void check(byte[] input) throws Exception;
}
