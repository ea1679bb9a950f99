package org.batchdrop.flow;

import java.util.function.BooleanSupplier;

/** Tells long loops that the daemon is going down, so that it is down within seconds. */
public final class Stopping implements BooleanSupplier {

  private volatile boolean stopping;

  /** From now on loops end at their next look. */
  public void begin() {
    stopping = true;
  }

  @Override
  public boolean getAsBoolean() {
    return stopping;
  }
}
