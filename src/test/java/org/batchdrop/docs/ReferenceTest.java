package org.batchdrop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Settings;
import org.junit.jupiter.api.Test;

/** Settings, keys, codes, states, routes and profiles: all that there are, and no others. */
class ReferenceTest {

  private static final Path SOURCES = Path.of("src/main/java/org/batchdrop");

  @Test
  void settingsAreThoseThatExistWithTheirDefaults() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    for (List<String> row : Document.of("docs/operations.md").table("Settings")) {
      if (row.get(0).startsWith("`")) {
        documented.put(plain(row.get(0)), plain(row.get(1)));
      }
    }
    Map<String, String> real = new TreeMap<>();
    settings().forEach((key, value) -> real.put(key.toString(), value.toString()));
    real.keySet().removeIf(key -> !key.startsWith("batchdrop."));
    assertThat(documented).isEqualTo(real);
  }

  @Test
  void settingsThatAreNamedAnywhereExist() throws IOException {
    Set<String> real = settings().stringPropertyNames();
    List<String> variables = real.stream().map(Settings::variable).toList();
    for (Document document : Document.all()) {
      assertThat(document.find("`(batchdrop\\.[a-z.-]+[a-z])`"))
          .as("%s", document)
          .isSubsetOf(real);
      assertThat(document.find("`(BATCHDROP_[A-Z_]+)`")).as("%s", document).isSubsetOf(variables);
    }
  }

  @Test
  void keysOfPipelinesAreThoseThatAreRead() throws IOException {
    Set<String> read = keysReadIn("config/PipelineFile.java");
    read.addAll(keysReadIn("config/BudgetKeys.java"));
    read.addAll(keysReadIn("config/AnswerKeys.java"));
    read.addAll(keysReadIn("config/IntakeKeys.java"));
    assertThat(segments("docs/pipelines.md", "All keys")).isEqualTo(read);
  }

  @Test
  void keysOfProfilesAreThoseThatAreRead() throws IOException {
    Set<String> read = keysReadIn("config/ProviderFile.java");
    read.addAll(Set.of("extends", "per-day", "per-month"));
    Set<String> inside = Set.of("env", "file", "none", "one-of", "min", "max", "unit");
    assertThat(read).containsAll(inside);
    read.removeAll(inside);
    assertThat(segments("docs/providers.md", "Keys of a profile")).isEqualTo(read);
  }

  @Test
  void keysOfPricesAreThoseThatAreRead() throws IOException {
    Set<String> read = keysReadIn("config/PriceFile.java");
    read.addAll(keysReadIn("config/PriceRates.java"));
    String rates = Files.readString(SOURCES.resolve("config/PriceRates.java"));
    read.addAll(matches(rates, "rate[(]section, \"([a-z-]+)\""));
    assertThat(segments("docs/prices.md", "Keys")).isEqualTo(read);
  }

  @Test
  void builtInProfilesAreDescribed() {
    assertThat(firstCells(Document.of("docs/providers.md"), "Built-in profiles"))
        .containsExactlyInAnyOrderElementsOf(Catalog.BUILT_IN_PROFILES);
  }

  @Test
  void failureCodesAreThoseThatAreGiven() throws IOException {
    Set<String> documented = new TreeSet<>();
    for (String section :
        List.of(
            "Of a row that was not sent",
            "Of a row whose part was sent, or was to be",
            "Of an input that was rejected")) {
      for (List<String> row : Document.of("docs/operations.md").table(section)) {
        Pattern.compile("`([a-z_0-9]+)`")
            .matcher(row.get(0))
            .results()
            .forEach(result -> documented.add(result.group(1)));
      }
    }
    String sources = sources("input") + sources("request") + sources("flow") + sources("provider");
    Set<String> given =
        matches(
            sources,
            "new (?:RowProblem|InputRejected|InputRejected[.]Problem|Problem)[(]\\s*\"([a-z_0-9]+)\"",
            "unbought[(]\\s*\"([a-z_]+)\"",
            "(?:rejected|unsafe|broken)[(]\\s*\"([a-z_]+)\",",
            "Reply[.]Never[(]\\s*\"([a-z_]+)\"");
    assertThat(given).contains("ragged_record", "unknown_field", "not_a_batch_api");
    assertThat(documented).containsAll(given);
    String all = sources + sources("result") + sources("job");
    assertThat(documented)
        .allSatisfy(
            code ->
                assertThat(all)
                    .containsAnyOf('"' + code + '"', '"' + code.replaceFirst("^batch_", "") + '"'));
  }

  @Test
  void statesAreThoseThatExist() throws IOException {
    Document operations = Document.of("docs/operations.md");
    assertThat(firstCells(operations, "States of a job")).isEqualTo(labels("job/JobState.java"));
    assertThat(firstCells(operations, "States of a part")).isEqualTo(labels("job/PartState.java"));
  }

  @Test
  void routesAreThoseThatExist() throws IOException {
    Set<String> real = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.toList()) {
        real.addAll(matches(Files.readString(file), "(?m)^- route:\\n    id: ([a-z-]+)$"));
      }
    }
    assertThat(firstCells(Document.of("docs/architecture.md"), "The path of a file"))
        .isEqualTo(real);
  }

  @Test
  void roomsAreThoseThatExist() throws IOException {
    Set<String> real;
    try (Stream<Path> rooms = Files.list(SOURCES)) {
      real =
          rooms
              .filter(Files::isDirectory)
              .map(room -> room.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new));
    }
    assertThat(firstCells(Document.of("docs/architecture.md"), "Rooms")).isEqualTo(real);
  }

  @Test
  void advisoriesAreOfTheCamelThatIsUsed() throws IOException {
    assertThat(matches(Files.readString(Path.of("pom.xml")), "<camel.version>([0-9.]+)<"))
        .isEqualTo(Set.copyOf(Document.of("SECURITY.md").find("Apache Camel ([0-9.]+[0-9])")));
  }

  private static Properties settings() throws IOException {
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of("application.properties"))) {
      settings.load(reader);
    }
    return settings;
  }

  /** The last segments of the dotted keys in the first column, and the sections before them. */
  private static Set<String> segments(String file, String heading) {
    Set<String> segments = new TreeSet<>();
    for (String key : firstCells(Document.of(file), heading)) {
      boolean isOfTheApi = key.startsWith("request.body.");
      segments.addAll(List.of((isOfTheApi ? "request.body" : key).split("[.]")));
    }
    return segments;
  }

  private static Set<String> keysReadIn(String source) throws IOException {
    return matches(
        Files.readString(SOURCES.resolve(source)),
        "[.](?:text|requiredText|word|nested|mapping|size|charset|texts|textMap|count|largeCount|flag|duration|money|elements)"
            + "[(]\"([a-z-]+)\"");
  }

  private static Set<String> labels(String source) throws IOException {
    return matches(Files.readString(SOURCES.resolve(source)), "return \"([a-z]+)\";");
  }

  private static Set<String> firstCells(Document document, String heading) {
    Set<String> cells = new TreeSet<>();
    for (List<String> row : document.table(heading)) {
      Pattern.compile("`([^`]+)`")
          .matcher(row.get(0))
          .results()
          .forEach(result -> cells.add(result.group(1)));
    }
    return cells;
  }

  private static String plain(String cell) {
    return cell.replace("`", "");
  }

  private static Set<String> matches(String text, String... regexes) {
    Set<String> found = new TreeSet<>();
    for (String regex : regexes) {
      Pattern.compile(regex).matcher(text).results().forEach(r -> found.add(r.group(1)));
    }
    return found;
  }

  private static String sources(String room) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(SOURCES.resolve(room))) {
      for (Path file : files.sorted().toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
