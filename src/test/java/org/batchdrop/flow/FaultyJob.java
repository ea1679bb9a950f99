package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.batchdrop.job.JobId;
import org.batchdrop.job.RowId;
import org.batchdrop.sandbox.Ledger;
import org.batchdrop.sandbox.SandboxServer;

/** One table that is bought while faults are on, and what must hold of it whatever they were. */
final class FaultyJob {

  private final DaemonFixture daemon;
  private final SandboxServer sandbox;
  private final String pipeline;
  private final String name;
  private final int rows;
  private final long createsBefore;

  private FaultyJob(
      DaemonFixture daemon, SandboxServer sandbox, String pipeline, String name, int rows) {
    this.daemon = daemon;
    this.sandbox = sandbox;
    this.pipeline = pipeline;
    this.name = name;
    this.rows = rows;
    this.createsBefore = sandbox.ledger().createRequests();
  }

  /**
   * Drops a table.
   *
   * @param stem of its name; no other job of the sandbox may have it
   * @param rules of the sandbox, that hit only this job; each in braces
   */
  static FaultyJob drop(
      DaemonFixture daemon, SandboxServer sandbox, String stem, int rows, String... rules)
      throws IOException {
    return dropInto("tickets", daemon, sandbox, stem, rows, rules);
  }

  /** As {@link #drop}, into another pipeline. */
  static FaultyJob dropInto(
      String pipeline,
      DaemonFixture daemon,
      SandboxServer sandbox,
      String stem,
      int rows,
      String... rules)
      throws IOException {
    for (String rule : rules) {
      String matching = rule.substring(0, rule.length() - 1) + ", match: '-" + stem + "-'}";
      sandbox.faults().add(matching);
    }
    FaultyJob job = new FaultyJob(daemon, sandbox, pipeline, stem + ".csv", rows);
    daemon.drop(pipeline, job.name, table(stem, rows));
    return job;
  }

  /** Tables of different stems differ: what was dropped before would not be bought again. */
  static byte[] table(String stem, int rows) {
    return IntStream.rangeClosed(1, rows)
        .mapToObj(i -> stem + i + ",question " + i + "\n")
        .collect(Collectors.joining("", "id,text\n", ""))
        .getBytes(UTF_8);
  }

  String name() {
    return name;
  }

  /** Waits for the results; every row is there once, in input order, with its own answer. */
  Path delivered(int answered) throws IOException {
    Path folder = daemon.published(pipeline, name);
    assertThat(errorCodes(folder)).as("codes of rows that failed").hasSize(rows - answered);
    DaemonFixture.assertBalance(folder, rows, answered, rows - answered);
    TreeSet<Integer> seen = new TreeSet<>();
    for (String file : List.of("output.jsonl", "errors.jsonl")) {
      List<Integer> found = rowsOf(folder.resolve(file));
      assertThat(found).as(file).isSorted();
      seen.addAll(found);
    }
    assertThat(seen).hasSize(rows).first().isEqualTo(1);
    assertThat(seen.last()).isEqualTo(rows);
    for (JsonNode line : DaemonFixture.lines(folder.resolve("output.jsonl"))) {
      assertThat(text(line)).isEqualTo("[sandbox] question " + row(line));
    }
    assertThat(folder.resolve("input").resolve(name))
        .hasBinaryContent(table(name.replace(".csv", ""), rows));
    assertThat(Files.readAllLines(folder.resolve("results.csv"))).hasSize(rows + 1);
    assertThat(sandbox.ledger().overlaps()).as("rows in two live batches").isEmpty();
    return folder;
  }

  /** As {@link #delivered(int)}, and nothing was executed that was not needed. */
  Path deliveredOnce() throws IOException {
    Path folder = delivered(rows);
    assertRan(rows);
    return folder;
  }

  /** Each of so many rows was executed once, and no other. */
  void assertRan(int count) {
    assertThat(runs()).as("rows that were executed").hasSize(count);
    assertThat(runs().values()).as("executions of a row").containsOnly(1);
  }

  /** These rows were executed twice, every other one once. */
  void assertRanTwice(Integer... again) {
    assertThat(runs()).hasSize(rows);
    Map<Integer, Integer> repeated = new TreeMap<>(runs());
    repeated.values().removeIf(count -> count == 1);
    assertThat(repeated.keySet()).containsExactlyInAnyOrder(again);
    assertThat(repeated.values()).containsOnly(2);
  }

  /** How often each row was executed; rows that never were are left out. */
  Map<Integer, Integer> runs() {
    Map<Integer, Integer> runs = new TreeMap<>();
    JobId job = daemon.jobId(name);
    Map<String, Integer> all = sandbox.ledger().executions();
    for (int row = 1; row <= rows; row++) {
      Integer count = all.get(RowId.of(job, row));
      if (count != null) {
        runs.put(row, count);
      }
    }
    return runs;
  }

  /** The batches that were created for this job. */
  List<Ledger.BatchEntry> batches() {
    String job = daemon.jobId(name).toString();
    return sandbox.ledger().batches().stream()
        .filter(batch -> batch.metadata().toString().contains(job))
        .toList();
  }

  /** The creates that arrived since the drop, accepted or not; meaningful when jobs are alone. */
  long creates() {
    return sandbox.ledger().createRequests() - createsBefore;
  }

  /** The files of this batch stay gone, whatever becomes of other ones. */
  static void refuseContentOf(SandboxServer sandbox, Ledger.BatchEntry batch) {
    String key = batch.metadata().values().iterator().next();
    sandbox.faults().add("{on: content, do: refuse, times: 0, status: 404, match: '" + key + "'}");
  }

  /** The provider has forgotten this batch, and no other one. */
  static void hide(SandboxServer sandbox, Ledger.BatchEntry batch) {
    String key = batch.metadata().values().iterator().next();
    String match = "match: '" + key + "', times: 0";
    sandbox.faults().add("{on: [retrieve, cancel], do: refuse, status: 404, " + match + "}");
    sandbox.faults().add("{on: list, do: hide, age: 1h, " + match + "}");
  }

  static List<String> errorCodes(Path folder) throws IOException {
    return DaemonFixture.texts(folder.resolve("errors.jsonl"), "/error/code");
  }

  static List<Integer> failedRows(Path folder) throws IOException {
    return rowsOf(folder.resolve("errors.jsonl"));
  }

  static List<String> problems(Path folder) throws IOException {
    List<String> codes = new ArrayList<>();
    DaemonFixture.report(folder).path("problems").forEach(p -> codes.add(p.path("code").asText()));
    return codes;
  }

  private static List<Integer> rowsOf(Path file) throws IOException {
    return DaemonFixture.lines(file).stream().map(FaultyJob::row).toList();
  }

  private static int row(JsonNode line) {
    return Integer.parseInt(line.path("custom_id").asText().replaceAll("^.*-", ""));
  }

  /** Some providers give the body as a text. */
  private static String text(JsonNode line) throws IOException {
    JsonNode body = line.at("/response/body");
    JsonNode tree = body.isTextual() ? DaemonFixture.json(body.asText()) : body;
    return tree.at("/choices/0/message/content").asText();
  }
}
