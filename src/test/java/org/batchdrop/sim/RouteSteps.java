package org.batchdrop.sim;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.provider.Call;
import org.batchdrop.sim.RouteExpression.Value;
import org.batchdrop.sim.SimRoutes.Step;
import org.jspecify.annotations.Nullable;

/**
 * Turns the steps of route files into what they do. The rules are Camel's: a step that fails ends
 * its exchange; one exchange of a splitter that fails does not end the others, unless the splitter
 * says so; what an aggregator completes is an exchange of its own.
 */
final class RouteSteps {

  private final SimRoutes program;
  private final RouteExpression expressions;
  private final Set<String> called = new HashSet<>();

  RouteSteps(SimRoutes program, Map<String, Class<?>> beans) {
    this.program = program;
    this.expressions = new RouteExpression(beans);
  }

  /** The addresses that some step sends to. */
  Set<String> called() {
    return called;
  }

  List<Step> all(@Nullable List<?> steps) {
    List<Step> compiled = new ArrayList<>();
    for (Object step : Objects.requireNonNull(steps, "no steps")) {
      Map.Entry<?, ?> entry = ((Map<?, ?>) step).entrySet().iterator().next();
      compiled.add(step(String.valueOf(entry.getKey()), (Map<?, ?>) entry.getValue()));
    }
    return List.copyOf(compiled);
  }

  private Step step(String kind, Map<?, ?> options) {
    return switch (kind) {
      case "setBody" -> {
        Value value = expressions.of(options);
        yield exchange -> exchange.body = value.of(exchange);
      }
      case "setVariable" -> {
        Value value = expressions.of(options);
        String name = text(options, "name");
        yield exchange -> put(exchange.variables, name, value.of(exchange));
      }
      case "setProperty" -> {
        Value value = expressions.of(options);
        String name = text(options, "name");
        yield exchange -> put(exchange.properties, name, value.of(exchange));
      }
      case "bean" -> expressions.bean(options);
      case "to" -> to(text(options, "uri"));
      case "toD" -> toQueue(options);
      case "removeHeaders" -> exchange -> {};
      case "split" -> split(options);
      case "filter" -> filter(options);
      case "choice" -> choice(options);
      case "loop" -> loop(options);
      case "doTry" -> attempt(options);
      case "aggregate" -> aggregate(options);
      default -> throw new IllegalArgumentException("unknown step " + kind);
    };
  }

  private static String text(Map<?, ?> options, String key) {
    return String.valueOf(Objects.requireNonNull(options.get(key), key));
  }

  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    if (value == null) {
      map.remove(name);
    } else {
      map.put(name, value);
    }
  }

  private Step to(String uri) {
    called.add(uri);
    if (!uri.startsWith("direct:")) {
      throw new IllegalArgumentException("unknown address " + uri);
    }
    String route = uri.substring("direct:".length());
    return exchange -> program.through(route, exchange);
  }

  private static Step toQueue(Map<?, ?> options) {
    if (!text(options, "uri").equals("seda:${exchangeProperty.stage}")) {
      throw new IllegalArgumentException("unknown address " + options);
    }
    return exchange ->
        exchange.host.enqueue(
            String.valueOf(exchange.properties.get("stage")),
            Objects.requireNonNull(exchange.body, "nothing to hand over"));
  }

  private Step split(Map<?, ?> options) {
    Value values = expressions.of(options);
    List<Step> steps = all((List<?>) options.get("steps"));
    if ("true".equals(String.valueOf(options.get("parallelProcessing")))) {
      return exchange -> exchange.host.several(several(exchange, values, steps));
    }
    boolean stops = "true".equals(String.valueOf(options.get("stopOnException")));
    return exchange -> {
      for (Object item : items(values.of(exchange))) {
        SimExchange part = exchange.part(item);
        try {
          SimRoutes.all(steps, part);
        } catch (SimRoutes.Told e) {
          if (stops) {
            throw e;
          }
        } catch (Exception e) {
          exchange.host.failed(part, e);
          if (stops) {
            throw new SimRoutes.Told();
          }
        }
      }
    };
  }

  /** What one of them fails with ends it alone. */
  private static SimRoutes.Several several(SimExchange exchange, Value values, List<Step> steps)
      throws Exception {
    Iterator<?> items = (Iterator<?>) Objects.requireNonNull(values.of(exchange), "nothing");
    return new SimRoutes.Several() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public void runNext() {
        SimExchange part = exchange.part(items.next());
        try {
          SimRoutes.all(steps, part);
          part.host.ended(part);
        } catch (SimRoutes.Told e) {
          // Nothing more is to be said.
        } catch (Exception e) {
          exchange.host.failed(part, e);
        }
      }
    };
  }

  private static List<?> items(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return List.copyOf(list);
    }
    return value == null ? List.of() : List.of(value);
  }

  private Step filter(Map<?, ?> options) {
    Value condition = expressions.of(options);
    List<Step> steps = all((List<?>) options.get("steps"));
    return exchange -> {
      if (RouteExpression.isTrue(condition.of(exchange))) {
        SimRoutes.all(steps, exchange);
      }
    };
  }

  private Step choice(Map<?, ?> options) {
    List<Value> conditions = new ArrayList<>();
    List<List<Step>> branches = new ArrayList<>();
    for (Object when : (List<?>) Objects.requireNonNull(options.get("when"), "when")) {
      conditions.add(expressions.of((Map<?, ?>) when));
      branches.add(all((List<?>) ((Map<?, ?>) when).get("steps")));
    }
    List<Step> otherwise =
        options.get("otherwise") instanceof Map<?, ?> rest
            ? all((List<?>) rest.get("steps"))
            : List.of();
    return exchange -> {
      for (int i = 0; i < conditions.size(); i++) {
        if (RouteExpression.isTrue(conditions.get(i).of(exchange))) {
          SimRoutes.all(branches.get(i), exchange);
          return;
        }
      }
      SimRoutes.all(otherwise, exchange);
    };
  }

  private Step loop(Map<?, ?> options) {
    if (!"true".equals(text(options, "doWhile"))) {
      throw new IllegalArgumentException("unknown loop " + options);
    }
    Value condition = expressions.of(options);
    List<Step> steps = all((List<?>) options.get("steps"));
    return exchange -> {
      while (RouteExpression.isTrue(condition.of(exchange))) {
        SimRoutes.all(steps, exchange);
      }
    };
  }

  private Step attempt(Map<?, ?> options) {
    List<?> tried = (List<?>) Objects.requireNonNull(options.get("steps"), "steps");
    if (String.valueOf(tried).contains("http:provider")) {
      return call(tried);
    }
    List<Step> steps = all(tried);
    Map<?, ?> handler = (Map<?, ?>) ((List<?>) options.get("doCatch")).get(0);
    List<Step> rescue = all((List<?>) handler.get("steps"));
    return exchange -> {
      try {
        SimRoutes.all(steps, exchange);
      } catch (Exception e) {
        SimRoutes.all(rescue, exchange);
      }
    };
  }

  /** The wire is not simulated: it writes a call, sends it once, and reads its reply. */
  private static Step call(List<?> tried) {
    List<String> words = new ArrayList<>();
    for (Object step : tried) {
      Map<?, ?> options = (Map<?, ?>) ((Map<?, ?>) step).values().iterator().next();
      words.add(
          options.containsKey("ref")
              ? options.get("ref") + "." + options.get("method")
              : String.valueOf(options.get("uri")));
    }
    boolean stores = words.equals(List.of("wire.write", "http:provider", "wire.store"));
    if (!stores && !words.equals(List.of("wire.write", "http:provider", "wire.read"))) {
      throw new IllegalArgumentException("unknown way of making a call: " + words);
    }
    return exchange -> {
      Call call = (Call) Objects.requireNonNull(exchange.body, "no call");
      Optional<Path> target =
          stores ? Optional.of((Path) exchange.variables.get("target")) : Optional.empty();
      exchange.call = call;
      exchange.body = exchange.host.call(call, target, exchange);
    };
  }

  private Step aggregate(Map<?, ?> options) {
    Value correlation = expressions.of(options, "correlationExpression");
    Value complete = expressions.of(options, "completionPredicate");
    List<Step> steps = all((List<?>) options.get("steps"));
    return exchange -> {
      Objects.requireNonNull(correlation.of(exchange), "no correlation");
      if (!RouteExpression.isTrue(complete.of(exchange))) {
        return;
      }
      SimExchange whole = exchange.part(exchange.body);
      try {
        SimRoutes.all(steps, whole);
      } catch (SimRoutes.Told e) {
        // Nothing more is to be said.
      } catch (Exception e) {
        exchange.host.failed(whole, e);
      }
    };
  }
}
