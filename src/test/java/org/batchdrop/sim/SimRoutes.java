package org.batchdrop.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Reply;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The routes of the route files, run step by step without Camel: what is simulated is what the
 * files say, so that they can't drift apart. Whatever in a file is not understood is an error, not
 * left out. Holds the program only, and may be shared by threads.
 */
public final class SimRoutes {

  private final Map<String, Route> routes = new LinkedHashMap<>();

  /** One step. */
  interface Step {
    void run(SimExchange exchange) throws Exception;
  }

  /** What a route has to do with the world. */
  public interface Host {
    /** The bean of a name. */
    Object bean(String name);

    /**
     * Makes a call; a download has a target.
     *
     * @param exchange that needs it
     */
    Reply call(Call call, Optional<Path> target, SimExchange exchange);

    /** All steps of one of several exchanges were taken. */
    void ended(SimExchange exchange);

    /** Runs what may run at the same time, until there is no more. */
    void several(Several work);

    /** Puts something into the queue of a stage. */
    void enqueue(String stage, Object body);

    /** A step failed; what is left of its exchange is not run. */
    void failed(SimExchange exchange, Exception failure);
  }

  /** Exchanges of a splitter that run at the same time. */
  public interface Several {
    /** Tells whether there is another one; may wait. */
    boolean hasNext();

    /** Runs the next one to its end. */
    void runNext();
  }

  /**
   * One route.
   *
   * @param uri where its exchanges come from
   */
  record Route(String id, String uri, List<Step> steps) {}

  /** An exchange ended because a step failed that was told already. */
  static final class Told extends Exception {
    private static final long serialVersionUID = 1;

    Told() {
      super("told", null, false, false);
    }
  }

  /** No world fetches an input by its address: nothing is bought to fetch. */
  private static final String NOT_SIMULATED = "fetch-input";

  private SimRoutes() {}

  /**
   * Reads all route files of a folder.
   *
   * @param beans the type of each bean that they name
   * @throws IllegalArgumentException when something in them is not understood
   */
  public static SimRoutes read(Path folder, Map<String, Class<?>> beans) throws IOException {
    SimRoutes program = new SimRoutes();
    RouteSteps steps = new RouteSteps(program, beans);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".camel.yaml")).sorted().toList()) {
        Object text =
            new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        for (Object entry : (List<?>) text) {
          Object route = ((Map<?, ?>) entry).get("route");
          if (route instanceof Map<?, ?> map && !NOT_SIMULATED.equals(map.get("id"))) {
            program.add(steps, map);
          }
        }
      }
    }
    for (Route route : program.routes.values()) {
      if (steps.called().contains("direct:" + route.id()) != route.uri().startsWith("direct:")) {
        throw new IllegalArgumentException("route " + route.id() + " is never reached");
      }
    }
    return program;
  }

  private void add(RouteSteps steps, Map<?, ?> route) {
    String id = String.valueOf(route.get("id"));
    Map<?, ?> from = (Map<?, ?>) route.get("from");
    routes.put(
        id, new Route(id, String.valueOf(from.get("uri")), steps.all((List<?>) from.get("steps"))));
  }

  /** The ids of the routes whose exchanges come from such an address. */
  public List<String> from(String scheme) {
    return routes.values().stream()
        .filter(route -> route.uri().equals(scheme) || route.uri().startsWith(scheme + ":"))
        .map(Route::id)
        .toList();
  }

  /**
   * Runs an exchange through a route, from its first step to its last or to one that fails.
   *
   * @param header a value of {@code CamelFileRelativePath}; null: there is none
   */
  public void run(Host host, String route, @Nullable Object body, @Nullable String header) {
    SimExchange exchange = new SimExchange(host, route, body);
    if (header != null) {
      exchange.headers.put("CamelFileRelativePath", header);
    }
    try {
      through(route, exchange);
    } catch (Told e) {
      // Nothing more is to be said.
    } catch (Exception e) {
      host.failed(exchange, e);
    }
  }

  /** Runs the steps of a route, as a part of another one. */
  void through(String id, SimExchange exchange) throws Exception {
    Route route = routes.get(id);
    if (route == null) {
      throw new IllegalArgumentException("there is no route " + id);
    }
    all(route.steps(), exchange);
  }

  static void all(List<Step> steps, SimExchange exchange) throws Exception {
    for (Step step : steps) {
      step.run(exchange);
    }
  }
}
