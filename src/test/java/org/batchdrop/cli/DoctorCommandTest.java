package org.batchdrop.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a doctor finds, and what he never does. */
class DoctorCommandTest {

  @TempDir private Path root;
  private ProviderHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = new ProviderHome(root);
  }

  @AfterEach
  void stop() throws IOException {
    home.close();
  }

  @Test
  void aSoundHomeAndProviderHaveNoFailure() throws IOException {
    assertThat(home.run("doctor")).as(home.out()).isEqualTo(ExitCode.OK);
    assertThat(home.out())
        .contains("ok    home: configuration: ")
        .contains("ok    near: key: comes from file secrets/key")
        .contains("ok    near: account: the key is accepted")
        .contains("ok    near: clock: differs from the provider's by 0 s")
        .contains("ok    near: batches: can be listed: 0 batches, the whole list")
        .doesNotContain("FAIL")
        .doesNotContain(home.key.substring(0, 12));
    assertThat(home.get("/files").path("data")).isEmpty();
  }

  @Test
  void aRefusedKeyIsTheProvidersFailure() throws IOException {
    String wrong = "s" + "k-" + "Zyxwvuts".repeat(4);
    home.write("secrets/key", wrong + "\n");

    assertThat(home.run("doctor", "--debug")).isEqualTo(ExitCode.PARKED);
    assertThat(home.out()).contains("FAIL  near: account: HTTP 401");
    assertThat(home.out() + home.err()).doesNotContain(wrong.substring(0, 12));
  }

  @Test
  void aMissingKeyIsTheConfigurationsFailure() throws IOException {
    Files.delete(home.home().resolve("secrets/key"));

    assertThat(home.run("doctor")).isEqualTo(ExitCode.USAGE);
    assertThat(home.out()).contains("FAIL  near: key: provider near has no key");
  }

  @Test
  void aMistakeInAFileIsTheConfigurationsFailure() throws IOException {
    home.write("pipelines/other.yaml", "provider: nobody\n");

    assertThat(home.run("doctor", "--json")).isEqualTo(ExitCode.USAGE);
    assertThat(home.json().path("checks"))
        .anySatisfy(
            check -> {
              assertThat(check.path("level").asText()).isEqualTo("fail");
              assertThat(check.path("text").asText()).contains("pipelines/other.yaml:1");
            });
  }

  @Test
  void aProviderThatIsNotThereIsTold() throws IOException {
    home.write(
        "providers/near.yaml",
        "extends: sandbox\nbase-url: http://127.0.0.1:1/v1\nkey: {none: true}\n");

    assertThat(home.run("doctor", "--provider", "near")).isEqualTo(ExitCode.PARKED);
    assertThat(home.out()).contains("FAIL  near: address: ").contains("check base-url");
  }

  @Test
  void modelsOfPipelinesAreComparedWithThoseThatTheProviderLists() throws IOException {
    HttpServer provider =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 9);
    answer(provider, "/v1/models", "{\"data\":[{\"id\":\"m-1\"},{\"id\":\"m-2\"}]}");
    answer(provider, "/v1/batches", "{\"data\":[],\"has_more\":false}");
    provider.start();
    try {
      home.write(
          "providers/lists.yaml",
          "extends: sandbox\nbase-url: http://127.0.0.1:%d/v1\nkey: {none: true}\n"
              .formatted(provider.getAddress().getPort()));
      home.write("pipelines/known.yaml", pipeline("m-1"));
      assertThat(home.run("doctor", "--provider", "lists")).as(home.out()).isZero();
      assertThat(home.out()).contains("ok    lists: models: pipelines name m-1: all listed");

      home.write("pipelines/unknown.yaml", pipeline("m-3"));
      home.write("pipelines/open.yaml", pipeline("'{{model}}'"));
      home.run("doctor", "--provider", "lists");
      assertThat(home.out())
          .contains("lists: models: a pipeline names 'm-3', which the provider does not list")
          .doesNotContain("{{model}}");
    } finally {
      provider.stop(0);
    }
  }

  private static void answer(HttpServer provider, String path, String json) {
    byte[] body = json.getBytes(UTF_8);
    provider.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
  }

  private static String pipeline(String model) {
    return """
        provider: lists
        input: {type: csv}
        request:
          url: /v1/chat/completions
          body: {model: %s, messages: [{role: user, content: hello}]}
        """
        .formatted(model);
  }

  @Test
  void aRehearsalGoesTheWholeWayAndLeavesNothing() throws IOException {
    home.journal(new PartState.Built());

    assertThat(home.run("doctor", "--live", "--timeout", "20s")).as(home.out()).isZero();
    assertThat(home.out())
        .containsSubsequence(
            "rehearsal: uploaded batchdrop-doctor-",
            "rehearsal: created batch_",
            "rehearsal: is in the list ",
            "rehearsal: metadata comes back in 'batchdrop'",
            "rehearsal: completed, and the answer was downloaded",
            "rehearsal: its files are deleted");
    JsonNode batches = home.get("/batches").path("data");
    assertThat(batches).hasSize(1);
    String name = batches.at("/0/metadata/batchdrop").asText();
    assertThat(PartId.ofSubmissionKey(name)).isEmpty();
    assertThat(PartId.ofUploadName(name + ".jsonl")).isEmpty();
    assertThat(home.get("/files").path("data")).isEmpty();

    home.run("fsck", "--live", "--json");
    assertThat(home.json().path("providers"))
        .singleElement()
        .satisfies(one -> assertThat(one.path("batches_of_batchdrop").asInt()).isZero());
  }

  @Test
  void aLostReplyIsNoReasonForAnotherCreate() throws IOException {
    home.sandbox.faults().add("{on: create, do: accept-drop, times: 0}");

    assertThat(home.run("doctor", "--live", "--timeout", "5s")).isEqualTo(ExitCode.PARKED);
    assertThat(home.out()).contains("FAIL  near: rehearsal: no batch: ").contains("--input-file");
    assertThat(home.get("/batches").path("data")).hasSize(1);
  }

  @Test
  void aBatchThatDoesNotEndIsLeftWithAdvice() {
    home.sandbox.faults().add("{do: batch, stuck: in_progress}");

    assertThat(home.run("doctor", "--live", "--timeout", "1s")).isEqualTo(ExitCode.PARKED);
    assertThat(home.out()).contains("has not ended after 1 s").contains("batchdrop batches cancel");
  }

  @Test
  void aModelThatCostsIsNotAskedWhereNobodyAgrees() throws IOException {
    assertThat(home.run("doctor", "--live", "--model", "m")).isEqualTo(ExitCode.USAGE);
    assertThat(home.err()).contains("buy one request of model m").contains("expected --yes");
    assertThat(home.get("/batches").path("data")).isEmpty();
  }

  @Test
  void withoutATestModelNothingIsBought() throws IOException {
    home.write(
        "providers/near.yaml",
        "extends: openai\nbase-url: "
            + home.sandbox.baseUrl()
            + "\nkey: {file: secrets/key}\npoll-interval: 100ms\n");

    assertThat(home.run("doctor", "--live", "--provider", "near")).isEqualTo(ExitCode.USAGE);
    assertThat(home.out()).contains("FAIL  near: rehearsal: not made").contains("--model");
    assertThat(home.get("/batches").path("data")).isEmpty();

    assertThat(home.run("doctor", "--live", "--model", "m", "--yes")).as(home.out()).isZero();
    assertThat(home.get("/batches").path("data")).hasSize(1);
  }
}
