package org.batchdrop.journey;

import java.util.Optional;

/**
 * A place in the daemon's code at which it can be killed.
 *
 * @param name what people call it, the same from build to build
 * @param type the binary name of the class
 * @param spot where in the class
 * @param purpose only while a provider call of this purpose is at hand; empty: always
 */
record CrashPoint(String name, String type, Spot spot, Optional<String> purpose)
    implements Comparable<CrashPoint> {

  /** A place inside one class. */
  sealed interface Spot {
    /** Before the first instruction of a method. */
    record Entry(String method, String descriptor) implements Spot {}

    /** Before a method returns normally: everything it does is done. */
    record Exit(String method, String descriptor) implements Spot {}

    /** Before the first instruction of a line. */
    record Before(int line) implements Spot {}

    /** Before the first instruction that follows a line. */
    record After(int line) implements Spot {}
  }

  @Override
  public int compareTo(CrashPoint other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
