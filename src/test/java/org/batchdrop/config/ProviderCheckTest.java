package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider can't do is a problem of the pipeline that asks for it, with file and line. */
class ProviderCheckTest {

  @TempDir private Path root;

  @BeforeEach
  void gateway() throws IOException {
    write("providers/gateway.yaml", "extends: new-api\nbase-url: https://ai.example/v1\n");
    write("providers/mine.yaml", "extends: openai-compatible\nbase-url: https://ai.example/v1\n");
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> problems(String provider, String url, String body, String rest)
      throws IOException {
    write(
        "pipelines/t.yaml",
        "provider: %s\ninput: {type: csv}\nrequest:\n  url: %s\n  body: {%s}\n%s"
            .formatted(provider, url, body, rest));
    Problems problems = new Problems();
    new Catalog(new Home(root), "sandbox").readAll(problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  private List<String> problems(String provider, String rest) throws IOException {
    return problems(provider, "/v1/chat/completions", "model: m", rest);
  }

  @Test
  void aGatewayWithoutBatchesTakesNothingThatIsOfBatches() throws IOException {
    assertThat(problems("gateway", "mode: auto\n")).isEmpty();
    assertThat(problems("gateway", "mode: batch\n"))
        .containsExactly(
            "pipelines/t.yaml:6: 'mode: batch', but provider gateway has no Batch API; expected"
                + " auto or realtime");
    assertThat(problems("gateway", "retry: {via: batch}\n"))
        .containsExactly(
            "pipelines/t.yaml:6: 'retry.via: batch', but provider gateway has no Batch API; leave"
                + " it out");
    assertThat(problems("gateway", "batch:\n  completion-window: 24h\n  metadata: {team: a}\n"))
        .containsExactlyInAnyOrder(
            "pipelines/t.yaml:7: 'batch.completion-window', but provider gateway has no Batch API;"
                + " leave it out",
            "pipelines/t.yaml:8: 'batch.metadata.team' can't be sent: provider gateway has no Batch"
                + " API; leave it out");
  }

  @Test
  void aProviderWithoutSingleCallsTriesNothingAgainThatWay() throws IOException {
    write("providers/late.yaml", "extends: openai\nrealtime: {offered: false}\n");

    assertThat(problems("late", "retry: {via: realtime}\n"))
        .containsExactly(
            "pipelines/t.yaml:6: 'retry.via: realtime', but provider late answers no single calls"
                + " to /v1/chat/completions; leave it out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "zhipu | /v1/chat/completions",
        "moonshot | /v1/embeddings",
        "siliconflow | /v1/embeddings",
        "parasail | /v1/responses",
        "groq | /v1/embeddings",
        "dashscope | /v1/images",
      })
  void aUrlThatTheProviderLacksIsNamed(String provider, String url) throws IOException {
    assertThat(problems(provider, url, "model: m", ""))
        .singleElement()
        .asString()
        .startsWith(
            "pipelines/t.yaml:4: 'request.url: "
                + url
                + "' is not offered by provider "
                + provider
                + ";");
  }

  /** A large job would become a batch, which answers none of it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "mode: auto", "mode: batch"})
  void aUrlOfSingleCallsAloneNeedsTheModeRealtime(String mode) throws IOException {
    assertThat(problems("dashscope", "/v1/responses", "model: m", mode))
        .containsExactly(
            "pipelines/t.yaml:4: 'request.url: /v1/responses' is not offered by provider dashscope"
                + " in a batch, only in single calls; expected 'mode: realtime', or one of"
                + " [/v1/chat/completions, /v1/embeddings, /v1/chat/ds-test]");
    assertThat(problems("dashscope", "/v1/responses", "model: m", "mode: realtime")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai | 48h | 24h",
        "azure-mine | 2d | 24h",
        "groq | 8d | 24h to 168h, in whole h or d",
        "moonshot | 6h | 12h to 168h, in whole h or d",
        "siliconflow | 14d | 24h to 336h, in whole h",
        "llmd-mine | 90m | 1h to 720h, in whole h",
        "doubleword | 12h | 1h, 24h, background",
        "dashscope | 15d | 24h to 336h, in whole h or d",
      })
  void aWindowThatTheProviderLacksIsNamed(String provider, String window, String expected)
      throws IOException {
    write("providers/azure-mine.yaml", "extends: azure\nbase-url: https://a.example/openai/v1\n");
    write("providers/llmd-mine.yaml", "extends: llm-d\nbase-url: https://a.example/v1\n");

    assertThat(problems(provider, "batch: {completion-window: " + window + "}\n"))
        .containsExactly(
            "pipelines/t.yaml:6: 'batch.completion-window: %s'; provider %s takes %s"
                .formatted(window, provider, expected));
  }

  @Test
  void aProviderThatKnowsNoWindowIsGivenNone() throws IOException {
    assertThat(
            problems(
                "zhipu",
                "/v4/chat/completions",
                "model: glm-4",
                "batch: {completion-window: 24h}\n"))
        .containsExactly(
            "pipelines/t.yaml:6: 'batch.completion-window: 24h'; provider zhipu takes no completion"
                + " window");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mine | team: a | 'batch.metadata.team' can't be sent: provider mine takes no metadata;"
            + " leave it out",
        "dashscope | ds_nam: a | 'batch.metadata.ds_nam' is not taken by provider dashscope; did"
            + " you mean 'ds_name'?",
        "dashscope | ds_description: a | 'batch.metadata.ds_description' carries Batchdrop's own"
            + " key at provider dashscope; expected another name",
        "modelverse | ds_batch_finish_callback: a | 'batch.metadata.ds_batch_finish_callback' is"
            + " not taken by provider modelverse; expected one of: ds_name",
        "openai | batchdrop: a | 'batch.metadata.batchdrop' carries Batchdrop's own key at provider"
            + " openai; expected another name",
      },
      quoteCharacter = '"')
  void metadataThatTheProviderDoesNotTakeIsNamed(String provider, String pair, String told)
      throws IOException {
    assertThat(problems(provider, "batch: {metadata: {" + pair + "}}\n"))
        .containsExactly("pipelines/t.yaml:6: " + told);
  }

  @Test
  void aValueThatIsTooLongForItsNameIsNamed() throws IOException {
    String name = "x".repeat(101);

    assertThat(problems("dashscope", "batch: {metadata: {ds_name: " + name + "}}\n"))
        .containsExactly(
            "pipelines/t.yaml:6: 'batch.metadata.ds_name' has 101 characters; provider dashscope"
                + " takes at most 100");
    assertThat(problems("dashscope", "batch: {metadata: {ds_name: fine}}\n")).isEmpty();
  }

  @Test
  void aSwitchThatTheProviderRefusesIsNamed() throws IOException {
    String chat = "/v1/chat/completions";
    assertThat(problems("openai", chat, "model: m, enable_thinking: false", ""))
        .containsExactly(
            "pipelines/t.yaml:5: 'request.body.enable_thinking' is unknown at provider openai;"
                + " expected reasoning_effort or reasoning");
    assertThat(problems("openai", chat, "model: m, reasoning_effort: low", "")).isEmpty();
    assertThat(problems("mine", chat, "model: m, thinking: {type: disabled}", "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3.7-plus", "qwen3.5-flash-2026-01-01", "qwen3.8-max"})
  void aModelThatThinksUnlessToldNotToMustBeTold(String model) throws IOException {
    String chat = "/v1/chat/completions";
    assertThat(problems("dashscope-intl", chat, "model: " + model, ""))
        .containsExactly(
            "pipelines/t.yaml:5: model "
                + model
                + " thinks unless told not to, and thinking is paid; expected"
                + " 'request.body.enable_thinking: true' or 'false'");
    assertThat(problems("dashscope", chat, "model: " + model + ", enable_thinking: true", ""))
        .isEmpty();
    assertThat(problems("modelverse", chat, "model: " + model, "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen-plus", "qwen3.7-text-embedding", "deepseek-v3.2"})
  void modelsThatDoNotThinkByThemselvesNeedNoWord(String model) throws IOException {
    assertThat(problems("dashscope", "/v1/chat/completions", "model: " + model, "")).isEmpty();
  }
}
