package org.batchdrop;

/** Starts Batchdrop. */
public final class Batchdrop {
  private Batchdrop() {}

  /** Starts. */
  public static void main(String[] args) {
    System.out.println("x");
  }
}
