package org.batchdrop.journey;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassType;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.LocalVariable;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A JVM that stops dead at chosen points. It is started with the JDK's own debugger agent and calls
 * back; nothing in its code knows of it. At a hit the whole VM is suspended, so that a kill finds
 * it at exactly this instruction.
 */
final class DebuggedProcess implements AutoCloseable {

  private static final String POINTS = "points";

  private final Process process;
  private final VirtualMachine machine;
  private final Map<String, List<CrashPoint>> wanted = new HashMap<>();
  private final Set<CrashPoint> misplaced = new HashSet<>();
  private Optional<EventSet> stopped = Optional.empty();

  /**
   * The VM has stopped.
   *
   * @param points that are at this place; several may share it
   * @param thread the one that arrived
   */
  record Hit(List<CrashPoint> points, ThreadReference thread) {

    /** The arguments of the method that was entered: texts as such, objects as their class. */
    List<String> arguments() {
      try {
        List<String> arguments = new ArrayList<>();
        for (Value value : thread.frame(0).getArgumentValues()) {
          arguments.add(
              value instanceof StringReference text
                  ? text.value()
                  : value instanceof ObjectReference object
                      ? object.referenceType().name()
                      : String.valueOf(value));
        }
        return arguments;
      } catch (IncompatibleThreadStateException e) {
        throw new IllegalStateException("the thread of a hit runs", e);
      }
    }
  }

  private DebuggedProcess(Process process, VirtualMachine machine, Collection<CrashPoint> wanted) {
    this.process = process;
    this.machine = machine;
    for (CrashPoint point : wanted) {
      this.wanted.computeIfAbsent(point.type(), type -> new ArrayList<>()).add(point);
    }
  }

  /**
   * Starts a JVM that stops at points.
   *
   * @param command makes the command from the JVM option that lets the debugger in
   */
  static DebuggedProcess start(
      Function<String, ProcessBuilder> command, Collection<CrashPoint> points) throws IOException {
    ListeningConnector connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(candidate -> candidate.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    arguments.get("localAddress").setValue("127.0.0.1");
    arguments.get("port").setValue("0");
    arguments.get("timeout").setValue("30000");
    try {
      String address = connector.startListening(arguments);
      String port = address.substring(address.lastIndexOf(':') + 1);
      Process process =
          command
              .apply(
                  "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=127.0.0.1:" + port)
              .start();
      try {
        VirtualMachine machine = connector.accept(arguments);
        DebuggedProcess debugged = new DebuggedProcess(process, machine, points);
        debugged.watch();
        return debugged;
      } catch (IOException | RuntimeException e) {
        process.destroyForcibly();
        throw e;
      } finally {
        connector.stopListening(arguments);
      }
    } catch (IllegalConnectorArgumentsException e) {
      throw new IllegalStateException(e);
    }
  }

  private void watch() {
    for (String type : wanted.keySet()) {
      ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
      prepared.addClassFilter(type);
      prepared.setSuspendPolicy(EventRequest.SUSPEND_ALL);
      prepared.enable();
    }
    machine.resume();
  }

  /**
   * Waits for the next hit; goes on from the one before.
   *
   * @return empty when none came in time, or the process ended
   */
  Optional<Hit> next(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    try {
      stopped.ifPresent(EventSet::resume);
      stopped = Optional.empty();
      while (true) {
        long left = (end - System.nanoTime()) / 1_000_000;
        EventSet events = left <= 0 ? null : machine.eventQueue().remove(left);
        if (events == null) {
          return Optional.empty();
        }
        Optional<Hit> hit = Optional.empty();
        for (Event event : events) {
          if (event instanceof VMDisconnectEvent) {
            return Optional.empty();
          }
          if (event instanceof ClassPrepareEvent prepared) {
            place(prepared.referenceType());
          } else if (event instanceof BreakpointEvent breakpoint) {
            Optional<Hit> other = hit;
            hit = hit(breakpoint).or(() -> other);
          }
        }
        if (hit.isPresent()) {
          stopped = Optional.of(events);
          return hit;
        }
        events.resume();
      }
    } catch (VMDisconnectedException e) {
      return Optional.empty();
    }
  }

  /** Points that have no place although their class is loaded. */
  Set<CrashPoint> misplaced() {
    return misplaced;
  }

  Process process() {
    return process;
  }

  /** Kills without warning. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  private void place(ReferenceType type) {
    if (!(type instanceof ClassType)) {
      return;
    }
    Map<Location, List<CrashPoint>> byLocation = new HashMap<>();
    for (CrashPoint point : wanted.getOrDefault(type.name(), List.of())) {
      List<Location> locations = locations(type, point);
      if (locations.isEmpty()) {
        misplaced.add(point);
      }
      locations.forEach(
          location -> byLocation.computeIfAbsent(location, at -> new ArrayList<>()).add(point));
    }
    byLocation.forEach(
        (location, points) -> {
          BreakpointRequest request =
              machine.eventRequestManager().createBreakpointRequest(location);
          request.putProperty(POINTS, points);
          request.setSuspendPolicy(EventRequest.SUSPEND_ALL);
          request.enable();
        });
  }

  private static List<Location> locations(ReferenceType type, CrashPoint point) {
    try {
      if (point.spot() instanceof CrashPoint.Spot.Entry entry) {
        return methods(type, entry.method(), entry.descriptor()).stream()
            .map(method -> point.purpose().isEmpty() ? method.location() : second(method))
            .toList();
      }
      if (point.spot() instanceof CrashPoint.Spot.Exit exit) {
        return methods(type, exit.method(), exit.descriptor()).stream()
            .flatMap(method -> exits(method).stream())
            .toList();
      }
      if (point.spot() instanceof CrashPoint.Spot.Before before) {
        return onLine(type, before.line()).values().stream().map(at -> at.get(0)).toList();
      }
      CrashPoint.Spot.After after = (CrashPoint.Spot.After) point.spot();
      List<Location> locations = new ArrayList<>();
      for (Map.Entry<Method, List<Location>> at : onLine(type, after.line()).entrySet()) {
        List<Location> inMethod = at.getValue();
        locations.addAll(following(at.getKey(), inMethod.get(inMethod.size() - 1)));
      }
      return locations;
    } catch (AbsentInformationException e) {
      throw new IllegalStateException(type.name() + " has no line numbers", e);
    }
  }

  private static List<Method> methods(ReferenceType type, String name, String descriptor) {
    return type.methodsByName(name).stream()
        .filter(method -> method.declaringType().equals(type))
        .filter(method -> descriptor.isEmpty() || method.signature().equals(descriptor))
        .filter(method -> !method.isBridge() && !method.isAbstract())
        .toList();
  }

  private static List<Location> exits(Method method) {
    return ReturnInstructions.of(method.bytecodes()).stream()
        .map(method::locationOfCodeIndex)
        .toList();
  }

  /** Where the first statement is done: a call that is fetched there is at hand. */
  private static Location second(Method method) {
    try {
      List<Location> lines = inOrder(method.allLineLocations());
      int first = lines.get(0).lineNumber();
      return lines.stream()
          .filter(location -> location.lineNumber() != first)
          .findFirst()
          .orElse(method.location());
    } catch (AbsentInformationException e) {
      throw new IllegalStateException(method + " has no line numbers", e);
    }
  }

  private static Map<Method, List<Location>> onLine(ReferenceType type, int line)
      throws AbsentInformationException {
    Map<Method, List<Location>> byMethod = new HashMap<>();
    for (Location location : inOrder(type.locationsOfLine(line))) {
      byMethod.computeIfAbsent(location.method(), method -> new ArrayList<>()).add(location);
    }
    return byMethod;
  }

  private static List<Location> following(Method method, Location last)
      throws AbsentInformationException {
    Optional<Location> next =
        inOrder(method.allLineLocations()).stream()
            .filter(location -> location.codeIndex() > last.codeIndex())
            .findFirst();
    return next.map(List::of).orElseGet(() -> exits(method));
  }

  private static List<Location> inOrder(List<Location> locations) {
    return locations.stream().sorted(Comparator.comparingLong(Location::codeIndex)).toList();
  }

  @SuppressWarnings("unchecked")
  private static Optional<Hit> hit(BreakpointEvent event) {
    List<CrashPoint> points =
        ((List<CrashPoint>) event.request().getProperty(POINTS))
            .stream().filter(point -> applies(point, event.thread())).toList();
    return points.isEmpty() ? Optional.empty() : Optional.of(new Hit(points, event.thread()));
  }

  /** A call's purpose is read from the local variable that holds it. */
  private static boolean applies(CrashPoint point, ThreadReference thread) {
    if (point.purpose().isEmpty()) {
      return true;
    }
    try {
      StackFrame frame = thread.frame(0);
      LocalVariable call = frame.visibleVariableByName("call");
      return call != null
          && frame.getValue(call) instanceof ObjectReference object
          && point.purpose().get().equals(purpose(object));
    } catch (AbsentInformationException | IncompatibleThreadStateException e) {
      throw new IllegalStateException("a provider call can't be seen", e);
    }
  }

  private static String purpose(ObjectReference call) {
    ObjectReference purpose =
        (ObjectReference) call.getValue(call.referenceType().fieldByName("purpose"));
    return ((StringReference) purpose.getValue(purpose.referenceType().fieldByName("name")))
        .value();
  }

  @Override
  public void close() {
    kill();
    try {
      machine.dispose();
    } catch (VMDisconnectedException e) {
      // It is gone, as it should be.
    }
  }
}
