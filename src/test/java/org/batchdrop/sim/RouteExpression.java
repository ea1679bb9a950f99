package org.batchdrop.sim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.batchdrop.sim.SimRoutes.Step;
import org.jspecify.annotations.Nullable;

/** Turns the expressions of route files into values: methods of beans, and simple paths. */
final class RouteExpression {

  private static final Pattern PATH = Pattern.compile("\\$\\{([A-Za-z.]+)}");
  private static final Pattern EQUALS = Pattern.compile("(\\$\\{[A-Za-z.]+}) == '([^']*)'");
  private static final Pattern NOT_NULL = Pattern.compile("(\\$\\{[A-Za-z.]+}) != null");

  private final Map<String, Class<?>> beans;

  /** Something that is looked at in an exchange. */
  interface Value {
    @Nullable Object of(SimExchange exchange) throws Exception;
  }

  RouteExpression(Map<String, Class<?>> beans) {
    this.beans = beans;
  }

  static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value);
  }

  /** The expression of a step. */
  Value of(Map<?, ?> options) {
    return of(options, "expression");
  }

  Value of(Map<?, ?> options, String key) {
    Map<?, ?> expression = (Map<?, ?>) Objects.requireNonNull(options.get(key), key);
    Map.Entry<?, ?> entry = expression.entrySet().iterator().next();
    Map<?, ?> inside = (Map<?, ?>) entry.getValue();
    return switch (String.valueOf(entry.getKey())) {
      case "method" -> method(inside)::value;
      case "simple" -> simple(String.valueOf(inside.get("expression")));
      case "constant" -> {
        String text = String.valueOf(inside.get("expression"));
        yield exchange -> text;
      }
      default -> throw new IllegalArgumentException("unknown expression " + options);
    };
  }

  /** A step that calls a bean, and makes its result the body if it has one. */
  Step bean(Map<?, ?> options) {
    Invocation invocation = method(options);
    boolean returns = invocation.method().getReturnType() != void.class;
    return exchange -> {
      Object value = invocation.value(exchange);
      if (returns) {
        exchange.body = value;
      }
    };
  }

  private static Value simple(String text) {
    Matcher equal = EQUALS.matcher(text);
    if (equal.matches()) {
      Value left = path(equal.group(1));
      String right = equal.group(2);
      return exchange -> right.equals(left.of(exchange));
    }
    Matcher present = NOT_NULL.matcher(text);
    if (present.matches()) {
      Value left = path(present.group(1));
      return exchange -> left.of(exchange) != null;
    }
    return path(text);
  }

  private static Value path(String text) {
    Matcher matcher = PATH.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("unknown expression " + text);
    }
    List<String> names = List.of(matcher.group(1).split("[.]"));
    boolean isBody = names.get(0).equals("body");
    List<String> inside = names.subList(isBody ? 1 : 2, names.size());
    return exchange -> {
      Object value =
          switch (names.get(0)) {
            case "body" -> exchange.body;
            case "variable" -> exchange.variables.get(names.get(1));
            case "header" -> exchange.headers.get(names.get(1));
            case "exchangeProperty" -> exchange.properties.get(names.get(1));
            default -> throw new IllegalArgumentException("unknown expression " + text);
          };
      for (String name : inside) {
        Object owner = Objects.requireNonNull(value, text);
        value = owner.getClass().getMethod(name).invoke(owner);
      }
      return value;
    };
  }

  private Invocation method(Map<?, ?> options) {
    String ref = String.valueOf(options.get("ref"));
    String name = String.valueOf(options.get("method"));
    Class<?> type = beans.get(ref);
    if (type == null) {
      throw new IllegalArgumentException("unknown bean " + ref);
    }
    List<Method> found =
        Arrays.stream(type.getMethods())
            .filter(method -> method.getName().equals(name))
            .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge())
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          ref + "." + name + ": expected one public method; found " + found);
    }
    List<Value> arguments = new ArrayList<>();
    for (Parameter parameter : found.get(0).getParameters()) {
      arguments.add(argument(parameter));
    }
    return new Invocation(ref, found.get(0), List.copyOf(arguments));
  }

  private static Value argument(Parameter parameter) {
    Variable variable = parameter.getAnnotation(Variable.class);
    Header header = parameter.getAnnotation(Header.class);
    ExchangeProperty property = parameter.getAnnotation(ExchangeProperty.class);
    if (variable != null) {
      return exchange -> exchange.variables.get(variable.value());
    }
    if (header != null) {
      return exchange -> exchange.headers.get(header.value());
    }
    if (property != null) {
      return exchange -> exchange.properties.get(property.value());
    }
    if (parameter.isAnnotationPresent(Body.class)) {
      return exchange -> exchange.body;
    }
    if (parameter.getType() == SimExchange.class) {
      return exchange -> exchange;
    }
    throw new IllegalArgumentException("unknown parameter " + parameter);
  }

  /** A call of a bean's method. */
  private record Invocation(String bean, Method method, List<Value> arguments) {
    @Nullable Object value(SimExchange exchange) throws Exception {
      Object[] values = new Object[arguments.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments.get(i).of(exchange);
      }
      try {
        return method.invoke(exchange.host.bean(bean), values);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (Exception) Objects.requireNonNull(e.getCause(), "no cause");
      }
    }
  }
}
