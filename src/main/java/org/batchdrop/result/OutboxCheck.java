package org.batchdrop.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.job.Job;

/** Looks whether a published folder is what it was when it was published. */
public final class OutboxCheck {

  private OutboxCheck() {}

  /**
   * Compares a folder with its own report, and the report with the journal.
   *
   * @param folder {@code outbox/<pipeline>/<job>}
   * @param job what the journal says; its state is final
   * @return what is wrong, for people; empty when nothing is
   * @throws IOException when the folder can't be read
   */
  public static List<String> problems(Path folder, Job job) throws IOException {
    List<String> problems = new ArrayList<>();
    if (!Files.isRegularFile(folder.resolve(ReportFile.NAME))) {
      problems.add("report.json is missing");
      return problems;
    }
    JsonNode report;
    try (InputStream in = Files.newInputStream(folder.resolve(ReportFile.NAME))) {
      report = new ObjectMapper().readTree(in);
    }
    Job.Totals totals = job.totals();
    JsonNode balance = report.path("balance");
    long answered = balance.path("answered").asLong(-1);
    long failed = balance.path("failed").asLong(-1);
    long rows = balance.path("rows").asLong(-1);
    if (answered + failed != rows) {
      problems.add(
          "the balance does not add up: %d answered + %d failed; expected %d rows"
              .formatted(answered, failed, rows));
    }
    if (answered != totals.answered() || failed != totals.failed() || rows != totals.rows()) {
      problems.add(
          "the report says %d rows, %d answered, %d failed; the journal %d, %d, %d"
              .formatted(
                  rows, answered, failed, totals.rows(), totals.answered(), totals.failed()));
    }
    if (report.path("state").asText().equals(Delivery.State.REJECTED.label())) {
      compare(folder, report, problems);
      return problems;
    }
    countLines(folder.resolve("output.jsonl"), answered, problems);
    countLines(folder.resolve("errors.jsonl"), failed, problems);
    compare(folder, report, problems);
    return problems;
  }

  private static void countLines(Path file, long expected, List<String> problems)
      throws IOException {
    if (!Files.isRegularFile(file)) {
      problems.add(file.getFileName() + " is missing");
      return;
    }
    long lines = 0;
    byte[] buffer = new byte[1 << 17];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        for (int i = 0; i < n; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    if (lines != expected) {
      problems.add(file.getFileName() + " has " + lines + " lines; expected " + expected);
    }
  }

  private static void compare(Path folder, JsonNode report, List<String> problems)
      throws IOException {
    List<Manifest> now = Manifest.of(folder);
    for (JsonNode was : report.path("files")) {
      Manifest expected =
          new Manifest(
              was.path("name").asText(),
              was.path("files").asLong(),
              was.path("bytes").asLong(),
              was.path("crc32c").asText());
      if (!now.contains(expected)) {
        problems.add(expected.name() + " is not what it was when it was published");
      }
    }
    if (report.has("files") && now.size() != report.path("files").size()) {
      problems.add("the folder has other entries than when it was published");
    }
  }
}
