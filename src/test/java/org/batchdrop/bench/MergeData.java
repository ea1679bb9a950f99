package org.batchdrop.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.batchdrop.config.Budget;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.job.RowId;
import org.batchdrop.result.Delivery;
import org.batchdrop.result.DeliveryOrder;

/** Makes the same job for all contestants: {@code MergeData HOME PARTS ROWS_PER_PART}. */
public final class MergeData {

  static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  private static final String[] WORDS =
      ("the answer depends on how order refund ticket customer asked about delivery invoice Straße"
              + " café 订单 已经 发货 \\\"quoted\\\" maybe, perhaps; line\\nbreak and so it goes from here to"
              + " there while nobody looks at what was said before")
          .split(" ");

  private MergeData() {}

  public static void main(String[] args) throws IOException {
    Path home = Path.of(args[0]);
    int parts = Integer.parseInt(args[1]);
    int rows = Integer.parseInt(args[2]);
    JobFolder folder = folder(home);
    Files.createDirectories(folder.input());
    Random random = new Random(20261101);
    try (OutputStream table = open(folder.input().resolve("tickets.csv"))) {
      put(table, "id,when,subject,text,city\n");
      for (int part = 1; part <= parts; part++) {
        PartId id = new PartId(JOB, part, 1);
        int first = (part - 1) * rows + 1;
        Files.writeString(folder.rows(id), first + "-" + (first + rows - 1) + "\n");
        for (int row = first; row < first + rows; row++) {
          put(table, record(row, random));
        }
        writePart(folder, id, first, rows, random);
      }
    }
  }

  static JobFolder folder(Path home) {
    return new JobFolder(home.resolve("work").resolve(JOB.value()));
  }

  /** The order for {@code parts} parts of {@code rows} rows. */
  static DeliveryOrder order(Path home, int parts, int rows) {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("answer", "/choices/0/message/content");
    columns.put("tokens", "/usage/total_tokens");
    Pipeline pipeline =
        new Pipeline(
            "tickets",
            "",
            "any",
            Pipeline.Lanes.BATCH,
            new InputFormat.Csv(Optional.empty(), Optional.empty()),
            Optional.empty(),
            new Pipeline.Batch(Optional.empty(), Map.of()),
            Pipeline.Answer.ANY,
            new Pipeline.Result(columns, new Pipeline.Files(Optional.empty(), ""), true),
            RetryPolicy.DEFAULT,
            Pipeline.OnDuplicate.SKIP,
            false,
            Budget.NONE);
    List<DeliveryOrder.Part> list = new ArrayList<>();
    for (int part = 1; part <= parts; part++) {
      list.add(
          new DeliveryOrder.Part(
              new PartId(JOB, part, 1),
              Optional.of("batch_" + part),
              Optional.of("file_" + part),
              "completed",
              rows,
              true,
              true,
              Optional.empty()));
    }
    Instant time = Instant.EPOCH;
    return new DeliveryOrder(
        JOB,
        folder(home),
        pipeline,
        home.resolve("outbox"),
        Delivery.State.COMPLETED,
        "/v1/chat/completions",
        "batch",
        List.of("m"),
        (long) parts * rows,
        list,
        new DeliveryOrder.Times(
            time, Optional.of(time), Optional.of(time), Optional.of(time), time),
        DeliveryOrder.Cost.NONE);
  }

  private static void writePart(JobFolder folder, PartId id, int first, int rows, Random random)
      throws IOException {
    int[] order = new int[rows];
    for (int i = 0; i < rows; i++) {
      int at = random.nextInt(i + 1);
      order[i] = order[at];
      order[at] = first + i;
    }
    try (OutputStream output = open(folder.output(id));
        OutputStream errors = open(folder.errors(id))) {
      for (int row : order) {
        if (random.nextInt(500) == 0) {
          put(errors, failure(row));
        } else {
          put(output, answer(row, random));
        }
      }
    }
  }

  private static String record(int row, Random random) {
    return row
        + ",2026-11-01 12:"
        + (10 + row % 50)
        + ","
        + "re: order "
        + Integer.toHexString(random.nextInt())
        + (row % 10 == 0
            ? ",\"said \"\"no\"\", then\nleft without a further word about it\""
            : ",plain text that has no need of quotes at all, really".replace(", ", " "))
        + ",Zürich\n";
  }

  private static String failure(int row) {
    return "{\"id\":\"batch_req_"
        + row
        + "\",\"custom_id\":\""
        + RowId.of(JOB, row)
        + "\",\"response\":null,\"error\":{\"code\":\"batch_expired\",\"message\":\"not in time\"}}\n";
  }

  private static String answer(int row, Random random) {
    StringBuilder text = new StringBuilder();
    int length = 60 + random.nextInt(140);
    while (text.length() < length) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    int input = 40 + random.nextInt(60);
    int output = 10 + random.nextInt(50);
    String hex = Long.toHexString(random.nextLong() | Long.MIN_VALUE);
    return ("{\"id\":\"batch_req_%1$s\",\"custom_id\":\"%2$s\",\"response\":{\"status_code\":200,"
            + "\"request_id\":\"%1$s\",\"body\":{\"id\":\"chatcmpl-%1$s\",\"object\":\"chat.completion\","
            + "\"created\":17%3$08d,\"model\":\"small-model-2026-07-18\",\"choices\":[{\"index\":0,"
            + "\"message\":{\"role\":\"assistant\",\"content\":\"%4$s\",\"refusal\":null,"
            + "\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"%5$s\"}],\"usage\":{"
            + "\"prompt_tokens\":%6$d,\"completion_tokens\":%7$d,\"total_tokens\":%8$d,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
            + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}},"
            + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_%9$08x\"}},\"error\":null}\n")
        .formatted(
            hex,
            RowId.of(JOB, row),
            random.nextInt(90_000_000),
            text,
            random.nextInt(20) == 0 ? "length" : "stop",
            input,
            output,
            input + output,
            random.nextInt(8));
  }

  private static OutputStream open(Path path) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(path), 1 << 20);
  }

  private static void put(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
