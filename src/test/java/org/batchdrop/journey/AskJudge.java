package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchdrop.sandbox.Ledger;
import org.batchdrop.sandbox.SandboxServer;

/**
 * The rules of rows that are asked for one by one. A row is paid once more only for a reply that
 * was lost on its way, or that was under way when the daemon was killed; what stood in a log then
 * is never paid again.
 */
final class AskJudge {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A reply that was lost is asked for once more; then its row fails. */
  private static final int MOST_LOST = 2;

  private static final Set<String> ENDED = Set.of("completed", "failed", "expired", "cancelled");

  private final Path home;
  private final List<SandboxServer> providers;
  private final List<FaultyGateway> gateways;
  private final int mostUnderWay;
  private final Map<String, Integer> paidWhenKept = new HashMap<>();
  private final Map<String, Integer> killed = new HashMap<>();
  private final Queue<String> overlapping = new ConcurrentLinkedQueue<>();

  /**
   * Prepares.
   *
   * @param mostUnderWay calls of all accounts at once
   */
  AskJudge(
      Path home, List<SandboxServer> providers, List<FaultyGateway> gateways, int mostUnderWay) {
    this.home = home;
    this.providers = providers;
    this.gateways = gateways;
    this.mostUnderWay = mostUnderWay;
  }

  /** I2: a row is about to be asked for; no batch of its job, which has one part, may be alive. */
  void asked(SandboxServer provider, String row) {
    try {
      for (JsonNode batch : Executions.list(provider.baseUrl())) {
        String key = batch.at("/metadata/batchdrop").asText();
        if (key.contains("-" + job(row) + "/") && !ENDED.contains(batch.path("status").asText())) {
          overlapping.add(row + " while " + batch);
        }
      }
    } catch (IOException e) {
      overlapping.add(row + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** After a kill: what is neither in a log nor was lost on its way was under way. */
  void atKill(Set<String> jobsThatAsk) throws IOException {
    await("the provider has done what it was asked for")
        .atMost(Duration.ofSeconds(10))
        .until(() -> gateways.stream().allMatch(gateway -> gateway.underWay() == 0));
    assertThat(overlapping).as("I2: rows that were asked for while a batch was alive").isEmpty();
    Map<String, Integer> paid = paid();
    assertThat(paid.keySet().stream().map(AskJudge::job).filter(job -> !jobsThatAsk.contains(job)))
        .as("I6: rows that were asked for without an intent in the journal")
        .isEmpty();
    look(paid);
    int sum = 0;
    for (Map.Entry<String, Integer> row : paid.entrySet()) {
      int unexplained = unexplained(row.getKey(), row.getValue());
      int before = killed.getOrDefault(row.getKey(), 0);
      assertThat(unexplained - before)
          .as("I1: calls for row " + row.getKey() + " that one kill has interrupted")
          .isBetween(0, 1);
      sum += unexplained - before;
      killed.put(row.getKey(), unexplained);
    }
    assertThat(sum).as("calls that one kill has interrupted").isLessThanOrEqualTo(mostUnderWay);
  }

  /**
   * When nothing is under way any more.
   *
   * @param inBatches rows that batches have answered
   */
  void atEnd(Set<String> inBatches) throws IOException {
    Map<String, Integer> paid = paid();
    look(paid);
    Map<String, Integer> lost = lost();
    for (Map.Entry<String, Integer> row : paid.entrySet()) {
      String id = row.getKey();
      assertThat(unexplained(id, row.getValue()))
          .as("I1: calls for row " + id + " that nothing explains")
          .isEqualTo(killed.getOrDefault(id, 0));
      assertThat(paidWhenKept.containsKey(id) || lost.getOrDefault(id, 0) > 0)
          .as("row " + id + " was answered, and its answer is nowhere")
          .isTrue();
    }
    assertThat(paid.keySet().stream().filter(inBatches::contains))
        .as("I1: rows that were asked for although a batch has answered them")
        .isEmpty();
    lost.forEach(
        (row, times) ->
            assertThat(times - killed.getOrDefault(row, 0))
                .as("I1: replies to row " + row + " that were lost, and asked for again")
                .isLessThanOrEqualTo(MOST_LOST));
  }

  /** Rows that were paid in calls, and whose answer is in a log or in the outbox. */
  Set<String> kept() {
    return paidWhenKept.entrySet().stream()
        .filter(row -> row.getValue() > 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private int unexplained(String row, int paid) {
    int kept = paidWhenKept.containsKey(row) ? 1 : 0;
    return Math.max(0, paid - kept - lost().getOrDefault(row, 0));
  }

  private static String job(String row) {
    return row.substring(0, row.indexOf('-'));
  }

  /** How often each row was executed by calls, and answered. */
  private Map<String, Integer> paid() {
    Map<String, Integer> paid = new TreeMap<>();
    for (SandboxServer provider : providers) {
      provider
          .ledger()
          .forEachExecution(
              Ledger.REALTIME,
              execution -> {
                if (execution.status() == 200) {
                  paid.merge(execution.customId(), 1, Integer::sum);
                }
              });
    }
    return paid;
  }

  private Map<String, Integer> lost() {
    Map<String, Integer> lost = new HashMap<>();
    gateways.forEach(
        gateway -> gateway.lostAsks().forEach((row, n) -> lost.merge(row, n, Integer::sum)));
    return lost;
  }

  /** I1: a row that has its answer on the disk is not executed any more. */
  private void look(Map<String, Integer> paid) throws IOException {
    for (String row : answeredOnDisk()) {
      paidWhenKept.putIfAbsent(row, paid.getOrDefault(row, 0));
    }
    paidWhenKept.forEach(
        (row, before) ->
            assertThat(paid.getOrDefault(row, 0))
                .as("I1: executions of row " + row + ", whose answer is on the disk")
                .isEqualTo(before));
  }

  private Set<String> answeredOnDisk() throws IOException {
    Set<String> rows = new HashSet<>();
    for (Path file : logs()) {
      for (String line : Files.readAllLines(file)) {
        try {
          JsonNode json = JSON.readTree(line);
          if (json.at("/response/status_code").asInt() == 200) {
            rows.add(json.path("custom_id").asText());
          }
        } catch (JsonProcessingException e) {
          // The last line of a log may be half a line after a kill.
        }
      }
    }
    return rows;
  }

  private List<Path> logs() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : List.of("work", "outbox")) {
      if (Files.isDirectory(home.resolve(folder))) {
        try (Stream<Path> files = Files.walk(home.resolve(folder), 3)) {
          files.filter(AskJudge::isLog).forEach(found::add);
        }
      }
    }
    return found;
  }

  private static boolean isLog(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".answers.jsonl") || name.endsWith("output.jsonl");
  }
}
