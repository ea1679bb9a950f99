package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.journal.Journal;
import org.batchdrop.sandbox.CallKind;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row whose very request was answered before is not bought again. */
class ReuseTest {

  @TempDir private Path root;
  private SandboxServer sandbox;
  private DaemonFixture daemon;

  @BeforeEach
  void open() throws IOException {
    sandbox =
        SandboxServer.start(
            SandboxSettings.builder()
                .directory(root.resolve("sandbox"))
                .validation(Duration.ofMillis(50))
                .build());
    daemon =
        new DaemonFixture(root.resolve("home"))
            .write(
                "pipelines/tickets.yaml",
                DaemonFixture.TICKETS + "reuse: true\non-duplicate: run\n")
            .write(
                "prices.yaml",
                """
                date: 2026-11-01
                prices:
                  - {provider: quick, model: gpt-4o-mini, currency: USD, input: 1, output: 2, batch: {input: 0.5, output: 1}}
                """);
  }

  @AfterEach
  void close() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private void start() throws IOException, DaemonRefused {
    daemon.start(sandbox.baseUrl());
  }

  private Path delivered(String name, int first, int last) throws IOException {
    drop(name, first, last);
    return answered(name, first, last);
  }

  private void drop(String name, int first, int last) throws IOException {
    daemon.drop(
        "tickets",
        name,
        IntStream.rangeClosed(first, last)
            .mapToObj(i -> "t" + i + ",question " + i + "\n")
            .collect(Collectors.joining("", "id,text\n", ""))
            .getBytes(UTF_8));
  }

  private Path answered(String name, int first, int last) throws IOException {
    Path folder = daemon.published("tickets", name);
    DaemonFixture.assertBalance(folder, last - first + 1, last - first + 1, 0);
    int row = first;
    for (JsonNode line : DaemonFixture.lines(folder.resolve("output.jsonl"))) {
      assertThat(line.at("/response/body/choices/0/message/content").asText())
          .isEqualTo("[sandbox] question " + row++);
    }
    return folder;
  }

  private int executions() {
    return sandbox.ledger().executions().values().stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void onlyRowsThatAreNewAreBoughtAcrossJobsAndRestarts() throws Exception {
    start();
    JsonNode first = DaemonFixture.report(delivered("a.csv", 1, 10)).path("cost");
    assertThat(first.path("reused_rows").asInt()).isZero();
    daemon.stop();
    start();

    JsonNode report = DaemonFixture.report(delivered("b.csv", 3, 14));

    assertThat(executions()).isEqualTo(14);
    assertThat(report.at("/cost/reused_rows").asInt()).isEqualTo(8);
    assertThat(report.at("/cost/saved").asText()).endsWith(" USD").isNotEqualTo("0 USD");
    assertThat(report.at("/tokens/total").asLong())
        .isLessThan(
            DaemonFixture.report(daemon.published("tickets", "a.csv"))
                .at("/tokens/total")
                .asLong());
  }

  @Test
  void aJobOfKnownRowsBuysNothing() throws Exception {
    start();
    delivered("a.csv", 1, 10);
    Path folder = delivered("same.csv", 1, 10);

    assertThat(sandbox.ledger().calls(CallKind.CREATE)).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("results.csv"))).hasSize(11);
    assertThat(DaemonFixture.report(folder).at("/cost/reused_rows").asInt()).isEqualTo(10);
    try (Journal journal = Journal.openReadOnly(daemon.home().journal()).orElseThrow()) {
      assertThat(new Fsck(daemon.home(), journal).check().problems()).isEmpty();
    }
  }

  @Test
  void anotherPromptIsAnotherRequest() throws Exception {
    start();
    delivered("a.csv", 1, 3);
    daemon.write(
        "pipelines/tickets.yaml",
        DaemonFixture.TICKETS.replace("    model:", "    temperature: 0.5\n    model:")
            + "reuse: true\non-duplicate: run\n");
    delivered("b.csv", 1, 3);

    assertThat(executions()).isEqualTo(6);
  }

  @Test
  void answersThatCanNotBeKeptHoldUpNoJob() throws Exception {
    sandbox.faults().add("{do: batch, stuck: in_progress, stuck-for: 2s, times: 0}");
    start();
    drop("a.csv", 1, 3);
    daemon.await(() -> sandbox.ledger().batches().size() == 1);
    Path store = daemon.home().answers("quick", "tickets");
    Tree.remove(store);
    Files.createDirectory(store);

    answered("a.csv", 1, 3);
    assertThat(store).isEmptyDirectory();
  }

  private List<Path> aside() throws IOException {
    Path store = daemon.home().answers("quick", "tickets");
    try (Stream<Path> files = Files.list(store.getParent())) {
      return files
          .filter(file -> file.getFileName().toString().matches("tickets[.]db[.]damaged-[0-9-]+"))
          .toList();
    }
  }

  /**
   * @param from the first byte that is no longer what it was
   */
  private byte[] damage(int from) throws IOException {
    Path store = daemon.home().answers("quick", "tickets");
    byte[] bytes = Files.readAllBytes(store);
    Arrays.fill(bytes, from, bytes.length, (byte) 'x');
    Files.write(store, bytes);
    return bytes;
  }

  /** Damage of the first page shows when the file is opened, that of the others when it is read. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4096})
  void aDamagedFileOfAnswersIsSetAsideAndHoldsUpNoJob(int from) throws Exception {
    start();
    delivered("a.csv", 1, 100);
    daemon.stop();
    byte[] damaged = damage(from);
    start();

    delivered("b.csv", 51, 150);

    assertThat(executions()).isEqualTo(200);
    Path aside = aside().get(0);
    assertThat(aside).hasBinaryContent(damaged);
    assertThat(daemon.history("b.csv"))
        .anySatisfy(
            note ->
                assertThat(note)
                    .contains("work/reuse/quick/tickets.db: ")
                    .contains("is damaged")
                    .contains(daemon.home().show(aside)));

    JsonNode report = DaemonFixture.report(delivered("c.csv", 51, 150));
    assertThat(report.at("/cost/reused_rows").asInt()).isEqualTo(100);
    assertThat(aside()).hasSize(1);
  }

  @Test
  void aFileOfAnswersThatCanNotBeOpenedIsNoDamage() throws Exception {
    Path store = daemon.home().answers("quick", "tickets");
    Files.createDirectories(store);
    start();
    drop("a.csv", 1, 3);

    daemon.await(
        () -> daemon.job("a.csv").flatMap(Job::problem).orElse("").contains(store.toString()));
    assertThat(daemon.parts("a.csv")).isEmpty();
    assertThat(store).isEmptyDirectory();

    Files.delete(store);
    answered("a.csv", 1, 3);
    assertThat(daemon.job("a.csv").orElseThrow().problem()).isEmpty();
  }
}
