package org.batchdrop.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.Budget;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.job.RowId;

/** A job's work folder, built by hand. */
final class JobFixture {

  static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  static final String ANSWER = "/choices/0/message/content";
  private static final Instant TIME = Instant.parse("2026-11-01T12:00:00Z");

  final Path home;
  final JobFolder folder;
  final List<DeliveryOrder.Part> parts = new ArrayList<>();
  InputFormat format = new InputFormat.Csv(Optional.empty(), Optional.empty());
  Map<String, String> columns = Map.of("answer", ANSWER);
  Optional<String> extension = Optional.empty();
  Pipeline.Extract extract = Pipeline.Extract.TEXT;
  boolean csvSafe = true;
  long rows;

  JobFixture(Path home) throws IOException {
    this.home = home;
    this.folder = new JobFolder(home.resolve("work").resolve(JOB.value()));
    Files.createDirectories(folder.input());
  }

  JobFixture input(String name, String content) throws IOException {
    Files.writeString(folder.input().resolve(name), content);
    return this;
  }

  /** Adds a try; {@code null} for a file that was not downloaded. */
  JobFixture part(int number, int generation, String ranges, String output, String errors)
      throws IOException {
    return part(number, generation, ranges, output, errors, Optional.empty());
  }

  JobFixture part(
      int number,
      int generation,
      String ranges,
      String output,
      String errors,
      Optional<DeliveryOrder.Reason> refusal)
      throws IOException {
    PartId id = new PartId(JOB, number, generation);
    Files.writeString(folder.rows(id), ranges.replace(' ', '\n') + "\n");
    if (output != null) {
      Files.writeString(folder.output(id), output, StandardCharsets.UTF_8);
    }
    if (errors != null) {
      Files.writeString(folder.errors(id), errors, StandardCharsets.UTF_8);
    }
    long size = 0;
    for (String range : ranges.split(" ")) {
      String[] ends = range.split("-");
      size += Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1;
    }
    parts.add(
        new DeliveryOrder.Part(
            id,
            refusal.isPresent() ? Optional.empty() : Optional.of("batch_" + id.label()),
            Optional.of("file_" + id.label()),
            refusal.isPresent() ? "refused" : "completed",
            size,
            output != null,
            errors != null,
            refusal));
    if (generation == 1) {
      rows += size;
    }
    return this;
  }

  JobFixture unsent(long row, String customId, String location, String code, String message)
      throws IOException {
    String line =
        "{\"row\":%d,\"custom_id\":\"%s\",\"location\":\"%s\",\"code\":\"%s\",\"message\":\"%s\"}\n"
            .formatted(row, customId, location, code, message);
    Files.writeString(
        folder.unsentRows(),
        line,
        java.nio.file.StandardOpenOption.CREATE,
        java.nio.file.StandardOpenOption.APPEND);
    rows++;
    return this;
  }

  DeliveryOrder order() {
    Pipeline pipeline =
        new Pipeline(
            "tickets",
            "",
            "sandbox",
            Pipeline.Lanes.BATCH,
            format,
            Optional.empty(),
            new Pipeline.Batch(Optional.empty(), Map.of()),
            Pipeline.Answer.ANY,
            new Pipeline.Result(columns, new Pipeline.Files(extension, ANSWER, extract), csvSafe),
            RetryPolicy.DEFAULT,
            Pipeline.OnDuplicate.SKIP,
            false,
            Budget.NONE);
    return new DeliveryOrder(
        JOB,
        folder,
        pipeline,
        home.resolve("outbox"),
        Delivery.State.COMPLETED,
        "/v1/chat/completions",
        "batch",
        List.of("m-1"),
        rows,
        parts,
        new DeliveryOrder.Times(
            TIME, Optional.of(TIME), Optional.of(TIME), Optional.of(TIME), TIME),
        DeliveryOrder.Cost.NONE);
  }

  Delivery publish() throws IOException {
    return Outbox.publish(order(), StopCheck.NEVER);
  }

  Path published(String name) {
    return home.resolve("outbox").resolve("tickets").resolve(JOB.value()).resolve(name);
  }

  String text(String name) throws IOException {
    return Files.readString(published(name));
  }

  List<String> lines(String name) throws IOException {
    return Files.readAllLines(published(name));
  }

  static String id(long row) {
    return RowId.of(JOB, row);
  }

  /** An answer whose content is given as it stands between the quotes of a JSON string. */
  static String answer(long row, String content) {
    return answer(id(row), content);
  }

  static String answer(String id, String content) {
    return "{\"id\":\"b\",\"custom_id\":\""
        + id
        + "\",\"response\":{\"status_code\":200,\"body\":"
        + "{\"choices\":[{\"message\":{\"content\":\""
        + content
        + "\"}}],\"usage\":"
        + "{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}},\"error\":null}\n";
  }

  static String failure(long row, String code) {
    return "{\"id\":\"b\",\"custom_id\":\""
        + id(row)
        + "\",\"response\":null,\"error\":{\"code\":\""
        + code
        + "\",\"message\":\"m\"}}\n";
  }
}
