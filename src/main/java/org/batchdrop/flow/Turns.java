package org.batchdrop.flow;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Lets each job or part stand in the queue of a stage once at most. It is a convenience, not a
 * truth: the journal alone decides what may happen. Called by {@code hand-over} and by the first
 * step of each stage.
 */
public final class Turns {

  private final Set<String> taken = ConcurrentHashMap.newKeySet();

  /**
   * Takes the turn of something in a stage.
   *
   * @return false when it has one already
   */
  public boolean take(@ExchangeProperty("stage") String stage, @org.apache.camel.Body Object what) {
    return taken.add(key(stage, what));
  }

  /** Gives the turn back when the exchange that works on it is done, however it ends. */
  public void hold(Exchange exchange) {
    String key = key(exchange.getFromRouteId(), exchange.getMessage().getBody());
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                taken.remove(key);
              }
            });
  }

  /** Gives back a turn that could not be queued; the sweep hands it over again. */
  public void giveBack(
      @ExchangeProperty("stage") String stage, @org.apache.camel.Body Object what) {
    taken.remove(key(stage, what));
  }

  private static String key(String stage, Object what) {
    return stage + " " + what;
  }
}
