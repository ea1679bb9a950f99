package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {

  private static final String TICKETS =
      """
      provider: openai
      input: {type: csv}
      request:
        url: /v1/chat/completions
        body: {model: m}
      batch:
        completion-window: 24h
      """;

  private static final List<String> UNADDRESSED =
      List.of("azure", "new-api", "litellm", "llm-d", "openai-compatible");

  @TempDir private Path root;
  private Catalog catalog;

  @BeforeEach
  void open() {
    catalog = new Catalog(new Home(root), "sandbox");
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> problems() throws IOException {
    Problems problems = new Problems();
    catalog.readAll(problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  @Test
  void pricesAreReadFromTheHomeAndTheirProblemsStopTheStart() throws IOException {
    assertThat(catalog.prices(new Problems())).contains(Prices.NONE);
    write("prices.yaml", "date: 2026-11-20\nprices: [{provider: opnai}]\n");

    assertThat(catalog.prices(new Problems())).isEmpty();
    assertThat(problems())
        .contains("prices.yaml:2: unknown provider 'opnai'; did you mean 'openai'?");
  }

  static List<String> builtIn() {
    return Catalog.BUILT_IN_PROFILES;
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void everyBuiltInProfileLoads(String name) throws IOException {
    if (UNADDRESSED.contains(name)) {
      write(
          "providers/" + name + ".yaml",
          "extends: " + name + "\nbase-url: https://ai.example/v1\n");
    }
    Problems problems = new Problems();
    ProviderProfile profile = catalog.profile(name, problems).orElseThrow();

    assertThat(problems.all()).isEmpty();
    assertThat(profile.name()).isEqualTo(name);
    assertThat(profile.description()).isNotEmpty();
    ProviderProfile.Windows windows = profile.batch().windows();
    assertThat(windows.accepts(profile.batch().defaultWindow()))
        .isNotEqualTo(windows instanceof ProviderProfile.Windows.None);
    assertThat(profile.baseUrl().isEmpty()).isEqualTo(name.equals("sandbox"));
  }

  @Test
  void thoseAreAllFilesOfTheJar() throws IOException {
    try (Stream<Path> files =
        Files.list(Path.of("src/main/resources/org/batchdrop/config/providers"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(Catalog.BUILT_IN_PROFILES);
    }
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void aProfileWithoutAnAddressSaysWhatToWrite(String name) throws IOException {
    write("pipelines/t.yaml", TICKETS.replace("openai", name));
    String told =
        "pipelines/t.yaml:1: provider '" + name + "' has no address yet: 'base-url: https://{";

    assertThat(problems().stream().filter(problem -> problem.startsWith(told)))
        .hasSize(UNADDRESSED.contains(name) ? 1 : 0);
    assertThat(problems().stream().filter(problem -> problem.contains("ADDRESS")))
        .allMatch(
            problem ->
                problem.endsWith(
                    "expected a file of your home such as providers/%s.yaml with 'extends: %s' and"
                            .formatted(name, name)
                        + " 'base-url: ADDRESS'"));
  }

  @Test
  void aFileThatExtendsWithoutAnAddressIsNamedItself() throws IOException {
    write("providers/mine.yaml", "description: mine\nextends: azure\n");
    write("pipelines/t.yaml", TICKETS.replace("openai", "mine"));

    assertThat(problems().get(0)).startsWith("providers/mine.yaml:1: provider 'mine' has no");
    assertThat(problems().get(1))
        .isEqualTo("pipelines/t.yaml:1: the profile of provider 'mine' has problems");
  }

  @ParameterizedTest
  @CsvSource({"openai, 200", "dashscope, 500", "modelverse, 500", "sandbox, 200"})
  void profilesKeepTheLimitsOfTheirProvider(String name, long megabytes) throws IOException {
    ProviderProfile profile = catalog.profile(name, new Problems()).orElseThrow();

    assertThat(profile.batch().maxRequests()).isEqualTo(50_000);
    assertThat(profile.batch().maxFileBytes()).isEqualTo(megabytes << 20);
  }

  @Test
  void requestsExistsWithoutBeingWritten() throws IOException {
    Problems problems = new Problems();
    Catalog.PipelineText text = catalog.pipelineText("requests").orElseThrow();

    assertThat(catalog.pipelineNames()).containsExactly("requests");
    assertThat(catalog.pipeline("requests", text, problems).orElseThrow().provider())
        .isEqualTo("sandbox");
  }

  @Test
  void requestsCanBeWritten() throws IOException {
    write("pipelines/requests.yaml", PipelineFile.requestsText("openai"));

    assertThat(catalog.pipelineNames()).containsExactly("requests");
    assertThat(catalog.pipelineText("requests").orElseThrow().text()).contains("openai");
  }

  @Test
  void namesArePlainFilesOnly() throws IOException {
    write("pipelines/b.yaml", TICKETS);
    write("pipelines/a.yaml", TICKETS);
    write("pipelines/.hidden.yaml", TICKETS);
    write("pipelines/note.txt", "no");
    write("pipelines/folder.yaml/x", "no");

    assertThat(catalog.pipelineNames()).containsExactly("a", "b", "requests");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "..", "a/b", ""})
  void aNameThatLeadsOutFindsNothing(String name) throws IOException {
    assertThat(catalog.pipelineText(name)).isEmpty();
    assertThat(catalog.profile(name, new Problems())).isEmpty();
  }

  @Test
  void aPipelineIsReadAnewEachTime() throws IOException {
    write("pipelines/t.yaml", TICKETS);
    assertThat(catalog.pipelineText("t").orElseThrow().text()).contains("openai");
    write("pipelines/t.yaml", TICKETS.replace("openai", "dashscope"));

    assertThat(catalog.pipelineText("t").orElseThrow().text()).contains("dashscope");
  }

  @Test
  void anUnknownProviderIsNamedWithASuggestion() throws IOException {
    write("pipelines/t.yaml", TICKETS.replace("openai", "opanai"));

    assertThat(problems())
        .containsExactly("pipelines/t.yaml:1: unknown provider 'opanai'; did you mean 'openai'?");
  }

  @Test
  void anEndpointThatTheProviderLacksIsNamedWithItsLine() throws IOException {
    write("pipelines/t.yaml", TICKETS.replace("/v1/chat/completions", "/v1/images"));

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith(
            "pipelines/t.yaml:4: 'request.url: /v1/images' is not offered by provider openai");
  }

  @Test
  void aLaneThatTheProviderLacksIsNamedWithItsLine() throws IOException {
    write(
        "providers/direct.yaml",
        "base-url: https://api.example/v1\nkey: {none: true}\nbatch: {offered: false}\n");
    write("providers/late.yaml", "extends: openai\nrealtime: {offered: false}\n");
    String tickets = TICKETS.replace("batch:\n  completion-window: 24h\n", "");
    write("pipelines/a.yaml", tickets.replace("openai", "direct") + "mode: batch\n");
    write("pipelines/b.yaml", tickets.replace("openai", "late") + "mode: realtime\n");
    write("pipelines/c.yaml", tickets.replace("openai", "direct") + "mode: auto\n");

    assertThat(problems())
        .containsExactlyInAnyOrder(
            "pipelines/a.yaml:6: 'mode: batch', but provider direct has no Batch API; expected"
                + " auto or realtime",
            "pipelines/b.yaml:6: 'mode: realtime', but provider late answers no single calls to"
                + " /v1/chat/completions; expected auto or batch");
  }

  @Test
  void aWindowThatTheProviderLacksIsNamedWithItsLine() throws IOException {
    write("pipelines/t.yaml", TICKETS.replace("24h", "48h"));

    assertThat(problems())
        .containsExactly(
            "pipelines/t.yaml:7: 'batch.completion-window: 48h'; provider openai takes 24h");
  }

  @Test
  void aProfileOfTheHomeOverridesTheOneInTheJar() throws IOException {
    write("providers/openai.yaml", "extends: openai\nbase-url: https://proxy.example/v1\n");
    ProviderProfile profile = catalog.profile("openai", new Problems()).orElseThrow();

    assertThat(profile.baseUrl().orElseThrow()).hasHost("proxy.example");
    assertThat(profile.batch().endpoints()).contains("/v1/responses");
  }

  @Test
  void aBrokenProfileIsReportedOnceAndItsPipelinesPointAtIt() throws IOException {
    write("providers/mine.yaml", "extends: openai\nbase-url: http://proxy.example/v1\n");
    write("pipelines/t.yaml", TICKETS.replace("openai", "mine"));

    assertThat(problems()).hasSize(2);
    assertThat(problems().get(0)).startsWith("providers/mine.yaml:2: 'base-url: http://proxy");
    assertThat(problems().get(1))
        .isEqualTo("pipelines/t.yaml:1: the profile of provider 'mine' has problems");
  }

  @Test
  void theShippedPipelinesHaveNoProblem() throws IOException {
    Problems problems = new Problems();
    for (String name : List.of("birdstrikes", "c-to-rust", "c-units-to-rust")) {
      String text = Files.readString(Path.of("pipelines", name + ".yaml"));
      Optional<Pipeline> pipeline =
          catalog.pipeline(name, new Catalog.PipelineText(name, text), problems);
      assertThat(pipeline).as(name + ": " + problems.all()).isPresent();
    }
  }

  @Test
  void pathsAreShownRelativeToTheHome() {
    Home home = new Home(root);

    assertThat(home.show(root.resolve("pipelines/x.yaml"))).isEqualTo("pipelines/x.yaml");
    assertThat(home.show(Path.of("/elsewhere/x"))).isEqualTo("/elsewhere/x");
  }
}
