package org.batchdrop.sim;

import java.util.HashSet;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** The turns of {@code hand-over}: each thing stands in the queue of a stage once. */
public final class SimTurns {

  private final Set<String> taken = new HashSet<>();

  /** Takes a turn. */
  public boolean take(@ExchangeProperty("stage") String stage, @Body Object what) {
    return taken.add(stage + " " + what);
  }

  /** Whoever runs the exchange gives it back. */
  public void hold(SimExchange exchange) {
    if (!taken.contains(exchange.route() + " " + exchange.body())) {
      throw new IllegalStateException(exchange.route() + " runs without a turn");
    }
  }

  /** Gives a turn back. */
  public void giveBack(@ExchangeProperty("stage") String stage, @Body Object what) {
    taken.remove(stage + " " + what);
  }
}
