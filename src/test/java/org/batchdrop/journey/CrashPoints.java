package org.batchdrop.journey;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.batchdrop.Batchdrop;
import org.batchdrop.provider.Call;

/**
 * Every named crash point, found in the route files and in the compiled classes, so that code that
 * is added later is covered without a list.
 *
 * <ul>
 *   <li>{@code step}: the entry of each bean method that a route names
 *   <li>{@code commit}: before and after each public method of the journal that writes
 *   <li>{@code file}: before and after each line that syncs, links or moves a file, and after each
 *       that writes, copies or deletes one
 *   <li>{@code wire}: before a provider call leaves and after its reply arrived, by purpose
 * </ul>
 */
final class CrashPoints {

  private static final String ROOT = "org.batchdrop.";
  private static final Set<String> ROOMS =
      Set.of("flow", "input", "request", "provider", "result", "journal");
  private static final Map<String, Set<String>> FILE_EFFECTS =
      Map.of(
          "java.nio.file.Files",
          Set.of("move", "createLink", "delete", "deleteIfExists", "createDirectory", "copy"),
          "java.nio.channels.FileChannel",
          Set.of("force", "write"));

  /**
   * Of these the moment before matters too; of the others it is the moment after what was before.
   */
  private static final Set<String> DECISIVE = Set.of("move", "createLink", "force", "writeRecord");

  private static final Map<String, Set<String>> JOURNAL_EFFECTS =
      Map.of(
          "org.jdbi.v3.core.statement.Update",
          Set.of("execute"),
          "org.jdbi.v3.core.statement.PreparedBatch",
          Set.of("execute"),
          "org.jdbi.v3.core.Handle",
          Set.of("execute"),
          "org.flywaydb.core.Flyway",
          Set.of("migrate"),
          "java.sql.PreparedStatement",
          Set.of("executeUpdate"),
          "java.sql.Connection",
          Set.of("commit"));
  private static final String WIRE = ROOT + "flow.Wire";

  private final JavaClasses classes =
      new ClassFileImporter()
          .importUrl(Batchdrop.class.getProtectionDomain().getCodeSource().getLocation());
  private final Map<String, CrashPoint> points = new TreeMap<>();

  private CrashPoints() {}

  /**
   * Finds them all.
   *
   * @throws IllegalStateException when a route names a bean or a method that does not exist
   */
  static List<CrashPoint> find(RouteBeans beans) {
    CrashPoints found = new CrashPoints();
    beans.methods().forEach((bean, methods) -> found.addSteps(bean, methods, beans.types()));
    found.addCommits();
    found.addFiles();
    found.addWire();
    return List.copyOf(found.points.values());
  }

  private void add(String name, String type, CrashPoint.Spot spot, Optional<String> purpose) {
    points.put(name, new CrashPoint(name, type, spot, purpose));
  }

  private void addSteps(String bean, Set<String> methods, Map<String, String> types) {
    String type = Optional.ofNullable(types.get(bean)).orElseThrow(() -> missing(bean, "bean"));
    if (type.startsWith("java.")) {
      // A thread pool has no steps of ours.
      return;
    }
    JavaClass found = classes.get(type);
    Set<String> names = new HashSet<>(methods);
    if (names.remove(RouteBeans.BY_CAMEL)) {
      found.getAllRawInterfaces().stream()
          .filter(face -> face.getPackageName().startsWith("org.apache.camel"))
          .forEach(face -> names.addAll(ownMethods(found, face)));
    }
    for (String method : names) {
      if (found.getMethods().stream().noneMatch(known -> known.getName().equals(method))) {
        throw missing(bean + "." + method, "method");
      }
      add(
          "step " + shortName(found) + "." + method,
          type,
          new CrashPoint.Spot.Entry(method, ""),
          Optional.empty());
    }
  }

  private static Set<String> ownMethods(JavaClass type, JavaClass face) {
    Set<String> declared =
        type.getMethods().stream().map(JavaMethod::getName).collect(Collectors.toSet());
    return Arrays.stream(face.reflect().getMethods())
        .map(Method::getName)
        .filter(declared::contains)
        .collect(Collectors.toSet());
  }

  private static IllegalStateException missing(String what, String kind) {
    return new IllegalStateException(
        "a route names the " + kind + " '" + what + "'; there is none");
  }

  private void addCommits() {
    for (JavaClass type : classes) {
      if (!type.getPackageName().equals(ROOT + "journal")) {
        continue;
      }
      for (JavaMethod method : type.getMethods()) {
        if (method.getModifiers().contains(JavaModifier.PUBLIC)
            && writes(method, new HashSet<>())) {
          String name = "commit " + shortName(type) + "." + signature(method);
          String descriptor = method.getDescriptor();
          add(
              name + " before",
              type.getName(),
              new CrashPoint.Spot.Entry(method.getName(), descriptor),
              Optional.empty());
          add(
              name + " after",
              type.getName(),
              new CrashPoint.Spot.Exit(method.getName(), descriptor),
              Optional.empty());
        }
      }
    }
  }

  private static boolean writes(JavaCodeUnit code, Set<String> seen) {
    if (!seen.add(code.getFullName())) {
      return false;
    }
    for (JavaMethodCall call : code.getMethodCallsFromSelf()) {
      if (isOneOf(call.getTarget(), JOURNAL_EFFECTS)) {
        return true;
      }
      boolean isOwn = call.getTargetOwner().getPackageName().equals(ROOT + "journal");
      Optional<JavaMethod> target = call.getTarget().resolveMember();
      if (isOwn && target.isPresent() && writes(target.get(), seen)) {
        return true;
      }
    }
    return false;
  }

  private static String signature(JavaMethod method) {
    return method.getName()
        + method.getRawParameterTypes().stream()
            .map(JavaClass::getSimpleName)
            .collect(Collectors.joining(",", "(", ")"));
  }

  private void addFiles() {
    for (JavaClass type : classes) {
      if (ROOMS.contains(room(type))) {
        effects(type, shortName(type), FILE_EFFECTS).forEach(p -> points.put(p.name(), p));
      }
    }
  }

  /** Before and after each line of a class that calls one of these methods, by class. */
  static List<CrashPoint> effects(Class<?> type, Map<String, Set<String>> effects) {
    JavaClass compiled = new ClassFileImporter().importClass(type);
    return effects(compiled, type.getSimpleName(), effects);
  }

  private static List<CrashPoint> effects(
      JavaClass type, String shown, Map<String, Set<String>> effects) {
    List<CrashPoint> found = new ArrayList<>();
    Map<String, Integer> ordinals = new HashMap<>();
    List<JavaMethodCall> calls = new ArrayList<>(type.getMethodCallsFromSelf());
    calls.sort(Comparator.comparingInt(JavaMethodCall::getLineNumber));
    Set<String> seen = new HashSet<>();
    for (JavaMethodCall call : calls) {
      String effect = call.getOrigin().getName() + ":" + call.getTarget().getName();
      // What stands in a finally block is compiled twice.
      if (isOneOf(call.getTarget(), effects) && seen.add(effect + "@" + call.getLineNumber())) {
        int ordinal = ordinals.merge(effect, 1, Integer::sum);
        String name = "file " + shown + "." + effect + (ordinal == 1 ? "" : "#" + ordinal);
        int line = call.getLineNumber();
        if (DECISIVE.contains(call.getTarget().getName())) {
          found.add(point(name + " before", type, new CrashPoint.Spot.Before(line)));
        }
        found.add(point(name + " after", type, new CrashPoint.Spot.After(line)));
      }
    }
    return found;
  }

  private static CrashPoint point(String name, JavaClass type, CrashPoint.Spot spot) {
    return new CrashPoint(name, type.getName(), spot, Optional.empty());
  }

  private void addWire() {
    for (Call.Purpose purpose : Call.Purpose.values()) {
      Optional<String> name = Optional.of(purpose.name());
      add("wire " + purpose + " leaves", WIRE, new CrashPoint.Spot.Exit("write", ""), name);
      add("wire " + purpose + " replied", WIRE, new CrashPoint.Spot.Entry("read", ""), name);
      add("wire " + purpose + " failed", WIRE, new CrashPoint.Spot.Entry("fail", ""), name);
    }
  }

  private static boolean isOneOf(AccessTarget target, Map<String, Set<String>> effects) {
    return effects.getOrDefault(target.getOwner().getName(), Set.of()).contains(target.getName());
  }

  private static String shortName(JavaClass type) {
    return type.getName().substring(ROOT.length());
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.length() < ROOT.length() ? "" : name.substring(ROOT.length()).split("\\.")[0];
  }
}
