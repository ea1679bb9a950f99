package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.batchdrop.cli.Commands;
import org.batchdrop.cli.ExitCode;
import org.batchdrop.config.Home;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobOrder;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A dropped address: its file is fetched once, and the job is about that file. */
class FetchingTest {

  private static final byte[] TABLE = "id,text\n1,one\n2,two\n".getBytes(UTF_8);

  @TempDir private static Path certificate;
  @TempDir private Path root;
  private SandboxServer sandbox;
  private DaemonFixture daemon;
  private TlsServer server;

  @BeforeEach
  void open() throws Exception {
    sandbox = DaemonFixture.sandbox(root);
    server = new TlsServer(certificate);
    daemon =
        new DaemonFixture(root.resolve("home"))
            .setting("batchdrop.fetch-private=true")
            .setting("batchdrop.fetch-max-size=1MB");
  }

  @AfterEach
  void close() throws IOException {
    daemon.close();
    server.close();
    sandbox.close();
  }

  private void drop(String name, String text) throws IOException {
    daemon.drop("tickets", name, text.getBytes(UTF_8));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private JsonNode rejected(String name, String code) throws IOException {
    Path folder = daemon.published("tickets", name);
    JsonNode report = DaemonFixture.report(folder);
    assertThat(report.path("state").asText()).isEqualTo("rejected");
    JsonNode error = DaemonFixture.lines(folder.resolve("errors.jsonl")).get(0).path("error");
    assertThat(error.path("code").asText()).as(error.toString()).isEqualTo(code);
    assertThat(sandbox.ledger().uploads()).isEmpty();
    return error.path("message");
  }

  @Test
  void theFileBehindADroppedAddressIsTheInput() throws Exception {
    server.file("/data/tickets.csv", TABLE);
    daemon.start(sandbox.baseUrl());

    drop(
        "may.url", "sha256: " + sha256(TABLE) + "\n" + server.address("/data/tickets.csv?Sig=abc"));
    Path folder = daemon.published("tickets", "may.url");

    DaemonFixture.assertBalance(folder, 2, 2, 0);
    assertThat(Files.readAllLines(folder.resolve("results.csv"))).hasSize(3);
    assertThat(folder.resolve("input/tickets.csv")).hasBinaryContent(TABLE);
    JsonNode input = DaemonFixture.report(folder).path("input");
    assertThat(input.path("name").asText()).isEqualTo("may.url");
    JsonNode fetched = input.path("fetched");
    assertThat(fetched.path("name").asText()).isEqualTo("tickets.csv");
    assertThat(fetched.path("address").asText())
        .isEqualTo(server.address("/data/tickets.csv") + "?...");
    assertThat(fetched.path("sha256").asText()).isEqualTo(sha256(TABLE));
    assertThat(fetched.path("bytes").asLong()).isEqualTo(TABLE.length);
    assertThat(server.asked()).containsExactly("/data/tickets.csv?Sig=abc");
  }

  @Test
  void anAddressThatFailsForNowIsAskedAgainAndTheJobSaysWhyItWaits() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch seen = new CountDownLatch(1);
    server.page(
        "/t.csv",
        exchange -> {
          switch (tries.incrementAndGet()) {
            case 1 -> TlsServer.send(exchange, 503, new byte[0]);
            case 2 -> {
              exchange.sendResponseHeaders(200, TABLE.length + 5L);
              exchange.getResponseBody().write(TABLE);
              exchange.getResponseBody().flush();
              throw new IOException("cut");
            }
            default -> {
              try {
                seen.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              TlsServer.send(exchange, 200, TABLE);
            }
          }
        });
    daemon.start(sandbox.baseUrl());

    drop("t.url", server.address("/t.csv"));
    daemon.await(() -> tries.get() >= 3);
    assertThat(daemon.job("t.url").orElseThrow().problem().orElse(""))
        .contains("can't be fetched yet")
        .contains("it is tried again");
    seen.countDown();
    Path folder = daemon.published("tickets", "t.url");

    DaemonFixture.assertBalance(folder, 2, 2, 0);
    assertThat(folder.resolve("input/t.csv")).hasBinaryContent(TABLE);
    assertThat(daemon.over("t.url").problem()).isEmpty();
  }

  @Test
  void whatWasFetchedOnceIsNotFetchedAgain() throws Exception {
    server.file("/t.csv", TABLE);
    daemon.write("providers/quick.yaml", "extends: sandbox\nbase-url: http://127.0.0.1:1/v1\n");
    daemon.start(sandbox.baseUrl());
    drop("t.url", server.address("/t.csv"));
    daemon.await(() -> !daemon.parts("t.url").isEmpty());
    Job job = daemon.job("t.url").orElseThrow();
    daemon.stop();
    Files.delete(new Home(root.resolve("home")).journal());

    daemon.start(sandbox.baseUrl());
    daemon.await(() -> !daemon.parts("t.url").isEmpty());

    assertThat(daemon.jobId("t.url")).isEqualTo(job.id());
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void aRetryTakesItsRowsFromTheFileThatWasFetched() throws Exception {
    server.file("/t.csv", "text,t\na,0.5\nb,warm\n".getBytes(UTF_8));
    String warm =
        DaemonFixture.TICKETS.replace("model:", "temperature: \"{{t:json}}\"\n    model:");
    daemon.write("pipelines/tickets.yaml", warm).start(sandbox.baseUrl());
    drop("may.url", server.address("/t.csv"));
    daemon.over("may.url");
    daemon.write("pipelines/tickets.yaml", DaemonFixture.TICKETS);

    PrintWriter said = new PrintWriter(new StringWriter());
    String[] retry = {
      "retry", daemon.jobId("may.url").value(), "--home", daemon.home().root() + ""
    };
    assertThat(Commands.execute(retry, said, said, false)).isEqualTo(ExitCode.OK);

    Path retried = daemon.published("tickets", "t-retry1.csv");
    assertThat(retried.resolve("input/t-retry1.csv")).hasContent("text,t\nb,warm\n");
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void theSameContentsFromAnotherAddressAreADuplicate() throws Exception {
    server.file("/a.csv", TABLE).file("/b.csv", TABLE);
    daemon.start(sandbox.baseUrl());
    drop("a.url", server.address("/a.csv"));
    daemon.published("tickets", "a.url");

    drop("b.url", server.address("/b.csv"));
    Path folder = daemon.published("tickets", "b.url");

    assertThat(DaemonFixture.texts(folder.resolve("errors.jsonl"), "/error/code"))
        .containsExactly("duplicate");
    assertThat(folder.resolve("input/b.csv")).hasBinaryContent(TABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "404, address_refused, HTTP 404",
    "403, address_refused, needs no login",
    "204, address_refused, HTTP 204",
    "206, address_refused, HTTP 206",
    "304, address_refused, HTTP 304"
  })
  void anAnswerThatIsNoFileRejectsTheJob(int status, String code, String message) throws Exception {
    server.page("/t.csv", exchange -> TlsServer.send(exchange, status, new byte[0]));
    daemon.start(sandbox.baseUrl());

    drop("t.url", server.address("/t.csv"));

    assertThat(rejected("t.url", code).asText()).contains("t.url").contains(message);
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void aFileThatIsNotTheOneThatWasMeantRejectsTheJob() throws Exception {
    server.file("/t.csv", TABLE);
    daemon.start(sandbox.baseUrl());

    drop("t.url", server.address("/t.csv") + "\nsha256: " + "0".repeat(64));

    assertThat(rejected("t.url", "wrong_checksum").asText()).contains(sha256(TABLE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatIsTooLargeRejectsTheJobWhetherItsLengthWasSaidOrNot(boolean isSaid)
      throws Exception {
    byte[] large = new byte[2 << 20];
    server.page(
        "/t.csv",
        exchange -> {
          exchange.sendResponseHeaders(200, isSaid ? large.length : 0);
          exchange.getResponseBody().write(large);
        });
    daemon.start(sandbox.baseUrl());

    drop("t.url", server.address("/t.csv"));

    assertThat(rejected("t.url", "too_large").asText()).contains("batchdrop.fetch-max-size");
  }

  @Test
  void aWebPageInPlaceOfTheFileRejectsTheJob() throws Exception {
    server.file("/t.csv", "\n<!DOCTYPE html><html>Please log in".getBytes(UTF_8));
    daemon.start(sandbox.baseUrl());

    drop("t.url", server.address("/t.csv"));

    assertThat(rejected("t.url", "binary_input").asText()).contains("a web page");
  }

  @Test
  void anAddressOfTheOwnNetworkIsRefusedUnlessThatWasAllowed() throws Exception {
    server.file("/t.csv", TABLE);
    daemon.setting("batchdrop.fetch-private=false").start(sandbox.baseUrl());

    drop("port.url", server.address("/t.csv"));
    assertThat(rejected("port.url", "forbidden_address").asText()).contains("expected 443");
    drop("loopback.url", "https://localhost/t.csv");
    assertThat(rejected("loopback.url", "forbidden_address").asText())
        .contains("no address of the public internet");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aServerThatCanNotShowWhoItIsIsRefused() throws Exception {
    server.file("/t.csv", TABLE);
    daemon.start(sandbox.baseUrl());

    drop("t.url", "https://127.0.0.1:" + server.port() + "/t.csv");

    assertThat(rejected("t.url", "address_refused").asText()).contains("is not who it says it is");
  }

  @Test
  void aJobWhoseAddressNeverAnswersIsRejectedInTheEnd() throws Exception {
    server.page("/t.csv", exchange -> TlsServer.send(exchange, 500, new byte[0]));
    daemon.setting("batchdrop.give-up-after=1s").start(sandbox.baseUrl());

    drop("t.url", server.address("/t.csv"));

    assertThat(rejected("t.url", "address_refused").asText())
        .contains("could not be fetched in time")
        .contains("HTTP 500");
  }

  @Test
  void aJobThatWaitsForItsAddressCanBeCancelled() throws Exception {
    server.page("/t.csv", exchange -> TlsServer.send(exchange, 500, new byte[0]));
    daemon.setting("batchdrop.retry-longest=1m").setting("batchdrop.retry-first=1m");
    daemon.start(sandbox.baseUrl());
    drop("t.url", server.address("/t.csv"));
    daemon.await(() -> daemon.job("t.url").flatMap(Job::problem).isPresent());

    daemon.order(JobOrder.Verb.CANCEL, "t.url");

    assertThat(rejected("t.url", "job_cancelled").asText()).contains("cancelled");
  }
}
