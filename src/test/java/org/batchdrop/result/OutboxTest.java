package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.batchdrop.result.JobFixture.answer;
import static org.batchdrop.result.JobFixture.failure;
import static org.batchdrop.result.JobFixture.id;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.batchdrop.config.InputFormat;
import org.batchdrop.input.StopCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {

  @TempDir Path home;
  private JobFixture job;

  @BeforeEach
  void makeJob() throws IOException {
    job = new JobFixture(home);
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(job.text("report.json"));
  }

  private JobFixture threeRows() throws IOException {
    return job.input("t.csv", "a,b\n1,2\n3,4\n5,6\n");
  }

  @Test
  void bringsShuffledLinesIntoInputOrder() throws IOException {
    threeRows().part(1, 1, "1-3", answer(3, "c") + answer(1, "a") + answer(2, "b"), null);

    Delivery delivery = job.publish();

    assertThat(job.text("output.jsonl"))
        .isEqualTo(answer(1, "a") + answer(2, "b") + answer(3, "c"));
    assertThat(job.text("errors.jsonl")).isEmpty();
    assertThat(job.text("results.csv"))
        .isEqualTo("a,b,answer,batchdrop_error\n1,2,a,\n3,4,b,\n5,6,c,\n");
    assertThat(delivery)
        .isEqualTo(
            new Delivery(
                job.published("").normalize(),
                Delivery.State.COMPLETED,
                3,
                3,
                0,
                new Tokens(9, 6, 15, 0)));
  }

  @Test
  void tellsOfEveryRowWithoutAnswerWhy() throws IOException {
    job.input("t.csv", "a\n1\n2\n3\n4\n5\n")
        .part(
            1,
            1,
            "1-2 4-5",
            answer(1, "a") + "{\"custom_id\":\"" + id(4) + "\",\"resp",
            failure(2, "batch_expired"))
        .unsent(3, id(3), "line 4", "ragged_record", "has 2 fields; expected 1 from the header");

    job.publish();

    assertThat(job.lines("errors.jsonl"))
        .containsExactly(
            failure(2, "batch_expired").strip(),
            "{\"id\":null,\"custom_id\":\"3fa9c1-000000003\",\"response\":null,\"error\":{\"code\":"
                + "\"ragged_record\",\"message\":\"line 4: has 2 fields; expected 1 from the header\"}}",
            "{\"id\":null,\"custom_id\":\"3fa9c1-000000004\",\"response\":null,\"error\":{\"code\":"
                + "\"malformed_line\",\"message\":\"the provider's line for this row is not valid JSON\"}}",
            "{\"id\":null,\"custom_id\":\"3fa9c1-000000005\",\"response\":null,\"error\":{\"code\":"
                + "\"missing_answer\",\"message\":\"the provider returned no line for this row\"}}");
    assertThat(job.lines("results.csv"))
        .element(3)
        .isEqualTo("3,,ragged_record: line 4: has 2 fields; expected 1 from the header");
    assertThat(report().path("failed_by_code").toString())
        .isEqualTo(
            "{\"batch_expired\":1,\"malformed_line\":1,\"missing_answer\":1,\"ragged_record\":1}");
  }

  @Test
  void findsAnswersAndFailuresInEitherFile() throws IOException {
    threeRows().part(1, 1, "1-3", failure(1, "x") + answer(2, "b"), answer(3, "c"));

    job.publish();

    assertThat(job.text("output.jsonl")).isEqualTo(answer(2, "b") + answer(3, "c"));
    assertThat(job.text("errors.jsonl")).isEqualTo(failure(1, "x"));
  }

  @Test
  void keepsTheFirstAnswerAndReportsTheOthers() throws IOException {
    threeRows()
        .part(
            1,
            1,
            "1-3",
            failure(1, "x") + answer(1, "a") + answer(1, "z") + answer(2, "b") + answer(2, "b"),
            failure(2, "y") + answer(3, "c"));

    job.publish();

    assertThat(job.text("output.jsonl"))
        .isEqualTo(answer(1, "a") + answer(2, "b") + answer(3, "c"));
    assertThat(report().at("/lines_left_out/duplicate").asInt()).isEqualTo(1);
    assertThat(report().at("/lines_left_out/conflicting").asInt()).isEqualTo(3);
    assertThat(report().at("/tokens/total").asInt()).isEqualTo(15);
  }

  @Test
  void neverMergesLinesOfOthers() throws IOException {
    threeRows()
        .part(
            1,
            1,
            "1-2",
            answer("3fa9c1-000000003", "other part")
                + answer("3fa9c2-000000001", "other job")
                + answer("3fa9c1-1", "other spelling")
                + answer("3fa9c1-0000000001", "other spelling")
                + answer("3fa9c1-000000009", "no such row")
                + answer("mine", "never asked")
                + "{\"response\":null}\n"
                + answer(1, "a"),
            null)
        .part(2, 1, "3-3", answer(2, "other part"), null);

    job.publish();

    assertThat(job.text("output.jsonl")).isEqualTo(answer(1, "a"));
    assertThat(job.lines("errors.jsonl"))
        .hasSize(2)
        .allMatch(line -> line.contains("missing_answer"));
    assertThat(report().at("/lines_left_out/foreign").asInt()).isEqualTo(7);
    assertThat(report().at("/lines_left_out/without_custom_id").asInt()).isEqualTo(1);
    assertThat(report().at("/problems/0/location").asText())
        .isEqualTo("part-0001.output.jsonl line 1");
  }

  @Test
  void understandsIdsWithEscapes() throws IOException {
    threeRows().part(1, 1, "1-3", answer("3fa9c1\\u002d000000002", "b"), null);

    job.publish();

    assertThat(job.lines("results.csv")).element(2).isEqualTo("3,4,b,");
  }

  @Test
  void takesWhatLaterGenerationsAnswered() throws IOException {
    threeRows()
        .part(
            1, 1, "1-3", answer(1, "a"), failure(2, "batch_expired") + failure(3, "batch_expired"))
        .part(1, 2, "2-3", answer(2, "b") + answer(1, "paid twice"), failure(3, "content_filter"));

    job.publish();

    assertThat(job.text("output.jsonl")).isEqualTo(answer(1, "a") + answer(2, "b"));
    assertThat(job.text("errors.jsonl")).isEqualTo(failure(3, "content_filter"));
    assertThat(report().at("/lines_left_out/conflicting").asInt()).isEqualTo(1);
    assertThat(report().at("/batches").toString())
        .isEqualTo(
            "[{\"part\":1,\"generation\":1,\"batch_id\":\"batch_part-0001\",\"file_id\":"
                + "\"file_part-0001\",\"status\":\"completed\",\"rows\":3,\"answered\":1,\"failed\":2},"
                + "{\"part\":1,\"generation\":2,\"batch_id\":\"batch_part-0001.g2\",\"file_id\":"
                + "\"file_part-0001.g2\",\"status\":\"completed\",\"rows\":2,\"answered\":1,\"failed\":1}]");
  }

  @Test
  void givesTheReasonOfARefusalToAllItsRows() throws IOException {
    threeRows()
        .part(1, 1, "1-1", answer(1, "a"), null)
        .part(
            2,
            1,
            "2-3",
            null,
            null,
            Optional.of(new DeliveryOrder.Reason("invalid_json_line", "not parseable")));

    job.publish();

    assertThat(job.lines("results.csv"))
        .containsExactly(
            "a,b,answer,batchdrop_error",
            "1,2,a,",
            "3,4,,invalid_json_line: not parseable",
            "5,6,,invalid_json_line: not parseable");
  }

  @Test
  void survivesWhatDownloadsContain() throws IOException {
    threeRows()
        .part(
            1,
            1,
            "1-3",
            "\uFEFF" + answer(1, "a").strip() + "\r\n\r\n \n\0\0\n\uFEFF" + answer(3, "c").strip(),
            "");

    job.publish();

    assertThat(job.text("output.jsonl")).isEqualTo(answer(1, "a") + answer(3, "c"));
    assertThat(report().at("/lines_left_out/malformed").asInt()).isEqualTo(1);
  }

  @Test
  void joinsReadyMadeRequestsByTheirOwnIds() throws IOException {
    job.format = new InputFormat.Requests();
    job.input("r.jsonl", "not read\n");
    job.part(1, 1, "1-1 3-3", answer("k \\\"1\\\"", "one"), null)
        .part(2, 1, "2-2 4-4", answer("4", "four") + answer("missing", "x"), null);
    Files.writeString(
        job.folder.requests(job.parts.get(0).id()),
        "{\"custom_id\":\"\\u006b \\\"1\\\"\",\"body\":{}}\n{\"custom_id\":\"3\",\"body\":{}}\n");
    Files.writeString(
        job.folder.requests(job.parts.get(1).id()),
        "{\"custom_id\":\"two\",\"body\":{}}\n{\"body\":{},\"custom_id\":\"4\"}\n");

    job.publish();

    assertThat(job.text("output.jsonl"))
        .isEqualTo(answer("k \\\"1\\\"", "one") + answer("4", "four"));
    assertThat(job.lines("errors.jsonl"))
        .hasSize(2)
        .satisfies(lines -> assertThat(lines.get(0)).contains("\"custom_id\":\"two\""))
        .satisfies(lines -> assertThat(lines.get(1)).contains("\"custom_id\":\"3\""));
    assertThat(job.published("results.csv")).doesNotExist();
  }

  @Test
  void publishesNothingWhenTheRowsDoNotAddUp() throws IOException {
    threeRows().part(1, 1, "1-2", answer(1, "a"), null);
    job.rows = 3;

    assertThatThrownBy(job::publish)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 answered + 1 failed = 2 rows; expected 3");
    assertThat(job.published("")).doesNotExist();
  }

  @Test
  void publishesNothingWhenTwoPartsClaimOneRow() throws IOException {
    threeRows().part(1, 1, "1-2", answer(1, "a"), null).part(2, 1, "2-3", answer(3, "c"), null);

    assertThatThrownBy(job::publish)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("row 2 follows row 2");
    assertThat(job.published("")).doesNotExist();
  }

  @Test
  void publishesNothingWhenADownloadIsGone() throws IOException {
    threeRows().part(1, 1, "1-3", answer(1, "a"), "");
    Files.delete(job.folder.errors(job.parts.get(0).id()));

    assertThatThrownBy(job::publish).isInstanceOf(NoSuchFileException.class);
    assertThat(job.published("")).doesNotExist();
  }

  @Test
  void keepsTheInputInBothPlaces() throws IOException {
    threeRows().part(1, 1, "1-3", answer(1, "a"), null);

    job.publish();

    assertThat(job.text("input/t.csv")).isEqualTo("a,b\n1,2\n3,4\n5,6\n");
    assertThat(job.folder.input().resolve("t.csv")).exists();
    assertThat(report().at("/input").toString())
        .isEqualTo("{\"name\":\"t.csv\",\"bytes\":16,\"chosen_rows\":null}");
  }

  @Test
  void changesNothingWhenPublishedAgain() throws IOException {
    threeRows().part(1, 1, "1-3", answer(1, "a"), null);
    Delivery first = job.publish();
    FileTime before = Files.getLastModifiedTime(job.published("output.jsonl"));
    Files.delete(job.folder.output(job.parts.get(0).id()));

    assertThat(job.publish()).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(job.published("output.jsonl"))).isEqualTo(before);
  }

  @Test
  void startsAgainAfterACrashAtAnyStep() throws IOException {
    threeRows().part(1, 1, "1-3", answer(1, "a"), null);
    job.publish();
    String expected = tree(job.published(""));
    Path tmp = home.resolve("outbox/tickets/." + JobFixture.JOB.value() + ".tmp");
    List<Path> all;
    try (Stream<Path> files = Files.walk(job.published(""))) {
      all = files.sorted().toList();
    }
    for (int step = 0; step <= all.size(); step++) {
      Files.move(job.published(""), tmp);
      List<Path> left = all.subList(step, all.size());
      for (int i = left.size() - 1; i >= 0; i--) {
        Files.delete(tmp.resolve(job.published("").relativize(left.get(i)).toString()));
      }
      job.publish();
      assertThat(tree(job.published(""))).as("crash at step " + step).isEqualTo(expected);
      assertThat(tmp).doesNotExist();
    }
  }

  private static String tree(Path root) throws IOException {
    StringBuilder out = new StringBuilder();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted().toList()) {
        out.append(root.relativize(file)).append('\n');
        out.append(Files.isRegularFile(file) ? Files.readString(file) : "");
      }
    }
    return out.toString();
  }

  @Test
  void stopsBetweenRowsWithoutPublishing() throws IOException {
    threeRows().part(1, 1, "1-3", answer(1, "a"), null);
    AtomicInteger asked = new AtomicInteger();
    StopCheck stop = StopCheck.when(() -> asked.incrementAndGet() > 1);

    assertThatThrownBy(() -> Outbox.publish(job.order(), stop))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(job.published("")).doesNotExist();
    assertThat(job.publish().answered()).isEqualTo(1);
  }

  @Test
  void reportsEverythingInOneOrder() throws IOException {
    threeRows().part(1, 1, "1-3", answer(1, "a"), null);
    job.publish();

    assertThat(report().fieldNames())
        .toIterable()
        .containsExactly(
            "job",
            "pipeline",
            "provider",
            "models",
            "endpoint",
            "state",
            "lane",
            "input",
            "balance",
            "failed_by_code",
            "tokens",
            "cost",
            "times",
            "batches",
            "lines_left_out",
            "problem_count",
            "problems",
            "files");
    assertThat(report().path("balance").toString())
        .isEqualTo("{\"rows\":3,\"answered\":1,\"failed\":2,\"balanced\":true}");
    assertThat(job.text("report.json")).startsWith("{\n  \"job\" : \"").endsWith("}\n");
  }
}
