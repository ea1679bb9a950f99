package org.batchdrop.input;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;

/** Lets long work end early: asked between blocks, at least every few megabytes. */
@FunctionalInterface
public interface StopCheck {

  /** Never stops. */
  StopCheck NEVER = () -> {};

  /**
   * Returns, or ends the work.
   *
   * @throws InterruptedIOException when the work shall stop; what was written so far is left as
   *     temporary files, and the same work can be started again
   */
  void check() throws IOException;

  /** Stops once {@code stop} says so. */
  static StopCheck when(BooleanSupplier stop) {
    return () -> {
      if (stop.getAsBoolean()) {
        throw new InterruptedIOException("stopped before the input was read to its end");
      }
    };
  }
}
