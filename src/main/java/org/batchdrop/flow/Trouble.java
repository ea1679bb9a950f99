package org.batchdrop.flow;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that a step failed for a reason of this machine. Called by the error configuration of all
 * routes; nothing is lost, the sweep finds the step again.
 */
public final class Trouble {

  private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

  private final Story story;
  private final Stopping stopping;

  Trouble(Story story, Stopping stopping) {
    this.story = story;
    this.stopping = stopping;
  }

  /** Tells people in one line and the log in full, once until the reason changes. */
  public void tell(Exchange exchange) {
    Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    if (stopping.getAsBoolean()) {
      LOG.debug("step of route {} ended by the stop", exchange.getFromRouteId(), cause);
      return;
    }
    Throwable root = cause;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message =
        root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    Object part = exchange.getVariable("part");
    Object what = part == null ? exchange.getMessage().getBody() : part;
    if (story.troubled(exchange.getFromRouteId() + " " + what, message)) {
      LOG.error("step of route {} failed", exchange.getFromRouteId(), cause);
    }
  }
}
