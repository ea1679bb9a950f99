package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.batchdrop.flow.DaemonFixture.assertBalance;
import static org.batchdrop.flow.DaemonFixture.lines;
import static org.batchdrop.flow.DaemonFixture.report;
import static org.batchdrop.flow.DaemonFixture.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.batchdrop.input.Claim;
import org.batchdrop.job.Job;
import org.batchdrop.job.RowId;
import org.batchdrop.job.RowOrder;
import org.batchdrop.job.RowSelection;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real routes and the real daemon against the sandbox: what is dropped comes out complete. */
class FlowTest {

  private static final Map<String, String> PIPELINES =
      Map.of(
          "sources",
          """
          provider: quick
          input: {type: source, include: ["**/*.c", "**/*.h"]}
          request:
            body:
              model: gpt-4o
              messages: [{role: user, content: "{{path}}: {{content}}"}]
          result:
            files: {extension: .rs}
          """,
          "records",
          """
          provider: quick
          input: {type: jsonl}
          request:
            body:
              model: gpt-4o
              messages: [{role: user, content: "{{question}}"}]
          """,
          "captions",
          """
          provider: quick
          input: {type: csv}
          request:
            body:
              model: gpt-4o
              messages:
                - role: user
                  content:
                    - {type: text, text: "{{text}}"}
                    - {type: image_url, image_url: {url: "{{image:data-url}}"}}
          """,
          "bought",
          DaemonFixture.TICKETS.replace("provider: quick", "provider: openai"),
          "misspelt",
          DaemonFixture.TICKETS.replace("{{text}}", "{{texd}}"));

  @TempDir private static Path root;
  private static SandboxServer sandbox;
  private static DaemonFixture daemon;

  @BeforeAll
  static void start() throws IOException, DaemonRefused {
    sandbox = SandboxServer.start(sandboxIn(root.resolve("sandbox")).build());
    daemon = new DaemonFixture(root.resolve("home"));
    for (Map.Entry<String, String> pipeline : PIPELINES.entrySet()) {
      daemon.write("pipelines/" + pipeline.getKey() + ".yaml", pipeline.getValue());
    }
    daemon.start(sandbox.baseUrl());
  }

  @AfterAll
  static void stop() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private static SandboxSettings.Builder sandboxIn(Path folder) {
    return SandboxSettings.builder().directory(folder).validation(Duration.ofMillis(50));
  }

  private static byte[] table(int rows) {
    StringBuilder table = new StringBuilder("id,text\n");
    IntStream.rangeClosed(1, rows).forEach(i -> table.append(i + ",question " + i + "\n"));
    return table.toString().getBytes(UTF_8);
  }

  private static String requestLine(String id, String text) {
    return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
            .formatted(id)
        + "\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}\n"
            .formatted(text);
  }

  @Test
  void aFolderWithATableAndItsImagesIsAnsweredRowByRow() throws IOException {
    Path made = Files.createDirectories(root.resolve("album/img")).getParent();
    byte[] gif = "GIF89a made up".getBytes(UTF_8);
    Files.write(made.resolve("img/a.gif"), gif);
    Files.writeString(
        made.resolve("album.csv"), "text,image\nwhat is it,img/a.gif\nand this,img/none.gif\n");
    Files.move(made, root.resolve("home/inbox/captions/album"));

    Path folder = daemon.published("captions", "album");
    assertBalance(folder, 2, 1, 1);
    assertThat(folder.resolve("results.csv"))
        .content()
        .startsWith("text,image,answer,batchdrop_error\n")
        .contains("what is it,img/a.gif,\"[sandbox] what is it")
        .containsPattern("(?m)^and this,img/none.gif,,\"?missing_image: line 3 names an image");
    assertThat(folder.resolve("input/album/img/a.gif")).hasBinaryContent(gif);
  }

  @Test
  void rowsThatWereNotChosenAreNoRowsOfTheJob() throws IOException {
    Path inbox = root.resolve("home/inbox/tickets");
    Path hidden = Files.write(inbox.resolve(".chosen.tmp"), table(50));
    Path entry = inbox.resolve("chosen.csv");
    RowOrder rows = new RowOrder(RowSelection.parse("10-12,40-"), Optional.of(5L));
    Files.writeString(Claim.rowOrder(entry, Claim.key(hidden)), rows.toText());
    Files.move(hidden, entry);

    Path folder = daemon.published("tickets", "chosen.csv");
    assertBalance(folder, 5, 5, 0);
    assertThat(report(folder).at("/input/chosen_rows").asText()).isEqualTo("10-12,40-41");
    assertThat(Files.readAllLines(folder.resolve("results.csv")))
        .hasSize(6)
        .contains("10,question 10,[sandbox] question 10,", "41,question 41,[sandbox] question 41,");
    assertThat(texts(folder.resolve("output.jsonl"), "/custom_id"))
        .allMatch(id -> id.matches("[0-9a-f]{6}-0000000(10|11|12|40|41)"));
    try (Stream<Path> left = Files.list(inbox)) {
      assertThat(left).noneMatch(path -> path.toString().endsWith(".rows"));
    }
  }

  @Test
  void deliversATableCompleteInInputOrder() throws IOException {
    byte[] table = table(300);
    daemon.drop("tickets", "order.csv", table);

    Path folder = daemon.published("tickets", "order.csv");
    assertBalance(folder, 300, 300, 0);
    assertThat(report(folder).path("state").asText()).isEqualTo("completed");
    assertThat(folder.resolve("input/order.csv")).hasBinaryContent(table);
    List<String> results = Files.readAllLines(folder.resolve("results.csv"));
    assertThat(results.get(0)).isEqualTo("id,text,answer,batchdrop_error");
    assertThat(results.get(42)).isEqualTo("42,question 42,[sandbox] question 42,");
    assertThat(results).hasSize(301);
    Job job = daemon.over("order.csv");
    assertThat(texts(folder.resolve("output.jsonl"), "/custom_id"))
        .isEqualTo(IntStream.rangeClosed(1, 300).mapToObj(i -> RowId.of(job.id(), i)).toList());
    assertThat(job.outbox()).contains("outbox/tickets/" + job.id());
    assertEachRowRanOnce(job.id().suffix(), 300);
  }

  @Test
  void deliversRequestLinesUnderTheirOwnIds() throws IOException {
    String text =
        requestLine("zebra", "first") + requestLine("a/b c", "second") + requestLine("é", "third");
    daemon.drop("requests", "own.jsonl", text.getBytes(UTF_8));

    Path folder = daemon.published("requests", "own.jsonl");
    assertBalance(folder, 3, 3, 0);
    assertThat(texts(folder.resolve("output.jsonl"), "/custom_id"))
        .containsExactly("zebra", "a/b c", "é");
    assertThat(texts(folder.resolve("output.jsonl"), "/response/body/choices/0/message/content"))
        .containsExactly("[sandbox] first", "[sandbox] second", "[sandbox] third");
    assertThat(sandbox.ledger().executionsOf("a/b c")).isEqualTo(1);
  }

  @Test
  void answersEachSourceOfAFolder() throws IOException {
    Path outside = root.resolve("home/plain");
    Files.createDirectories(outside);
    Files.writeString(outside.resolve("one.c"), "int one;");
    Files.writeString(outside.resolve("two.h"), "int two;");
    Files.writeString(outside.resolve("README"), "not a source");
    Files.move(outside, daemon.home().inbox("sources").resolve("plain"));

    Path folder = daemon.published("sources", "plain");
    assertBalance(folder, 2, 2, 0);
    assertThat(texts(folder.resolve("output.jsonl"), "/response/body/choices/0/message/content"))
        .containsExactly("[sandbox] one.c: int one;", "[sandbox] two.h: int two;");
    assertThat(folder.resolve("input/plain/README")).hasContent("not a source");
  }

  @Test
  void givesAFileForEachSourceOfAFolder() throws IOException {
    Path outside = root.resolve("home/minic");
    Files.createDirectories(outside.resolve("src"));
    Files.writeString(outside.resolve("src/main.c"), "int main(void) { return 0; }\n");
    Files.writeString(outside.resolve("src/ring.h"), "#pragma once\n");
    Files.writeString(outside.resolve("README"), "not a source\n");
    Files.move(outside, daemon.home().inbox("sources").resolve("minic"));

    Path folder = daemon.published("sources", "minic");
    assertBalance(folder, 2, 2, 0);
    assertThat(tree(folder.resolve("files"))).containsExactly("src/main.rs", "src/ring.rs");
    assertThat(folder.resolve("files/src/main.rs"))
        .content()
        .isEqualTo("[sandbox] src/main.c: int main(void) { return 0; }\n");
    assertThat(folder.resolve("input/minic/README")).hasContent("not a source\n");
  }

  private static List<String> tree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void deliversJsonLines() throws IOException {
    daemon.drop(
        "records",
        "faq.jsonl",
        "{\"question\":\"why \\\"so\\\"?\"}\n{\"question\":\"你好\"}\n".getBytes(UTF_8));

    Path folder = daemon.published("records", "faq.jsonl");
    assertBalance(folder, 2, 2, 0);
    assertThat(texts(folder.resolve("output.jsonl"), "/response/body/choices/0/message/content"))
        .containsExactly("[sandbox] why \"so\"?", "[sandbox] 你好");
  }

  @Test
  void worksOnTwoPipelinesAtOnce() throws IOException {
    daemon.drop("tickets", "left.csv", table(20));
    daemon.drop("records", "right.jsonl", "{\"question\":\"now?\"}\n".repeat(20).getBytes(UTF_8));

    assertBalance(daemon.published("tickets", "left.csv"), 20, 20, 0);
    assertBalance(daemon.published("records", "right.jsonl"), 20, 20, 0);
  }

  @Test
  void keepsTwoFilesOfOneNameApart() throws IOException {
    daemon.drop("tickets", "twin.csv", table(1));
    Path first = daemon.published("tickets", "twin.csv");
    Files.move(first, root.resolve("seen-" + first.getFileName()));
    daemon.drop("tickets", "twin.csv", table(2));

    Path second = daemon.published("tickets", "twin.csv");
    assertThat(second.getFileName()).isNotEqualTo(first.getFileName());
    assertBalance(second, 2, 2, 0);
  }

  @Test
  void leavesWhatBelongsToNoPipelineAndWhatIsUnfinished() throws IOException {
    Path stray = Files.write(daemon.home().inbox().resolve("stray.csv"), table(1));
    Path nowhere = daemon.drop("nowhere", "lost.csv", table(1));
    List<Path> unfinished =
        List.of(
            daemon.drop("tickets", "a.csv.part", table(1)),
            daemon.drop("tickets", "b.csv.crdownload", table(1)),
            daemon.drop("tickets", ".c.csv", table(1)));
    daemon.drop("tickets", "finished.csv", table(1));

    daemon.published("tickets", "finished.csv");
    assertThat(stray).exists();
    assertThat(nowhere).exists();
    assertThat(unfinished).allSatisfy(file -> assertThat(file).exists());
    assertThat(daemon.job("lost.csv")).isEmpty();
  }

  @Test
  void failsOnlyTheRowsThatCannotBeSent() throws IOException {
    daemon.drop("tickets", "ragged.csv", "id,text\n1,good\n2\n3,fine\n".getBytes(UTF_8));

    Path folder = daemon.published("tickets", "ragged.csv");
    assertBalance(folder, 3, 2, 1);
    assertThat(texts(folder.resolve("errors.jsonl"), "/error/code"))
        .containsExactly("ragged_record");
    assertThat(Files.readAllLines(folder.resolve("results.csv"))).hasSize(4);
  }

  @Test
  void aPipelineThatWentBadRejectsWithFileAndLine() throws IOException {
    daemon.write("pipelines/late.yaml", "provider: quick\ninput: {type: csv}\nreqest: {}\n");
    daemon.drop("late", "late.csv", table(1));

    JsonNode error = rejection("late", "late.csv", "invalid_pipeline");
    assertThat(error.at("/error/message").asText())
        .isEqualTo("pipelines/late.yaml:1: missing key 'request'; expected url and body");
    assertThat(
            texts(daemon.published("late", "late.csv").resolve("errors.jsonl"), "/error/message"))
        .contains("pipelines/late.yaml:3: unknown key 'reqest'; did you mean 'request'?");
    Files.delete(daemon.home().pipelines().resolve("late.yaml"));
  }

  @Test
  void aMissingKeyRejectsAndNamesTheVariable() throws IOException {
    daemon.drop("bought", "unpaid.csv", table(1));

    JsonNode error = rejection("bought", "unpaid.csv", "missing_key");
    assertThat(error.at("/error/message").asText())
        .contains("provider openai")
        .contains("environment variable OPENAI_API_KEY is not set");
  }

  @Test
  void anUnknownFieldRejectsWithASuggestion() throws IOException {
    daemon.drop("misspelt", "field.csv", table(1));

    JsonNode error = rejection("misspelt", "field.csv", "unknown_field");
    assertThat(error.at("/error/message").asText()).contains("texd").contains("'text'");
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "empty.csv, tickets, empty_input",
    "header.csv, tickets, no_rows",
    "picture.csv, tickets, binary_input",
    "broken.zip, sources, broken_archive",
    "climbing.zip, sources, unsafe_archive",
  })
  void whatCannotBecomeRowsIsRejectedAndKept(String name, String pipeline, String code)
      throws IOException {
    byte[] content =
        switch (name) {
          case "empty.csv" -> new byte[0];
          case "header.csv" -> "id,text\n".getBytes(UTF_8);
          case "picture.csv" -> new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0};
          case "climbing.zip" -> zip("../evil.c");
          default -> "PK\3\4 and then nothing".getBytes(UTF_8);
        };
    daemon.drop(pipeline, name, content);

    rejection(pipeline, name, code);
    assertThat(daemon.published(pipeline, name).resolve("input").resolve(name))
        .hasBinaryContent(content);
  }

  private static byte[] zip(String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write("int x;".getBytes(UTF_8));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  /** The first line of a rejected job's errors, after a look at everything around it. */
  private static JsonNode rejection(String pipeline, String name, String code) throws IOException {
    Path folder = daemon.published(pipeline, name);
    assertThat(report(folder).path("state").asText()).isEqualTo("rejected");
    assertThat(report(folder).at("/problems/0/code").asText()).isEqualTo(code);
    assertThat(folder.resolve("input").resolve(name)).exists();
    assertThat(folder.resolve("output.jsonl")).doesNotExist();
    assertThat(daemon.over(name).state().label()).isEqualTo("rejected");
    JsonNode error = lines(folder.resolve("errors.jsonl")).get(0);
    assertThat(error.at("/error/code").asText()).isEqualTo(code);
    return error;
  }

  @Test
  void aSecondDaemonIsRefusedInTheSameHome() {
    assertThatThrownBy(() -> new DaemonFixture(root.resolve("home")).start(sandbox.baseUrl()))
        .isInstanceOf(DaemonRefused.class)
        .hasMessageContaining("another daemon works in");
  }

  @Test
  void startNamesEveryProblemOfTheConfiguration(@TempDir Path home) throws IOException {
    DaemonFixture broken = new DaemonFixture(home).setting("batchdrop.quiet-perod=1s");
    broken.write("pipelines/one.yaml", "provider: quick\n");
    broken.write("pipelines/two.yaml", DaemonFixture.TICKETS.replace("{{text}}", "{{te xt"));
    broken.write("providers/three.yaml", "extends: nobody\n");

    assertThatThrownBy(() -> broken.start(sandbox.baseUrl()))
        .isInstanceOfSatisfying(
            DaemonRefused.class,
            refused ->
                assertThat(refused.reasons())
                    .anyMatch(reason -> reason.startsWith("application.properties:"))
                    .anyMatch(reason -> reason.startsWith("pipelines/one.yaml:"))
                    .anyMatch(reason -> reason.startsWith("pipelines/two.yaml:"))
                    .anyMatch(reason -> reason.startsWith("providers/three.yaml:")));
  }

  @Test
  void anAddressThatIsNoApiFailsEveryRowAfterAWhile(@TempDir Path home)
      throws IOException, DaemonRefused {
    HttpServer pages =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pages.createContext(
        "/",
        exchange -> {
          byte[] page = "<!doctype html><title>Welcome</title>".getBytes(UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    pages.start();
    try (DaemonFixture lost = new DaemonFixture(home)) {
      lost.setting("batchdrop.give-up-after=1s");
      lost.start(URI.create("http://127.0.0.1:" + pages.getAddress().getPort() + "/v1"));
      lost.drop("tickets", "page.csv", table(3));

      Path folder = lost.published("tickets", "page.csv");
      assertBalance(folder, 3, 0, 3);
      assertThat(texts(folder.resolve("errors.jsonl"), "/error/code"))
          .containsOnly("provider_unreachable");
      assertThat(texts(folder.resolve("errors.jsonl"), "/error/message").get(0))
          .contains("HTML page")
          .contains("base-url");
    } finally {
      pages.stop(0);
    }
  }

  @Test
  void aProviderThatIsNeverReachedFailsEveryRowAfterAWhile(@TempDir Path home)
      throws IOException, DaemonRefused {
    try (DaemonFixture lonely = new DaemonFixture(home)) {
      lonely.setting("batchdrop.give-up-after=2s").start(ClosedPort.address());
      lonely.drop("tickets", "lonely.csv", table(3));

      Path folder = lonely.published("tickets", "lonely.csv");
      assertBalance(folder, 3, 0, 3);
      assertThat(texts(folder.resolve("errors.jsonl"), "/error/code"))
          .containsOnly("provider_unreachable");
    }
  }

  @Test
  void removesTheWorkFolderOfAFinishedJobInTime(@TempDir Path home)
      throws IOException, DaemonRefused {
    try (DaemonFixture tidy = new DaemonFixture(home)) {
      tidy.setting("batchdrop.keep-work=0s").start(sandbox.baseUrl());
      tidy.drop("tickets", "tidy.csv", table(2));

      Job job = tidy.over("tidy.csv");
      Path work = tidy.home().job(job.id()).root();
      await().atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(work));
      assertBalance(tidy.published("tickets", "tidy.csv"), 2, 2, 0);
    }
  }

  @Test
  void stopsWithinTenSecondsWhileABatchRuns(@TempDir Path home) throws IOException, DaemonRefused {
    try (SandboxServer slow =
            SandboxServer.start(
                sandboxIn(home.resolve("slow")).validation(Duration.ofHours(1)).build());
        DaemonFixture busy = new DaemonFixture(home.resolve("home")).start(slow.baseUrl())) {
      busy.drop("tickets", "slow.csv", table(5));
      await().atMost(Duration.ofSeconds(30)).until(() -> !slow.ledger().batches().isEmpty());

      long begun = System.nanoTime();
      busy.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
      assertThat(slow.ledger().createRequests()).isEqualTo(1);
    }
  }

  private static void assertEachRowRanOnce(String prefix, int rows) {
    Map<String, Integer> runs = sandbox.ledger().executions();
    runs.keySet().removeIf(id -> !id.startsWith(prefix));
    assertThat(runs).hasSize(rows);
    assertThat(runs.values()).containsOnly(1);
  }
}
