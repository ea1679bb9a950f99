package org.batchdrop.flow;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.CamelContextTracker;
import org.apache.camel.support.RoutePolicySupport;

/** Remembers which routes an exchange went through, in every daemon that this JVM starts. */
final class RouteVisits extends RoutePolicySupport {

  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
  private static final CamelContextTracker TRACKER = new Tracker();
  private static volatile Optional<CamelContext> newest = Optional.empty();

  private RouteVisits() {}

  /** From now on every daemon is watched. */
  static void watch() {
    TRACKER.open();
  }

  /** The routes that ran so far. */
  static Set<String> seen() {
    return Set.copyOf(SEEN);
  }

  /** The context of the daemon that was started last. */
  static CamelContext newestContext() {
    return newest.orElseThrow();
  }

  @Override
  public void onExchangeBegin(Route route, Exchange exchange) {
    SEEN.add(route.getRouteId());
  }

  private static final class Tracker extends CamelContextTracker {
    @Override
    public void contextCreated(CamelContext context) {
      newest = Optional.of(context);
      context.addRoutePolicyFactory((camel, routeId, route) -> new RouteVisits());
    }
  }
}
