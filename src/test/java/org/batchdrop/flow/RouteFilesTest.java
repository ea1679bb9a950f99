package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The rules for the files in {@code routes/}, which a person is meant to read and change. */
class RouteFilesTest {

  private static final Path ROUTES = Path.of("routes");
  private static final Path SETTINGS = Path.of("application.properties");

  /** The longest file that a reader still takes in. */
  private static final int MOST_LINES = 300;

  private static final Set<String> SCRIPTS =
      Set.of(
          "groovy",
          "javascript",
          "js",
          "java",
          "joor",
          "python",
          "mvel",
          "ognl",
          "spel",
          "csimple");

  private static final Map<String, Object> FILES = new TreeMap<>();
  private static final Map<String, String> TEXTS = new TreeMap<>();

  @BeforeAll
  static void readFiles() throws IOException {
    try (Stream<Path> files = Files.list(ROUTES)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        TEXTS.put(file.getFileName().toString(), text);
        FILES.put(file.getFileName().toString(), parse(text));
      }
    }
  }

  private static Object parse(String text) {
    return new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  /** The ids of all routes in the files. */
  static Set<String> routeIds() throws IOException {
    readFiles();
    Set<String> ids = new TreeSet<>();
    routes((file, route) -> ids.add(String.valueOf(route.get("id"))));
    return ids;
  }

  @Test
  void everyFileIsNamedAsARouteFileAndStaysShort() {
    assertThat(TEXTS)
        .isNotEmpty()
        .allSatisfy(
            (file, text) -> {
              assertThat(file).matches("[a-z]+\\.camel\\.yaml");
              assertThat(text.lines().count()).as(file).isLessThanOrEqualTo(MOST_LINES);
            });
  }

  @Test
  void everyRouteHasAnIdAndADescription() {
    routes(
        (file, route) -> {
          assertThat(String.valueOf(route.get("id"))).as(file).matches("[a-z]+(-[a-z]+)*");
          assertThat(String.valueOf(route.get("description")))
              .as(route.get("id") + " in " + file)
              .matches("[A-Z].{20,}\\.");
        });
  }

  @Test
  void everyIdIsUnique() {
    List<Object> ids = new ArrayList<>();
    routes((file, route) -> ids.add(route.get("id")));

    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void everyRouteIsNamedAsItsInput() {
    routes(
        (file, route) -> {
          String uri = String.valueOf(mapping(route.get("from")).get("uri"));
          String scheme = uri.replaceAll(":.*", "");
          assertThat(scheme).isIn("direct", "seda", "quartz", "file");
          if (!scheme.equals("file")) {
            assertThat(uri).as(file).isEqualTo(scheme + ":" + route.get("id"));
          }
        });
  }

  @Test
  void everyDirectNameIsARoute() {
    Set<Object> ids = new TreeSet<>();
    routes((file, route) -> ids.add(route.get("id")));

    for (String uri : values("uri")) {
      if (uri.startsWith("direct:")) {
        assertThat(ids).contains(uri.substring("direct:".length()));
      }
    }
  }

  @Test
  void optionsStandUnderParametersNotInTheAddress() {
    assertThat(values("uri")).isNotEmpty().allSatisfy(uri -> assertThat(uri).doesNotContain("?"));
  }

  @Test
  void noRouteHoldsAScript() {
    each((key, value) -> assertThat(SCRIPTS).doesNotContain(key));
    for (String uri : values("uri")) {
      assertThat(uri).doesNotStartWith("language:").doesNotStartWith("exec:");
    }
  }

  @Test
  void noPredicateHasMoreThanOneOperator() {
    Pattern operator =
        Pattern.compile("==|!=|>=|<=|>|<|=~|&&|\\|\\|| (contains|in|is|range|regex|starts|ends) ");
    each(
        (key, value) -> {
          if (key.equals("simple")) {
            String text = String.valueOf(mapping(value).get("expression"));
            Matcher found = operator.matcher(text.replaceAll("\\$\\{[^}]*}", "x"));
            assertThat(found.results().count()).as(text).isLessThanOrEqualTo(1);
          }
        });
  }

  @Test
  void everyPropertyOfARouteIsDeclared() throws IOException {
    assertThat(declared().stringPropertyNames()).containsAll(withoutPlaces(usedByRoutes()));
  }

  @Test
  void everyDeclaredPropertyIsUsed() throws IOException {
    Set<String> used = new TreeSet<>(usedByRoutes());
    String code = Files.readString(Path.of("src/main/java/org/batchdrop/config/Settings.java"));
    Matcher names = Pattern.compile("\"(batchdrop\\.[a-z.-]+)\"").matcher(code);
    names.results().map(found -> found.group(1)).forEach(used::add);
    Set<String> ours =
        declared().stringPropertyNames().stream()
            .filter(key -> key.startsWith("batchdrop."))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(ours).isSubsetOf(used);
    assertThat(withoutPlaces(used)).isSubsetOf(ours);
  }

  @Test
  void everyDeclaredPropertyHasAWordOfExplanation() throws IOException {
    boolean explained = false;
    for (String line : Files.readAllLines(SETTINGS)) {
      if (line.startsWith("#")) {
        explained = true;
      } else if (line.isBlank()) {
        explained = false;
      } else {
        assertThat(explained).as("a comment above " + line).isTrue();
      }
    }
  }

  @Test
  void theDaemonLoadsEveryRouteAndBindsEveryBeanTheyName(@TempDir Path root) throws Exception {
    try (DaemonFixture daemon = new DaemonFixture(root)) {
      copyRoutes(daemon.home().routes());
      daemon.start(URI.create("http://127.0.0.1:9/v1"));
      CamelContext context = RouteVisits.newestContext();

      assertThat(context.getRoutes()).map(Route::getRouteId).containsAll(routeIds());
      assertThat(context.getRoutes())
          .allSatisfy(route -> assertThat(route.getDescription()).isNotBlank());
      for (Map.Entry<String, Set<String>> bean : beans().entrySet()) {
        Object bound = context.getRegistry().lookupByName(bean.getKey());
        assertThat(bound).as("bean " + bean.getKey()).isNotNull();
        assertThat(publicMethods(bound)).containsAll(bean.getValue());
      }
    }
  }

  private static Set<String> publicMethods(Object bean) {
    return Arrays.stream(bean.getClass().getMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .map(method -> method.getName())
        .collect(Collectors.toSet());
  }

  private static void copyRoutes(Path target) throws IOException {
    Files.createDirectories(target);
    for (Map.Entry<String, String> file : TEXTS.entrySet()) {
      Files.writeString(target.resolve(file.getKey()), file.getValue());
    }
  }

  /** The beans that the files name, and the methods that they call. */
  private static Map<String, Set<String>> beans() {
    Map<String, Set<String>> beans = new TreeMap<>();
    for (Object mapping : mappings()) {
      Map<String, Object> map = mapping(mapping);
      if (map.containsKey("ref")) {
        Set<String> methods =
            beans.computeIfAbsent(String.valueOf(map.get("ref")), ref -> new TreeSet<>());
        methods.add(String.valueOf(map.get("method")));
      }
    }
    for (String text : TEXTS.values()) {
      Pattern.compile("\"#(\\w+)\"")
          .matcher(text)
          .results()
          .forEach(found -> beans.computeIfAbsent(found.group(1), ref -> new TreeSet<>()));
    }
    return beans;
  }

  private static Set<String> usedByRoutes() {
    Pattern placeholder = Pattern.compile("\\{\\{([^}:]+)[^}]*}}");
    return TEXTS.values().stream()
        .flatMap(text -> placeholder.matcher(text).results())
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Properties that are no settings: the daemon derives them from its home. */
  private static Set<String> withoutPlaces(Set<String> keys) {
    Set<String> rest = new TreeSet<>(keys);
    rest.remove("batchdrop.inbox");
    rest.remove("batchdrop.orders");
    rest.remove("batchdrop.");
    return rest;
  }

  private static Properties declared() throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(SETTINGS)));
    return properties;
  }

  private static void routes(BiConsumer<String, Map<String, Object>> action) {
    FILES.forEach(
        (file, content) -> {
          for (Object item : (List<?>) content) {
            Object route = mapping(item).get("route");
            if (route != null) {
              action.accept(file, mapping(route));
            }
          }
        });
  }

  private static List<String> values(String wanted) {
    List<String> values = new ArrayList<>();
    each(
        (key, value) -> {
          if (key.equals(wanted)) {
            values.add(String.valueOf(value));
          }
        });
    return values;
  }

  private static void each(BiConsumer<String, Object> action) {
    mappings().forEach(map -> mapping(map).forEach(action));
  }

  private static List<Object> mappings() {
    List<Object> found = new ArrayList<>();
    FILES.values().forEach(content -> collect(content, found));
    return found;
  }

  private static void collect(Object node, List<Object> found) {
    if (node instanceof List<?> list) {
      list.forEach(item -> collect(item, found));
    } else if (node instanceof Map<?, ?> map) {
      found.add(map);
      map.values().forEach(value -> collect(value, found));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> mapping(Object node) {
    assertThat(node).isInstanceOf(Map.class);
    return (Map<String, Object>) node;
  }
}
