package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.batchdrop.sandbox.CallKind;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Built-in profiles from the inbox to the outbox, at a provider that is as particular as theirs.
 */
class ProviderProfilesTest {

  private static final String KEY = "key-0123456789-abcdefghij-secret";
  private static final String HURRIED = "poll-interval: 200ms\nbatch: {settle-time: 1s}\n";

  @TempDir private Path root;
  private SandboxServer sandbox;
  private DaemonFixture daemon;

  @BeforeEach
  void open() throws IOException {
    sandbox = DaemonFixture.sandbox(root);
    daemon = new DaemonFixture(root.resolve("home"));
  }

  @AfterEach
  void close() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private void pipeline(String head) throws IOException {
    daemon.write(
        "pipelines/tickets.yaml", head + DaemonFixture.TICKETS.replace("provider: quick\n", ""));
  }

  private static Optional<String> refusal(boolean isWrong, String why) {
    return isWrong ? Optional.of(why) : Optional.empty();
  }

  @Test
  void azureIsGivenItsKeyHeaderAndItsVersionWithEveryCall() throws Exception {
    StrictGateway.Rule rule =
        call ->
            refusal(!call.key().equals(KEY), "no key")
                .or(() -> refusal(!call.query().contains("api-version=preview"), "no version"));
    try (StrictGateway azure =
        new StrictGateway(sandbox.baseUrl(), "/openai/v1", "api-key", rule)) {
      daemon
          .variable("AZURE_OPENAI_API_KEY", KEY)
          .write(
              "providers/azure.yaml",
              "extends: azure\nbase-url: "
                  + azure.baseUrl()
                  + "\nquery: {api-version: preview}\n"
                  + HURRIED);
      pipeline("provider: azure\n");
      daemon.start(sandbox.baseUrl());

      // Fewer rows than would be asked for at once: such a deployment answers batches only.
      Path folder = FaultyJob.drop(daemon, sandbox, "azure", 12).deliveredOnce();
      assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("batch");
      assertThat(azure.refused()).isEmpty();
      daemon.stop();
    }
  }

  @Test
  void aGatewayWithoutBatchesIsAskedRowByRowThroughItsChannel() throws Exception {
    StrictGateway.Rule rule =
        call ->
            refusal(!call.key().equals("Bearer " + KEY), "no key")
                .or(() -> refusal(!call.query().equals("channel_id=7"), "no channel"))
                .or(() -> refusal(!call.path().equals("/chat/completions"), "not implemented"));
    try (StrictGateway gateway =
        new StrictGateway(sandbox.baseUrl(), "/v1", "Authorization", rule)) {
      daemon
          .variable("NEW_API_KEY", KEY)
          .write(
              "providers/gateway.yaml",
              "extends: new-api\nbase-url: "
                  + gateway.baseUrl()
                  + "\nquery: {channel_id: \"7\"}\n");
      pipeline("provider: gateway\n");
      daemon.start(sandbox.baseUrl());

      Path folder = FaultyJob.drop(daemon, sandbox, "gateway", 70).deliveredOnce();
      assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("realtime");
      assertThat(sandbox.ledger().calls(CallKind.UPLOAD)).isZero();
      assertThat(gateway.refused()).isEmpty();
      daemon.stop();
    }
  }

  /** Urls begin with /v4, no completion window is known, counts are a number. */
  private static final class Zhipu implements StrictGateway.Rule {
    @Override
    public Optional<String> refusal(StrictGateway.Seen call) {
      return ProviderProfilesTest.refusal(call.body().contains("completion_window"), "unknown")
          .or(() -> ProviderProfilesTest.refusal(call.body().contains("/v1/chat"), "no such url"));
    }

    @Override
    public String body(StrictGateway.Seen call) {
      String body = call.body().replace("/v4/chat/completions", "/v1/chat/completions");
      boolean isCreate = call.method().equals("POST") && call.path().equals("/batches");
      return isCreate ? body.replaceFirst("\\{", "{\"completion_window\":\"24h\",") : body;
    }
  }

  @Test
  void zhipuIsGivenItsOwnUrlsAndNoWindow() throws Exception {
    sandbox.faults().add("{do: batch, counts: integer, times: 0}");
    try (StrictGateway zhipu =
        new StrictGateway(sandbox.baseUrl(), "/api/paas/v4", "Authorization", new Zhipu())) {
      daemon
          .variable("ZHIPUAI_API_KEY", KEY)
          .write(
              "providers/zhipu.yaml",
              "extends: zhipu\nbase-url: " + zhipu.baseUrl() + "\n" + HURRIED);
      daemon.write(
          "pipelines/tickets.yaml",
          "mode: batch\n"
              + DaemonFixture.TICKETS
                  .replace("provider: quick", "provider: zhipu")
                  .replace("  body:\n", "  url: /v4/chat/completions\n  body:\n"));
      daemon.start(sandbox.baseUrl());

      Path folder = FaultyJob.drop(daemon, sandbox, "zhipu", 20).deliveredOnce();
      assertThat(DaemonFixture.report(folder).path("lane").asText()).isEqualTo("batch");
      assertThat(zhipu.refused()).isEmpty();
      daemon.stop();
    }
  }

  @Test
  void linesThatWantedAStreamAreBoughtWithoutItAndTheHistorySaysSo() throws Exception {
    String line =
        "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
            + "\"body\":{\"model\":\"gpt-4o-mini\",%s\"messages\":[{\"role\":\"user\","
            + "\"content\":\"hi\"}]}}\n";
    String stream = "\"stream\":true,\"stream_options\":{\"include_usage\":true},";
    String lines = line.formatted("a", stream) + line.formatted("b", "");
    daemon.start(sandbox.baseUrl());
    daemon.drop("requests", "lines.jsonl", lines.getBytes(StandardCharsets.UTF_8));

    Path folder = daemon.published("requests", "lines.jsonl");
    DaemonFixture.assertBalance(folder, 2, 2, 0);
    assertThat(daemon.history("lines.jsonl"))
        .contains(
            "parts: 1; 'stream' and 'stream_options' were taken out of 1 line: no batch takes"
                + " them");
    assertThat(Files.readString(folder.resolve("input/lines.jsonl"))).isEqualTo(lines);
  }
}
