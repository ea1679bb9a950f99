package org.batchdrop.sim;

import java.util.HashMap;
import java.util.Map;
import org.batchdrop.provider.Call;
import org.jspecify.annotations.Nullable;

/** What travels through the routes of a {@link SimRoutes}. */
public final class SimExchange {

  final SimRoutes.Host host;
  final String route;
  final Map<String, Object> variables = new HashMap<>();
  final Map<String, Object> properties = new HashMap<>();
  final Map<String, Object> headers = new HashMap<>();
  @Nullable Object body;
  @Nullable Call call;

  /**
   * Begins one.
   *
   * @param route where it begins
   */
  SimExchange(SimRoutes.Host host, String route, @Nullable Object body) {
    this.host = host;
    this.route = route;
    this.body = body;
  }

  /** The route where it began. */
  public String route() {
    return route;
  }

  /** What it carries. */
  public @Nullable Object body() {
    return body;
  }

  /** One of the exchanges that a splitter makes. */
  SimExchange part(@Nullable Object content) {
    SimExchange part = new SimExchange(host, route, content);
    part.variables.putAll(variables);
    part.properties.putAll(properties);
    part.headers.putAll(headers);
    return part;
  }
}
