package org.batchdrop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Prices;
import org.batchdrop.config.Problem;
import org.batchdrop.config.Problems;
import org.batchdrop.docs.Document.Block;
import org.batchdrop.request.BodyTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each example says behind its fence what it is, and is that. */
class ExamplesTest {

  @TempDir Path home;

  record Example(Document document, Block block) {
    @Override
    public String toString() {
      return document.at(block);
    }
  }

  static Stream<Example> pipelines() {
    return examples("pipeline");
  }

  static Stream<Example> profiles() {
    return examples("profile");
  }

  static Stream<Example> prices() {
    return examples("prices");
  }

  static Stream<Example> files() {
    return examples().filter(example -> example.block().mark().contains("/"));
  }

  private static Stream<Example> examples(String mark) {
    return examples().filter(example -> example.block().mark().equals(mark));
  }

  private static Stream<Example> examples() {
    return Document.all().stream()
        // JourneysIT plays these.
        .filter(document -> !document.file().startsWith(Path.of("docs", "journeys")))
        .flatMap(document -> document.blocks().stream().map(block -> new Example(document, block)));
  }

  @Test
  void everyYamlBlockSaysWhatItIs() {
    assertThat(examples().filter(example -> example.block().language().equals("yaml")))
        .isNotEmpty()
        .allSatisfy(
            example ->
                assertThat(example.block().mark())
                    .as(example.toString())
                    .matches("pipeline|profile|prices|[a-z-]+/[a-z0-9-]+[.]yaml"));
  }

  @ParameterizedTest
  @MethodSource("pipelines")
  void pipelinesHaveNoProblems(Example example) throws IOException {
    Problems problems = new Problems();
    Catalog catalog = new Catalog(new Home(home), "sandbox");
    Optional<Pipeline> pipeline =
        catalog.pipeline(
            "example",
            new Catalog.PipelineText(example.toString(), example.block().text()),
            problems);
    assertThat(problems.all()).extracting(Problem::toString).isEmpty();
    pipeline
        .flatMap(Pipeline::request)
        .map(request -> BodyTemplate.compile(request.body()))
        .ifPresent(body -> assertThat(body).isInstanceOf(BodyTemplate.Compiled.class));
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void profilesHaveNoProblems(Example example) throws IOException {
    Path file = Files.createDirectories(home.resolve("providers")).resolve("example.yaml");
    Files.writeString(file, example.block().text());
    Problems problems = new Problems();
    assertThat(new Catalog(new Home(home), "sandbox").profile("example", problems))
        .as("%s %s", example, problems.all())
        .isPresent();
  }

  @ParameterizedTest
  @MethodSource("prices")
  void pricesHaveNoProblems(Example example) throws IOException {
    assertThat(problemsOfPrices(example.block().text())).as(example.toString()).isEmpty();
  }

  @Test
  void theExampleOfPricesHasNoProblemsAndPricesOfBatches() throws IOException {
    String text = Files.readString(Path.of("examples/prices.yaml"));

    assertThat(problemsOfPrices(text)).isEmpty();
    Files.writeString(home.resolve("prices.yaml"), text);
    Prices prices = new Catalog(new Home(home), "sandbox").prices(new Problems()).orElseThrow();
    assertThat(prices.batch("openai", "gpt-4o-mini").price()).isPresent();
    assertThat(prices.batch("dashscope", "qwen-plus").price()).isPresent();
    assertThat(prices.batch("modelverse", "qwen3-vl-flash").price()).isPresent();
  }

  private List<String> problemsOfPrices(String text) throws IOException {
    Files.writeString(home.resolve("prices.yaml"), text);
    Problems problems = new Problems();
    new Catalog(new Home(home), "sandbox").prices(problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void quotedFilesAreTheirFirstLines(Example example) throws IOException {
    Path file = Path.of(example.block().mark());
    String content = Files.readString(file);
    assertThat(content).startsWith(example.block().text());
    if (example.block().language().equals("yaml")) {
      assertThat(example.block().text()).isEqualTo(content);
    }
  }

  @Test
  void theReadmesResultsContinueItsTable() {
    Document readme = Document.of("README.md");
    List<String> table = lines(readme, "examples/birdstrikes.csv");
    List<String> results = lines(readme, "results.csv");
    assertThat(results).hasSameSizeAs(table);
    assertThat(results.get(0)).isEqualTo(table.get(0) + ",sentence,tokens,batchdrop_error");
    for (int i = 1; i < table.size(); i++) {
      assertThat(results.get(i)).startsWith(table.get(i) + ",\"[sandbox] ").endsWith(",");
    }
  }

  private static List<String> lines(Document document, String mark) {
    List<String> lines = new ArrayList<>();
    document.blocks().stream()
        .filter(block -> block.mark().equals(mark))
        .forEach(block -> block.text().lines().forEach(lines::add));
    return lines;
  }
}
