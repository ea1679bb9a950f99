package org.batchdrop.sim;

/**
 * The process died here. It is an error of its own, so that no code under test can take it for a
 * fault that it may handle.
 */
public final class SimCrash extends Error {

  private static final long serialVersionUID = 1;

  /**
   * @param where what the process was about to do
   */
  public SimCrash(String where) {
    super(where, null, false, false);
  }
}
