package org.batchdrop.flow;

/** Something at a provider was not done. The message is for people and holds no secret. */
public final class ProviderTrouble extends Exception {

  private static final long serialVersionUID = 1;

  /** Says what was not done and why. */
  public ProviderTrouble(String message) {
    super(message);
  }
}
