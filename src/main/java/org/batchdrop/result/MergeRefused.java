package org.batchdrop.result;

/** Says why nothing was merged; nothing was written. */
public final class MergeRefused extends Exception {

  private static final long serialVersionUID = 1;

  private final Fault fault;

  /** What is at fault. */
  public enum Fault {
    /** What was asked for can't be done with these files; asking in another way may help. */
    REQUEST,
    /** A file is not what it should be. */
    FILE
  }

  /**
   * @param message for people: what, where, what to do next
   */
  public MergeRefused(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  /** What is at fault. */
  public Fault fault() {
    return fault;
  }
}
