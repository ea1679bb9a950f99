package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.batchdrop.sandbox.Ledger;
import org.batchdrop.sandbox.SandboxServer;

/** What the batches of providers really did for each row. */
final class Executions {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<Integer>> statuses = new HashMap<>();
  private final Map<String, Set<String>> rowsByBatch = new HashMap<>();
  private final Map<String, List<String>> batchesByPart = new TreeMap<>();
  private final Map<String, JsonNode> batches = new HashMap<>();
  private final Map<String, String> jobByBatch = new HashMap<>();
  private final Map<String, Set<String>> answeredIds = new HashMap<>();
  private final long creates;

  /** Reads the ledgers of providers; they may still run. */
  Executions(List<SandboxServer> providers) throws IOException, InterruptedException {
    long sum = 0;
    for (SandboxServer provider : providers) {
      Ledger ledger = provider.ledger();
      sum += ledger.createRequests();
      for (Ledger.BatchEntry batch : ledger.batches()) {
        String key = batch.metadata().getOrDefault("batchdrop", batch.inputFileId());
        batchesByPart.computeIfAbsent(part(key), part -> new ArrayList<>()).add(batch.batchId());
        jobByBatch.put(batch.batchId(), part(part(key)));
      }
      ledger.forEachExecution(
          execution -> {
            if (execution.source().equals(Ledger.REALTIME)) {
              return;
            }
            if (execution.status() == 200) {
              answeredIds
                  .computeIfAbsent(jobByBatch.get(execution.source()), job -> new HashSet<>())
                  .add(execution.customId());
            }
            String row = row(jobByBatch.get(execution.source()), execution.customId());
            statuses.computeIfAbsent(row, id -> new ArrayList<>()).add(execution.status());
            rowsByBatch.computeIfAbsent(execution.source(), id -> new HashSet<>()).add(row);
          });
      list(provider.baseUrl()).forEach(batch -> batches.put(batch.path("id").asText(), batch));
    }
    creates = sum;
  }

  /** {@code POST /batches} that reached a provider, whatever became of them. */
  long creates() {
    return creates;
  }

  /** Names a row among all jobs; the ids of two jobs may be the same. */
  static String row(String job, String customId) {
    return job + " " + customId;
  }

  /** Rows that batches have answered, and so paid for. */
  Set<String> answered() {
    Set<String> ids = new HashSet<>();
    statuses.forEach((id, list) -> list.stream().filter(s -> s == 200).forEach(s -> ids.add(id)));
    return ids;
  }

  /** The same by the rows' own ids, of one job. */
  Set<String> answered(String job) {
    return Set.copyOf(answeredIds.getOrDefault(job, Set.of()));
  }

  /** Batches by part, generations taken together. */
  Map<String, List<String>> batchesByPart() {
    return batchesByPart;
  }

  /** I1: a row is executed once, and again only after a known outcome that was no answer. */
  void requireNoneBoughtTwice() {
    List<String> twice = new ArrayList<>();
    statuses.forEach(
        (id, list) -> {
          int answer = list.indexOf(200);
          if (answer >= 0 && answer != list.size() - 1) {
            twice.add(id + " " + list);
          }
        });
    assertThat(twice).as("I1: rows executed again although they were answered").isEmpty();
  }

  /** I2: batches with a row in common never live at the same time; times are whole seconds. */
  void requireOneLiveBatchEach() {
    List<String> overlapping = new ArrayList<>();
    batchesByPart.forEach(
        (part, ids) -> {
          for (String a : ids) {
            for (String b : ids) {
              if (!a.equals(b) && share(a, b) && created(a) < created(b) && ended(a) > created(b)) {
                overlapping.add(part + ": " + batches.get(a) + " " + batches.get(b));
              }
            }
          }
        });
    assertThat(overlapping).as("I2: two live batches of the same rows").isEmpty();
  }

  private boolean share(String a, String b) {
    Set<String> rows = new HashSet<>(rowsByBatch.getOrDefault(a, Set.of()));
    rows.retainAll(rowsByBatch.getOrDefault(b, Set.of()));
    return !rows.isEmpty();
  }

  private long created(String batch) {
    return batches.get(batch).path("created_at").asLong();
  }

  private long ended(String batch) {
    JsonNode json = batches.get(batch);
    return List.of("completed_at", "failed_at", "expired_at", "cancelled_at").stream()
        .mapToLong(name -> json.path(name).asLong())
        .max()
        .orElse(0);
  }

  private static String part(String submissionKey) {
    int slash = submissionKey.lastIndexOf('/');
    return slash < 0 ? submissionKey : submissionKey.substring(0, slash);
  }

  /** All batches of a provider, as its API shows them. */
  static List<JsonNode> list(URI baseUrl) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    List<JsonNode> all = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      URI page = URI.create(baseUrl + "/batches?limit=100" + after);
      JsonNode json =
          JSON.readTree(
              client
                  .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                  .body());
      json.path("data").forEach(all::add);
      more = json.path("has_more").asBoolean();
      after = more ? "&after=" + json.path("last_id").asText() : "";
    }
    return all;
  }
}
