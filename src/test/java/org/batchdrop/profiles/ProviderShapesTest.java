package org.batchdrop.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Problems;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings;
import org.batchdrop.flow.Listing;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.BatchPage;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Call.Purpose;
import org.batchdrop.provider.Replies;
import org.batchdrop.provider.Reply;
import org.batchdrop.provider.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays what each provider's documents show, through the classes that the daemon uses. The shapes
 * lie in {@code src/test/resources/org/batchdrop/profiles}, a file for each profile.
 */
class ProviderShapesTest {

  private static final String KEY = "key-0123456789-abcdefghij-secret";
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final PartId PART = new PartId(new JobId("20261101-120000-tickets-3fa9c1"), 2, 1);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path root;

  static List<String> profiles() {
    return Shapes.profiles();
  }

  private Account account(String name, String extra) throws IOException {
    JsonNode base = Shapes.of(name).path("base");
    String own = base.isMissingNode() ? "" : "base-url: " + base.asText() + "\n";
    Path file = root.resolve("providers").resolve(name + ".yaml");
    Files.createDirectories(root.resolve("providers"));
    Files.writeString(file, "extends: " + name + "\n" + own + extra);
    Problems problems = new Problems();
    Optional<ProviderProfile> profile =
        new Catalog(new Home(root), "sandbox").profile(name, problems);
    assertThat(problems.all()).isEmpty();
    Settings.Timeouts timeouts =
        new Settings.Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(9), Duration.ofSeconds(30));
    return new Account(
        profile.orElseThrow(),
        profile.orElseThrow().baseUrl().orElseThrow(),
        Secret.of(KEY),
        timeouts);
  }

  private static Reply reply(Call call, int status, JsonNode body) {
    return Replies.of(call, status, Map.of(), body.toString(), NOW);
  }

  private static Optional<BatchView> view(Reply reply) {
    return reply instanceof Reply.Done done ? BatchView.of(done.body()) : Optional.empty();
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void anUploadIsAFileWithItsId(String name) throws IOException {
    Account account = account(name, "");
    JsonNode upload = Shapes.of(name).path("upload");
    assertThat(upload.isMissingNode()).isEqualTo(!account.profile().batch().offered());
    if (!upload.isMissingNode()) {
      Call call = account.upload(root, PART);
      assertThat(call.uri()).hasToString(account.baseUrl() + "/files");
      assertThat(view(reply(call, 200, upload.path("reply"))).orElseThrow().id())
          .isEqualTo(upload.path("id").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void aCreateSaysWhatTheProviderTakesAndNothingElse(String name) throws IOException {
    JsonNode shapes = Shapes.of(name);
    JsonNode create = shapes.path("create");
    Account account = account(name, "");
    if (!account.profile().batch().offered()) {
      assertThat(create.isMissingNode()).isTrue();
      return;
    }
    Call call =
        account.batch(PART, "FILE", shapes.path("url").asText(), Optional.empty(), Map.of());
    String sent = call.body() instanceof Call.Body.Json json ? json.text() : "";
    String wanted = create.path("sends").toString().replace("KEY", PART.submissionKey());

    assertThat(JSON.readTree(sent)).isEqualTo(JSON.readTree(wanted));
    assertThat(view(reply(call, 200, create.path("reply"))).orElseThrow().id())
        .isEqualTo(create.path("id").asText());
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void everyStateIsRead(String name) throws IOException {
    for (JsonNode shape : Shapes.each(Shapes.of(name), "retrieve")) {
      Call call = account(name, "").retrieve("batch_1");
      BatchView batch = view(reply(call, 200, shape.path("reply"))).orElseThrow();
      ObjectNode read = JSON.createObjectNode();
      read.put("status", batch.status());
      read.put("ended", batch.hasEnded());
      read.put("output", batch.outputFile().orElse(""));
      read.put("error", batch.errorFile().orElse(""));
      read.put("completed", batch.completed());
      read.put("failed", batch.failed());
      read.put("problem", batch.problems().isEmpty() ? "" : batch.problems().get(0).code());

      assertThat(read.toString()).isEqualTo(shape.path("view").toString());
      assertThat(batch.createdAt()).isPresent();
      assertThat(batch.inputFile()).isPresent();
    }
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void theListIsWalkedPageByPage(String name) throws IOException {
    Account account = account(name, "");
    for (JsonNode shape : Shapes.each(Shapes.of(name), "list")) {
      Listing walk = new Listing(account, Instant.EPOCH, Set.of());
      Reply reply = reply(walk.nextPage(), 200, shape.path("reply"));
      List<String> ids = new ArrayList<>();
      BatchPage.of(((Reply.Done) reply).body()).batches().forEach(batch -> ids.add(batch.id()));
      walk.take(reply);
      String next = walk.isMore() ? walk.nextPage().uri().toString() : "";

      assertThat(JSON.valueToTree(ids).toString()).isEqualTo(shape.path("ids").toString());
      assertThat(next.replace(account.baseUrl().toString(), ""))
          .isEqualTo(shape.path("next").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void refusalsAreUnderstood(String name) throws IOException {
    List<JsonNode> errors = Shapes.each(Shapes.of(name), "errors");
    assertThat(errors).isNotEmpty();
    for (JsonNode shape : errors) {
      JsonNode said = shape.path("said");
      Call any = account(name, "").retrieve("batch_1");
      Call call =
          new Call(
              Purpose.valueOf(said.path("purpose").asText()),
              any.method(),
              any.uri(),
              any.headers(),
              any.body(),
              any.deadline(),
              any.secret());
      Reply reply = reply(call, said.path("status").asInt(), shape.path("reply"));

      assertThat(reply.getClass().getSimpleName())
          .as("%s", shape)
          .isEqualTo(said.path("kind").asText());
      if (reply instanceof Reply.Later later) {
        assertThat(later.cause()).hasToString(said.path("cause").asText());
        assertThat(later.limit().orElse(0L)).isEqualTo(said.path("limit").asLong(0));
      } else if (reply instanceof Reply.Never never) {
        assertThat(never.code()).isEqualTo(said.path("code").asText());
      } else if (reply instanceof Reply.Done) {
        assertThat(view(reply)).as("%s holds no batch", shape).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "openai, https://api.openai.com/v1/chat/completions",
    "dashscope, https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
    "zhipu, https://open.bigmodel.cn/api/paas/v4/chat/completions",
    "groq, https://api.groq.com/openai/v1/chat/completions",
    "azure, https://res.openai.azure.com/openai/v1/responses",
    "new-api, https://ai.example/v1/chat/completions",
    "llm-d, http://127.0.0.1:8000/v1/chat/completions",
  })
  void aSingleCallGoesToTheUrlOfItsLine(String name, URI address) throws IOException {
    String url = Shapes.of(name).path("url").asText();

    assertThat(account(name, "").request(url, "r-1", "{}").uri()).isEqualTo(address);
  }

  @Test
  void azureTakesTheKeyInAHeaderOfItsOwn() throws IOException {
    assertThat(account("azure", "").retrieve("b").headers()).isEqualTo(Map.of("api-key", KEY));
  }

  @Test
  void queryParametersAreInTheAddressOfEveryCall() throws IOException {
    Account account = account("azure", "query: {api-version: 2025-04-01-preview, x: a b&c}\n");
    String query = "api-version=2025-04-01-preview&x=a%20b%26c";
    String base = account.baseUrl().toString();

    assertThat(account.upload(root, PART).uri()).hasToString(base + "/files?" + query);
    assertThat(account.list(Optional.of("b")).uri())
        .hasToString(base + "/batches?limit=100&after=b&" + query);
    assertThat(account.listAt("c").uri())
        .hasToString(base + "/batches?limit=100&cursor=c&" + query);
    assertThat(account.content("f").uri()).hasToString(base + "/files/f/content?" + query);
    assertThat(account.request("/v1/responses", "r", "{}").uri())
        .hasToString(base + "/responses?" + query);
  }

  @Test
  void anotherChannelOfAGatewayIsAnotherAccountUnlessItHasAName() throws IOException {
    String none = account("new-api", "").fingerprint();
    String seven = account("new-api", "query: {channel_id: \"7\"}\n").fingerprint();
    String eight = account("new-api", "query: {channel_id: \"8\"}\n").fingerprint();
    assertThat(Set.of(none, seven, eight)).hasSize(3);

    assertThat(account("new-api", "query: {channel_id: \"7\"}\naccount: ours\n").fingerprint())
        .isEqualTo(account("new-api", "account: ours\n").fingerprint());
  }

  @Test
  void onlyMetadataThatTheProviderTakesIsSent() throws IOException {
    Call call =
        account("dashscope", "")
            .batch(
                PART,
                "FILE",
                "/v1/embeddings",
                Optional.of("48h"),
                Map.of("ds_name", "nightly", "team", "a"));

    assertThat(call.body())
        .isEqualTo(
            new Call.Body.Json(
                "{\"input_file_id\":\"FILE\",\"endpoint\":\"/v1/embeddings\","
                    + "\"completion_window\":\"48h\",\"metadata\":{\"ds_name\":\"nightly\","
                    + "\"ds_description\":\""
                    + PART.submissionKey()
                    + "\"}}"));
  }
}
