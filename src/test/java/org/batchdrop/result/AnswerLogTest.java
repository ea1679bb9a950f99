package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.sim.SimClock;
import org.batchdrop.sim.SimDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerLogTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("part.answers.jsonl");
  }

  @Test
  void aLineHasTheEnvelopeOfABatch() throws IOException {
    Path output = folder.resolve("part.output.jsonl");
    try (AnswerLog log = AnswerLog.open(file)) {
      log.answer("\"a\"", 200, Optional.of("req_1"), "{\"choices\":[]}");
      log.failure("\"b\"", new Reason("missing_answer", "no \"reply\""));
      log.publish(output);
    }
    assertThat(file).doesNotExist();
    assertThat(output)
        .hasContent(
            """
            {"id":null,"custom_id":"a","response":{"status_code":200,"request_id":"req_1","body":{"choices":[]}},"error":null}
            {"id":null,"custom_id":"b","response":null,"error":{"code":"missing_answer","message":"no \\"reply\\""}}
            """);
  }

  /** Half a line in the middle would take all that follows with it when the log is read again. */
  @Test
  void whatTheDiskTookOfALineIsGoneBeforeTheNextOneIsWritten() throws IOException {
    SimDisk disk = new SimDisk(new SimClock(), SimDisk.Ordering.PREFIX);
    Path full = disk.path("/part.answers.jsonl");
    try (AnswerLog log = AnswerLog.open(full)) {
      log.answer("\"a\"", 200, Optional.empty(), "{}");
      disk.capacity(disk.used() + 40);
      assertThatThrownBy(() -> log.answer("\"b\"", 200, Optional.empty(), "{\"long\":true}"))
          .isInstanceOf(IOException.class);
      disk.capacity(Long.MAX_VALUE);
      log.answer("\"c\"", 200, Optional.empty(), "{}");
    }

    try (AnswerLog log = AnswerLog.open(full)) {
      assertThat(log.has("\"a\"")).isTrue();
      assertThat(log.has("\"b\"")).isFalse();
      assertThat(log.has("\"c\"")).isTrue();
    }
    assertThat(Files.readAllLines(full)).hasSize(2);
  }

  /** The one that made the file had failed before its name was on the disk. */
  @Test
  void linesOutliveALossOfPowerWhoeverMadeTheFile() throws IOException {
    SimDisk disk = new SimDisk(new SimClock(), SimDisk.Ordering.SUBSET);
    Path log = disk.path("/part.answers.jsonl");
    disk.observe(
        operation -> {
          if (operation.kind() == SimDisk.Kind.TRUNCATE) {
            throw new IOException("the volume is gone");
          }
        });
    assertThatThrownBy(() -> AnswerLog.open(log)).hasMessage("the volume is gone");
    disk.observe(operation -> {});
    try (AnswerLog again = AnswerLog.open(log)) {
      again.answer("\"a\"", 200, Optional.empty(), "{}");
    }

    for (int chance = 0; chance < 20; chance++) {
      disk.powerLoss(new Random(chance));
      disk.restart();
      assertThat(Files.readAllLines(log)).hasSize(1);
    }
  }

  @Test
  void afterACrashItGoesOnBehindItsLastWholeLine() throws IOException {
    try (AnswerLog log = AnswerLog.open(file)) {
      log.answer("\"a\"", 200, Optional.empty(), "{}");
    }
    String whole = Files.readString(file);
    Files.writeString(file, "{\"custom_id\":\"b\",\"resp", StandardOpenOption.APPEND);

    try (AnswerLog log = AnswerLog.open(file)) {
      assertThat(log.has("\"a\"")).isTrue();
      assertThat(log.has("\"b\"")).isFalse();
      assertThat(log.size()).isEqualTo(1);
      assertThat(file).hasContent(whole.strip());
      log.answer("\"b\"", 200, Optional.empty(), "{}");
      assertThat(log.has("\"b\"")).isTrue();
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void answersOfAnotherLogAreTakenOverAndNothingElse() throws IOException {
    Path other = folder.resolve("part.g2.answers.jsonl");
    try (AnswerLog log = AnswerLog.open(other)) {
      log.answer("\"a\"", 200, Optional.of("theirs"), "{}");
      log.answer("\"b\"", 200, Optional.of("theirs"), "{}");
      log.answer("\"c\"", 422, Optional.empty(), "{}");
      log.failure("\"d\"", new Reason("missing_answer", "m"));
      log.answer("\"e\"", 200, Optional.empty(), "{}");
    }
    Files.writeString(other, "{\"id\":null,\"custom_id\":\"f\",\"resp", StandardOpenOption.APPEND);
    try (AnswerLog log = AnswerLog.open(file)) {
      log.answer("\"a\"", 200, Optional.of("ours"), "{}");

      log.takeAnswers(other, Set.of("\"a\"", "\"b\"", "\"c\"", "\"d\"", "\"f\""));

      assertThat(log.size()).isEqualTo(2);
    }
    assertThat(Files.readAllLines(file))
        .satisfiesExactly(
            line -> assertThat(line).contains("\"a\"").contains("ours"),
            line -> assertThat(line).contains("\"b\"").contains("theirs"));
  }

  @Test
  void whatIsNoJsonInTheMiddleEndsTheLog() throws IOException {
    try (AnswerLog log = AnswerLog.open(file)) {
      log.answer("\"a\"", 200, Optional.empty(), "{}");
    }
    Files.write(file, new byte[100], StandardOpenOption.APPEND);
    Files.writeString(file, "\n{\"custom_id\":\"c\"}\n", StandardOpenOption.APPEND);

    try (AnswerLog log = AnswerLog.open(file)) {
      assertThat(log.size()).isEqualTo(1);
    }
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void linesThatArriveTogetherAreAllThereAndWhole() throws IOException {
    try (AnswerLog log = AnswerLog.open(file)) {
      IntStream.range(0, 500)
          .parallel()
          .forEach(
              row -> {
                try {
                  log.answer("\"r" + row + "\"", 200, Optional.empty(), "{\"row\":" + row + "}");
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(log.size()).isEqualTo(500);
    }
    try (AnswerLog log = AnswerLog.open(file)) {
      assertThat(log.size()).isEqualTo(500);
    }
  }
}
