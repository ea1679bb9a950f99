package org.batchdrop;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The walls of the house: which room may know which other, and which library. */
class ArchitectureTest {

  private static final String ROOT = "org.batchdrop";
  private static final String DATABASE = "java.sql|javax.sql|org.jdbi|org.flywaydb|org.sqlite";
  private static final String JACKSON = "com.fasterxml.jackson.";

  /** What each room may import beside itself, the JDK and the annotations of JSpecify. */
  private static final Map<String, Room> ROOMS = new LinkedHashMap<>();

  static {
    room("job", "");
    room("config", "job", "org.snakeyaml.engine.");
    room("input", "config job", JACKSON + "core", "org.apache.commons.compress.", "org.treesitter");
    room("request", "input config job", JACKSON + "core", "com.knuddels.jtokkit");
    room("provider", "config job", JACKSON, "org.apache.hc.client5.");
    room("result", "input request config job", JACKSON, "dev.harrel.jsonschema");
    room("journal", "job", DATABASE.split("\\|"));
    room(
        "flow",
        "input request provider result journal config job",
        JACKSON,
        "org.apache.camel",
        "org.apache.hc.client5.http",
        "org.apache.hc.core5.http",
        "org.slf4j");
    room(
        "sandbox",
        "",
        JACKSON,
        "com.sun.net.httpserver",
        "org.apache.commons.fileupload2.",
        "org.slf4j",
        "org.snakeyaml.engine.");
    room("cli", "flow result config input job journal sandbox", JACKSON, "picocli");
  }

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Batchdrop.class.getProtectionDomain().getCodeSource().getLocation());

  /**
   * One line of the table.
   *
   * @param rooms that it may import
   * @param libraries prefixes of packages that it may import
   */
  private record Room(Set<String> rooms, List<String> libraries) {}

  private static void room(String name, String rooms, String... libraries) {
    Set<String> allowed = rooms.isEmpty() ? Set.of() : Set.of(rooms.split(" "));
    ROOMS.put(name, new Room(allowed, List.of(libraries)));
  }

  @Test
  void everyRoomIsInTheTable() {
    Set<String> found = new TreeSet<>();
    CLASSES.forEach(type -> found.add(roomOf(type)));
    found.remove("");

    assertThat(found).isEqualTo(new TreeSet<>(ROOMS.keySet()));
  }

  @Test
  void noRoomImportsMoreThanTheTableAllows() {
    List<String> violations = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (!target.isPrimitive() && !isAllowed(roomOf(type), target)) {
          violations.add(type.getName() + " -> " + target.getName());
        }
      }
    }

    assertThat(violations).isEmpty();
  }

  @Test
  void theTableHasNoCycle() {
    Set<String> settled = new HashSet<>();
    Set<String> open = new TreeSet<>(ROOMS.keySet());
    while (open.removeIf(room -> settled.containsAll(ROOMS.get(room).rooms()))) {
      ROOMS.keySet().stream().filter(room -> !open.contains(room)).forEach(settled::add);
    }

    assertThat(open).as("rooms on a cycle").isEmpty();
  }

  @Test
  void onlyTheEntranceAndTheCommandsPrint() {
    for (String stream : List.of("out", "err")) {
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".cli..")
          .and()
          .doNotBelongToAnyOf(Batchdrop.class)
          .should()
          .accessField(System.class, stream)
          .check(CLASSES);
    }
  }

  @Test
  void nothingLogsThroughJavaUtilLogging() {
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
  }

  @Test
  void nothingIsInjectedIntoFields() {
    NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "org\\.apache\\.camel\\.(BeanInject|PropertyInject|EndpointInject|Produce)")
        .check(CLASSES);
  }

  @Test
  void nothingReadsObjectsOrXmlFromOutside() {
    for (String dangerous :
        List.of("java.io.ObjectInputStream", "javax.xml.parsers.DocumentBuilderFactory")) {
      noClasses().should().dependOnClassesThat().haveFullyQualifiedName(dangerous).check(CLASSES);
    }
  }

  @Test
  void nameSaysWhatATypeIs() {
    Pattern empty = Pattern.compile("(Utils?|Commons?|Impl|Helpers?|Managers?)$");
    Pattern folder = Pattern.compile("\\.(utils?|commons?|impl|helpers?|managers?)(\\.|$)");

    assertThat(CLASSES)
        .allSatisfy(
            type -> {
              assertThat(type.getSimpleName()).doesNotContainPattern(empty);
              assertThat(type.getPackageName()).doesNotContainPattern(folder);
            });
  }

  @Test
  void everyRoomIsNullMarked() throws ClassNotFoundException {
    for (String room : ROOMS.keySet()) {
      Class<?> info = Class.forName(ROOT + "." + room + ".package-info");
      assertThat(info.isAnnotationPresent(org.jspecify.annotations.NullMarked.class))
          .as(room)
          .isTrue();
    }
  }

  private static boolean isAllowed(String room, JavaClass target) {
    String name = target.getPackageName();
    if (isIn(name, ROOT)) {
      String other = roomOf(target);
      return room.isEmpty()
          ? other.isEmpty() || other.equals("cli")
          : other.equals(room) || ROOMS.get(room).rooms().contains(other);
    }
    boolean isLibrary =
        !room.isEmpty() && ROOMS.get(room).libraries().stream().anyMatch(name::startsWith);
    boolean isJdk = isIn(name, "java") || isIn(name, "javax");
    boolean isDatabase = isIn(name, "java.sql") || isIn(name, "javax.sql");
    return isLibrary || (isJdk && !isDatabase) || isIn(name, "org.jspecify.annotations");
  }

  private static boolean isIn(String name, String parent) {
    return name.equals(parent) || name.startsWith(parent + ".");
  }

  /** The room of a type of ours; empty for the entrance. */
  private static String roomOf(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.")[0];
  }
}
