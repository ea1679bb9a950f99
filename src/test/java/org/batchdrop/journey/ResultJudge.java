package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.batchdrop.job.Job;
import org.batchdrop.job.RowId;

/**
 * I3 and I4 for one job: rows in = answered + failed, in input order, each with its own answer, and
 * exactly those answered that were paid for.
 */
final class ResultJudge {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "[sandbox] ";

  private final Traffic.Dropped dropped;
  private final Job job;
  private final Path folder;

  ResultJudge(Traffic.Dropped dropped, Job job, Path folder) {
    this.dropped = dropped;
    this.job = job;
    this.folder = folder;
  }

  /**
   * Judges against what the providers did.
   *
   * @param paid rows that are to have an answer
   * @param reused how many rows keep the answer of an earlier job
   */
  void judge(Set<String> paid, long reused) throws IOException {
    JsonNode report = JSON.readTree(Files.readString(folder.resolve("report.json")));
    assertThat(report.path("job").asText()).isEqualTo(job.id().value());
    assertThat(report.at("/balance/balanced").asBoolean()).as(dropped.name()).isTrue();
    assertThat(folder.resolve("input").resolve(dropped.name())).exists();
    if (dropped.kind() == Traffic.Kind.WRONG) {
      assertThat(report.path("state").asText()).isEqualTo("rejected");
      assertThat(Files.readAllLines(folder.resolve("errors.jsonl"))).isNotEmpty();
      return;
    }
    List<String> ids = ids();
    List<String> answered = customIds("output.jsonl");
    List<String> failed = customIds("errors.jsonl");
    assertThat(answered)
        .as("I3: paid answers, in input order")
        .isEqualTo(
            ids.stream()
                .filter(id -> paid.contains(Executions.row(job.id().value(), id)))
                .toList());
    assertThat(failed)
        .as("I3: the others, in input order")
        .isEqualTo(ids.stream().filter(id -> !answered.contains(id)).toList());
    assertThat(report.at("/balance/rows").asLong()).isEqualTo(ids.size());
    assertThat(report.at("/balance/answered").asLong()).isEqualTo(answered.size());
    assertThat(report.at("/balance/failed").asLong()).isEqualTo(failed.size());
    assertThat(report.at("/cost/reused_rows").asLong())
        .as("rows that were reused")
        .isEqualTo(reused);
    requireOwnAnswers(ids, answered);
    switch (dropped.kind()) {
      case TABLE, CHARSET, BRIEF, NOW, LATE, AGAIN -> requireTable(ids, answered);
      case SOURCES, ARCHIVE -> requireFiles(ids, answered);
      default -> {}
    }
  }

  private List<String> ids() {
    return dropped.ids().isEmpty()
        ? IntStream.rangeClosed(1, dropped.rows().size())
            .mapToObj(row -> RowId.of(job.id(), row))
            .toList()
        : dropped.ids();
  }

  private List<String> customIds(String file) throws IOException {
    List<String> ids = new ArrayList<>();
    if (Files.exists(folder.resolve(file))) {
      for (String line : Files.readAllLines(folder.resolve(file))) {
        ids.add(JSON.readTree(line).path("custom_id").asText());
      }
    }
    return ids;
  }

  private void requireOwnAnswers(List<String> ids, List<String> answered) throws IOException {
    if (answered.isEmpty()) {
      return;
    }
    for (String line : Files.readAllLines(folder.resolve("output.jsonl"))) {
      JsonNode json = JSON.readTree(line);
      String text = dropped.rows().get(ids.indexOf(json.path("custom_id").asText()));
      assertThat(json.at("/response/body/choices/0/message/content").asText())
          .as("I3: the row's own answer")
          .isEqualTo(MARK + text);
    }
  }

  private void requireTable(List<String> ids, List<String> answered) throws IOException {
    List<NamedCsvRecord> records = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(folder.resolve("results.csv"))) {
      csv.forEach(records::add);
    }
    assertThat(records).hasSize(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      boolean isAnswered = answered.contains(ids.get(i));
      assertThat(records.get(i).getField("text")).isEqualTo(dropped.rows().get(i));
      assertThat(records.get(i).getField("answer"))
          .isEqualTo(isAnswered ? MARK + dropped.rows().get(i) : "");
      assertThat(records.get(i).getField("batchdrop_error").isEmpty()).isEqualTo(isAnswered);
    }
  }

  private void requireFiles(List<String> ids, List<String> answered) throws IOException {
    List<String> contents = new ArrayList<>();
    if (Files.isDirectory(folder.resolve("files"))) {
      try (Stream<Path> files = Files.walk(folder.resolve("files"))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          contents.add(Files.readString(file).strip());
        }
      }
    }
    assertThat(contents)
        .isEqualTo(
            answered.stream().map(id -> MARK + dropped.rows().get(ids.indexOf(id))).toList());
  }
}
