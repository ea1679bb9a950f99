package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.batchdrop.job.RetryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineFileTest {

  private static final String LEAST =
      """
      provider: sandbox
      input: {type: csv}
      request:
        body: {model: m}
      """;

  private static final String LEAST_WITH_BODY =
      "provider: sandbox\ninput: {type: csv}\nrequest: {body: {model: m, x: ";

  private static Optional<Pipeline> read(String text, Problems problems) {
    return PipelineFile.read("tickets", "pipelines/tickets.yaml", text, problems);
  }

  private static Pipeline valid(String text) {
    Problems problems = new Problems();
    Optional<Pipeline> pipeline = read(text, problems);
    assertThat(problems.all()).isEmpty();
    return pipeline.orElseThrow();
  }

  private static List<String> problems(String text) {
    Problems problems = new Problems();
    assertThat(read(text, problems)).isEmpty();
    return problems.all().stream()
        .map(problem -> problem.toString().replace("pipelines/tickets.yaml", ""))
        .toList();
  }

  @Test
  void theLeastFileTakesEveryDefault() {
    Pipeline pipeline = valid(LEAST);

    assertThat(pipeline.name()).isEqualTo("tickets");
    assertThat(pipeline.description()).isEmpty();
    assertThat(pipeline.provider()).isEqualTo("sandbox");
    assertThat(pipeline.lanes()).isEqualTo(Pipeline.Lanes.AUTO);
    assertThat(pipeline.input()).isEqualTo(new InputFormat.Csv(Optional.empty(), Optional.empty()));
    assertThat(pipeline.request().orElseThrow().url()).isEqualTo("/v1/chat/completions");
    assertThat(pipeline.batch()).isEqualTo(new Pipeline.Batch(Optional.empty(), Map.of()));
    assertThat(pipeline.result().columns())
        .isEqualTo(Map.of("answer", "/choices/0/message/content"));
  }

  @Test
  void everyKeyIsMapped() {
    Pipeline pipeline =
        valid(
            """
            description: Label tickets
            provider: openai
            mode: batch
            input: {type: csv, delimiter: tab, charset: gb18030}
            request:
              url: /v1/embeddings
              body: {model: e, input: "{{text}}", dimensions: 8}
            batch:
              completion-window: 48h
              metadata: {team: support, year: 2026}
            result:
              columns: {b: /data/0/embedding, a: /usage/total_tokens}
            """);

    assertThat(pipeline.description()).isEqualTo("Label tickets");
    assertThat(pipeline.provider()).isEqualTo("openai");
    assertThat(pipeline.lanes()).isEqualTo(Pipeline.Lanes.BATCH);
    assertThat(pipeline.input())
        .isEqualTo(new InputFormat.Csv(Optional.of('\t'), Optional.of("GB18030")));
    assertThat(pipeline.request().orElseThrow().url()).isEqualTo("/v1/embeddings");
    assertThat(pipeline.request().orElseThrow().body().entries())
        .containsOnlyKeys("model", "input", "dimensions");
    assertThat(pipeline.batch().completionWindow()).contains("48h");
    assertThat(pipeline.batch().metadata()).isEqualTo(Map.of("team", "support", "year", "2026"));
    assertThat(pipeline.result().columns().keySet()).containsExactly("b", "a");
  }

  @Test
  void everyKeyOfASourceIsMapped() {
    Pipeline pipeline =
        valid(
            """
            provider: sandbox
            input: {type: source, include: ["**/*.c"], exclude: build/**, max-file-size: 64KB}
            request: {body: {model: m}}
            result:
              files: {extension: .rs, text: /choices/0/message/parsed}
            """);

    assertThat(pipeline.input())
        .isEqualTo(new InputFormat.Source(List.of("**/*.c"), List.of("build/**"), 65_536));
    assertThat(pipeline.result().files())
        .isEqualTo(new Pipeline.Files(Optional.of(".rs"), "/choices/0/message/parsed"));
  }

  @Test
  void aSourceIsSplitAsThePipelineSays() {
    Pipeline pipeline =
        valid(
            """
            provider: sandbox
            input: {type: source, split: aggregate, aggregate-tokens: 900}
            request: {body: {model: m}}
            result:
              files: {extension: .rs, extract: code-block}
            """);

    assertThat(pipeline.input())
        .isEqualTo(
            new InputFormat.Source(
                List.of(), List.of(), 1 << 20, InputFormat.Split.AGGREGATE, 900));
    assertThat(pipeline.result().files().extract()).isEqualTo(Pipeline.Extract.CODE_BLOCK);
  }

  @Test
  void rejectsAggregateTokensWithoutAggregates() {
    assertThat(
            problems(
                """
                provider: sandbox
                input: {type: source, split: function, aggregate-tokens: 900}
                request: {body: {model: m}}
                """))
        .singleElement()
        .asString()
        .contains("'input.aggregate-tokens' needs 'input.split: aggregate'");
  }

  @Test
  void aSchemaIsAskedForInTheBodyAsWritten() {
    Pipeline pipeline =
        valid(
            """
            provider: sandbox
            input: {type: csv}
            request: {body: {model: m}}
            answer:
              schema:
                type: object
                properties: {label: {type: string, pattern: "^{{x"}}
                required: [label]
                additionalProperties: false
            """);

    assertThat(pipeline.answer().schema()).isPresent();
    assertThat(pipeline.answer().text()).isEqualTo("/choices/0/message/content");
    assertThat(format(pipeline))
        .contains("json_schema={name=tickets, strict=true, schema={type=object, ")
        .contains("pattern=^\\{{x")
        .startsWith("{type=json_schema, json_schema=");
  }

  @Test
  void aSchemaWithOpenObjectsIsNoStrictOne() {
    Pipeline pipeline =
        valid(LEAST + "answer: {schema: {type: object, properties: {label: {type: string}}}}\n");

    assertThat(format(pipeline)).contains("strict=false");
  }

  @Test
  void theBodysOwnFormatStays() {
    Pipeline pipeline =
        valid(
            LEAST.replace("model: m", "model: m, response_format: {type: json_object}")
                + "answer: {schema: {type: object}, text: /output/0}\n");

    assertThat(format(pipeline)).isEqualTo("{type=json_object}");
    assertThat(pipeline.answer().text()).isEqualTo("/output/0");
  }

  @Test
  void namesMistakesInWhatAnAnswerMustBe() {
    assertThat(problems(LEAST + "answer: {schema: text, text: choices}\n"))
        .containsExactly(
            ":5: 'answer.schema' must hold keys of its own",
            ":5: 'answer.text: choices'; expected a JSON pointer such as"
                + " /choices/0/message/content");
  }

  @Test
  void aJobMayHaveADeadlineAndReuseAnswers() {
    Pipeline pipeline = valid(LEAST + "finish-by: 6h\nreuse: true\n");

    assertThat(pipeline.lanes().finishBy()).contains(Duration.ofHours(6));
    assertThat(pipeline.reuse()).isTrue();
  }

  private static String format(Pipeline pipeline) {
    return words(pipeline.request().orElseThrow().body().entries().get("response_format").value());
  }

  private static String words(YamlValue value) {
    if (value instanceof YamlValue.Mapping mapping) {
      return mapping.entries().entrySet().stream()
          .map(member -> member.getKey() + "=" + words(member.getValue().value()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof YamlValue.Sequence list) {
      return list.items().toString();
    }
    return value instanceof YamlValue.Text text ? text.text() : ((YamlValue.Literal) value).json();
  }

  @Test
  void requestLinesNeedNoRequest() {
    Pipeline pipeline = valid(PipelineFile.requestsText("openai"));

    assertThat(pipeline.request()).isEmpty();
    assertThat(pipeline.input()).isEqualTo(new InputFormat.Requests());
    assertThat(pipeline.provider()).isEqualTo("openai");
  }

  @Test
  void scalarsOfTheBodyKeepTheirJsonForm() {
    Pipeline pipeline =
        valid(
            """
            provider: sandbox
            input: {type: jsonl}
            request:
              body:
                model: m
                temperature: 0.30
                seed: 007
                mask: 0x1F
                stream: False
                stop: null
                tool: "1"
                word: yes
            """);

    Map<String, String> body =
        pipeline.request().orElseThrow().body().entries().entrySet().stream()
            .filter(entry -> entry.getValue().value() instanceof YamlValue.Literal)
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry -> ((YamlValue.Literal) entry.getValue().value()).json()));
    assertThat(body)
        .isEqualTo(
            Map.of(
                "temperature",
                "0.30",
                "seed",
                "7",
                "mask",
                "31",
                "stream",
                "false",
                "stop",
                "null"));
  }

  static Stream<Arguments> mistakes() {
    String body = "request: {body: {model: m}}\n";
    String csv = "input: {type: csv}\n";
    String head = "provider: sandbox\n";
    return Stream.of(
        Arguments.of(csv + body, ":1: missing key 'provider'"),
        Arguments.of(
            head + csv + body + "mod: auto\n", ":4: unknown key 'mod'; did you mean 'mode'?"),
        Arguments.of(
            head + "input: {typ: csv}\n" + body,
            ":2: missing key 'input.type'; expected csv, jsonl, requests or source"),
        Arguments.of(
            head + "input: {typ: csv}\n" + body,
            ":2: unknown key 'input.typ'; did you mean 'type'?"),
        Arguments.of(
            head + "input: {type: cvs}\n" + body,
            ":2: 'input.type: cvs' is unknown; expected one of: csv, jsonl, requests, source"),
        Arguments.of(head + "input: csv\n" + body, ":2: 'input' must hold keys of its own"),
        Arguments.of(
            head + "input: {type: csv, delimiter: x}\n" + body,
            ":2: 'input.delimiter: x' is unknown; did you mean ','?"),
        Arguments.of(
            head + "input: {type: csv, charset: klingon}\n" + body,
            ":2: 'input.charset: klingon'; expected a charset such as utf-8 or gb18030"),
        Arguments.of(
            head + "input: {type: source, max-file-size: big}\n" + body,
            ":2: 'input.max-file-size: big'; expected a size such as 200MB"),
        Arguments.of(
            head + "input: {type: jsonl, delimiter: ','}\n" + body,
            ":2: unknown key 'input.delimiter'; expected one of: type, rows, limit, images"),
        Arguments.of(
            head + csv + body + "mode: fast\n",
            ":4: 'mode: fast' is unknown; expected one of: auto, batch, realtime"),
        Arguments.of(head + csv, ":1: missing key 'request'; expected url and body"),
        Arguments.of(
            head + csv + "request: {url: /v1/x}\n",
            ":3: missing key 'request.body'; expected the API's own body"),
        Arguments.of(
            head + csv + "request:\n  body: {temperature: 1}\n",
            ":4: missing key 'request.body.model'; expected a model's name"),
        Arguments.of(
            head + "input: {type: requests}\n" + body,
            ":3: 'request' has no use here: request lines are sent unchanged"),
        Arguments.of(
            head + csv + body + "result: {columns: {a: choices}}\n",
            ":4: 'a: choices'; expected a JSON pointer such as /choices/0/message/content"),
        Arguments.of(
            head + "input: {type: jsonl}\n" + body + "result: {columns: {a: /x}}\n",
            ":4: 'result.columns' needs 'input.type: csv'"),
        Arguments.of(
            head + csv + body + "result: {files: {extension: .rs}}\n",
            ":4: 'result.files' needs 'input.type: source'"),
        Arguments.of(
            head + "input: {type: source}\n" + body + "result: {files: {extension: ../x}}\n",
            ":4: 'result.files.extension: ../x'; expected one such as .rs"),
        Arguments.of(
            head + csv + body + "batch: {metadata: {k: [1]}}\n",
            ":4: 'batch.metadata.k' must be a text"),
        Arguments.of(
            head + csv + body + "batch: {metadata: {k: " + "v".repeat(513) + "}}\n",
            ":4: 'batch.metadata.k' is too long; expected a key up to 64 and a value up to 512"
                + " characters"),
        Arguments.of(
            head + head + csv + body, ":2: duplicate key 'provider'; it stands on line 1 already"),
        Arguments.of(
            head + csv + "request:\n  body:\n    model: m\n    model: n\n",
            ":6: duplicate key 'model'; it stands on line 5 already"),
        Arguments.of("", ":1: the file holds no keys; expected a YAML mapping"),
        Arguments.of("- provider\n", ":1: the file holds no keys; expected a YAML mapping"),
        Arguments.of(
            head + csv + "request: {body: {model: m, x: .nan}}\n",
            ":3: '.nan' has no form in JSON; expected a number such as 0.5, or quotes"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  void namesTheMistakeAndItsLine(String text, String expected) {
    assertThat(problems(text)).contains(expected);
  }

  @Test
  void reportsEverythingAtOnce() {
    assertThat(problems("provder: x\ninput: {type: nope}\nrequest: {bdy: {}}\nmode: never\n"))
        .hasSize(6);
  }

  @Test
  void saysWhereTheYamlIsBroken() {
    assertThat(problems("provider: sandbox\ninput: {type: csv\nrequest: [\n"))
        .singleElement()
        .asString()
        .matches(":[34]: not valid YAML: .+");
  }

  @Test
  void refusesATagThatWouldMakeAnObject() {
    assertThat(problems(LEAST + "description: !!javax.script.ScriptEngineManager [x]\n"))
        .isNotEmpty();
  }

  @Test
  void refusesABombOfAliases() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    IntStream.rangeClosed(1, 9)
        .forEach(
            i ->
                bomb.append("a" + i + ": &a" + i + " [")
                    .append(("*a" + (i - 1) + ", ").repeat(9))
                    .append("*a" + (i - 1) + "]\n"));

    assertThat(problems(bomb.toString()))
        .singleElement()
        .asString()
        .containsAnyOf("unfolds to more than 50000 values", "not valid YAML");
  }

  @Test
  void refusesBottomlessNesting() {
    assertThat(problems("provider: " + "[".repeat(500) + "]".repeat(500) + "\n")).isNotEmpty();
  }

  @Test
  void refusesNestingThatWouldOverflowTheStack() {
    for (String open : List.of("[", "{a: ", "- ", "? ")) {
      assertThat(problems("provider: " + open.repeat(100_000))).isNotEmpty();
      assertThat(problems(open.repeat(100_000))).isNotEmpty();
    }
  }

  @Test
  void refusesATaggedScalarThatIsNotWhatItsTagSays() {
    String body = LEAST_WITH_BODY;
    assertThat(problems(body + "!!int 0x}}"))
        .singleElement()
        .asString()
        .contains("no form in JSON");
    assertThat(problems(body + "!!int \"0o9}}")).isNotEmpty();
    assertThat(problems(body + "!!bool maybe}}")).singleElement().asString().contains("bool");
  }

  @Test
  void refusesABrokenEscape() {
    assertThat(problems("provider: \"\\x\n")).isNotEmpty();
    assertThat(problems("provider: \"\\u12\"\n")).isNotEmpty();
  }

  @Test
  void refusesANumberThatNoLibraryWouldRead() {
    assertThat(problems(LEAST_WITH_BODY + "0" + "1".repeat(900_000) + "}}"))
        .singleElement()
        .asString()
        .contains("digits; expected at most 1000");
  }

  @Test
  void refusesASecondDocument() {
    assertThat(problems(LEAST + "---\n" + LEAST))
        .singleElement()
        .asString()
        .contains("not valid YAML");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tickets", "c-to-rust", "A1_b", "9"})
  void takesAPlainName(String name) {
    assertThat(PipelineFile.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", ".x", "a b", "a/b", "..", "a.b", "é"})
  void refusesANameThatIsNoPlainFolder(String name) {
    assertThat(PipelineFile.isName(name)).isFalse();
    Problems problems = new Problems();
    assertThat(PipelineFile.read(name, "f.yaml", LEAST, problems)).isEmpty();
    assertThat(problems.all().get(0).message()).contains("can't name a pipeline");
  }

  @Test
  void tablesAreGuardedAgainstFormulasUnlessTheFileSaysNo() {
    assertThat(valid(LEAST).result().csvSafe()).isTrue();
    assertThat(valid(LEAST + "result: {csv-safe: false}\n").result().csvSafe()).isFalse();
    assertThat(problems(LEAST + "result: {csv-safe: perhaps}\n"))
        .singleElement()
        .asString()
        .contains("csv-safe");
    assertThat(problems(LEAST.replace("csv", "jsonl") + "result: {csv-safe: true}\n"))
        .singleElement()
        .asString()
        .contains("'result.csv-safe' needs 'input.type: csv'");
  }

  @Test
  void vectorsArePublishedInAFormOfTheirOwnWhenTheFileSaysSo() {
    String vectors = LEAST + "  url: /v1/embeddings\n";
    assertThat(valid(vectors).result().embeddings()).isEmpty();
    assertThat(valid(vectors).result().columns()).containsOnlyKeys("embedding");
    Pipeline.Result result = valid(vectors + "result: {embeddings: npy}\n").result();
    assertThat(result.embeddings()).contains(Pipeline.Embeddings.NPY);
    assertThat(result.columns()).isEmpty();
    assertThat(problems(vectors + "result: {embeddings: parquet}\n"))
        .singleElement()
        .asString()
        .contains("'result.embeddings: parquet' is unknown; expected one of: jsonl, csv, npy");
    assertThat(problems(LEAST + "result: {embeddings: csv}\n"))
        .singleElement()
        .asString()
        .contains("'result.embeddings' needs a 'request.url' such as /v1/embeddings");
    assertThat(
            problems(
                vectors.replace("{model: m}", "{model: m, input: [a, b]}")
                    + "result: {embeddings: csv}\n"))
        .singleElement()
        .asString()
        .contains("it has 2");
  }

  @Test
  void withoutTheKeysRowsAreTriedThreeTimesAndRepeatedInputsSkipped() {
    Pipeline pipeline = valid(LEAST);

    assertThat(pipeline.retry()).isEqualTo(RetryPolicy.DEFAULT);
    assertThat(pipeline.onDuplicate()).isEqualTo(Pipeline.OnDuplicate.SKIP);
    assertThat(pipeline.budget()).isEqualTo(Budget.NONE);
  }

  @Test
  void everyKeyOfTriesAndRepeatsIsMapped() {
    Pipeline pipeline =
        valid(
            LEAST
                + """
                retry: {attempts: 5, via: batch, codes: [batch_expired, 429, 5xx]}
                on-duplicate: run
                """);

    assertThat(pipeline.retry())
        .isEqualTo(new RetryPolicy(5, List.of("batch_expired", "429", "5xx")));
    assertThat(pipeline.onDuplicate()).isEqualTo(Pipeline.OnDuplicate.RUN);
    assertThat(valid(LEAST + "retry: {codes: timeout}\n").retry().codes())
        .containsExactly("timeout");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retry: {attempts: 11} | expected 1 to 10 (1: no row is tried again)",
        "retry: {attempts: 0} | 'retry.attempts: 0'; expected a whole number from 1",
        "retry: {attemps: 2} | unknown key 'retry.attemps'; did you mean 'attempts'?",
        "retry: {via: bacth} | 'retry.via: bacth' is unknown; expected one of: batch, realtime",
        "retry: {codes: [600]} | 'retry.codes: 600'; expected an error code",
        "retry: {codes: [4x]} | 'retry.codes: 4x'; expected an error code",
        "retry: {codes: ['']} | 'retry.codes: '; expected an error code",
        "on-duplicate: skp | 'on-duplicate: skp' is unknown; did you mean 'skip'?",
      })
  void namesMistakesInTriesAndRepeats(String line, String expected) {
    assertThat(problems(LEAST + line + "\n")).singleElement().asString().contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rows: 100-200 | 100-200",
        "rows: 7 | 7",
        "rows: '-200' | 1-200",
        "rows: '1-10,50', limit: 11 | 1-10,50",
        "limit: 10 | 1-10",
        "rows: 100-, limit: 2 | 100-101"
      })
  void rowsCanBeChosen(String keys, String expected) {
    Pipeline pipeline = valid(LEAST.replace("type: csv", "type: csv, " + keys));

    assertThat(pipeline.intake().rows()).hasToString(expected);
  }

  @Test
  void wrongRowsAreReported() {
    assertThat(problems(LEAST.replace("type: csv", "type: csv, rows: 9-3, limit: 0")))
        .anySatisfy(problem -> assertThat(problem).contains("'input.rows: 9-3'; expected rows"))
        .anySatisfy(problem -> assertThat(problem).contains("'input.limit: 0'"));
    assertThat(problems(LEAST.replace("type: csv", "type: source, rows: 1-3")))
        .anySatisfy(
            problem -> assertThat(problem).contains("'input.rows' needs 'input.type: csv'"));
  }

  @Test
  void imagesHaveFoldersAndASize() {
    Intake.Images images =
        valid(LEAST.replace("type: csv", "type: csv, images: {roots: [/srv/a, b], max-size: 5MB}"))
            .intake()
            .images();

    assertThat(images.maxBytes()).isEqualTo(5 << 20);
    assertThat(images.in(Path.of("/home")).roots())
        .containsExactly(Path.of("/srv/a"), Path.of("/home/b"));
    assertThat(valid(LEAST).intake()).isEqualTo(Intake.ALL);
    assertThat(problems(LEAST.replace("type: csv", "type: csv, images: {max-size: 65MB, root: a}")))
        .anySatisfy(problem -> assertThat(problem).contains("expected 1 byte to 64 MB"))
        .anySatisfy(problem -> assertThat(problem).contains("did you mean 'roots'"));
  }
}
