package org.batchdrop.provider;

/** The key that a profile names is not there. Its message says where it was looked for. */
public final class KeyMissing extends Exception {

  private static final long serialVersionUID = 1;

  /** Says what is missing and what to do. */
  public KeyMissing(String message) {
    super(message);
  }
}
