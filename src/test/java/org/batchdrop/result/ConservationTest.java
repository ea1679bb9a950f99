package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchdrop.result.JobFixture.answer;
import static org.batchdrop.result.JobFixture.failure;
import static org.batchdrop.result.JobFixture.id;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.batchdrop.config.InputFormat;
import org.batchdrop.input.Tree;
import org.batchdrop.job.PartId;

/** Whatever providers do: rows in = answered + failed, each once, in input order. */
class ConservationTest {

  private static final ObjectMapper JACKSON = new ObjectMapper();

  @Property(tries = 150)
  void everyRowComesOutOnceAndInOrder(@ForAll long seed) throws IOException {
    Path home = Files.createTempDirectory("job");
    try {
      check(new JobFixture(home), new Random(seed));
    } finally {
      Tree.remove(home);
    }
  }

  private static void check(JobFixture job, Random random) throws IOException {
    boolean given = random.nextBoolean();
    if (given) {
      job.format = new InputFormat.Requests();
    }
    int rows = 1 + random.nextInt(40);
    int slices = 1 + random.nextInt(3);
    List<List<Integer>> bySlice = new ArrayList<>();
    for (int i = 0; i < slices; i++) {
      bySlice.add(new ArrayList<>());
    }
    StringBuilder table = new StringBuilder("a,b\n");
    Set<Integer> unsent = new TreeSet<>();
    for (int row = 1; row <= rows; row++) {
      table.append(row).append(",\"x\ny\"\n");
      if (random.nextInt(8) == 0) {
        unsent.add(row);
        job.unsent(row, name(row, given), "line " + row, "ragged_record", "bad");
      } else {
        bySlice.get(given ? random.nextInt(slices) : row * slices / (rows + 1)).add(row);
      }
    }
    job.input("t.csv", table.toString());
    for (int i = 0; i < slices; i++) {
      if (!bySlice.get(i).isEmpty()) {
        slice(job, i + 1, bySlice.get(i), rows, given, random);
      }
    }

    Delivery delivery = job.publish();

    List<Integer> answered = rowsOf(job.published("output.jsonl"), given);
    List<Integer> failed = rowsOf(job.published("errors.jsonl"), given);
    assertThat(answered).isSorted().doesNotHaveDuplicates().noneMatch(unsent::contains);
    assertThat(failed).isSorted().doesNotHaveDuplicates().containsAll(unsent);
    assertThat(delivery.rows()).isEqualTo(rows);
    assertThat(delivery.answered()).isEqualTo(answered.size());
    assertThat(delivery.failed()).isEqualTo(failed.size());
    Set<Integer> all = new TreeSet<>(answered);
    all.addAll(failed);
    assertThat(all).hasSize(rows).hasSize(answered.size() + failed.size());
    if (!given) {
      String results = Files.readString(job.published("results.csv"));
      for (int row = 1; row <= rows; row++) {
        String start = row + ",\"x\ny\",";
        assertThat(results).containsOnlyOnce("\n" + start);
      }
    }
  }

  private static String name(int row, boolean given) {
    return given ? "ticket " + row : id(row);
  }

  private static void slice(
      JobFixture job, int number, List<Integer> members, int rows, boolean given, Random random)
      throws IOException {
    StringBuilder ranges = new StringBuilder();
    StringBuilder requests = new StringBuilder();
    for (int row : members) {
      ranges.append(row).append('-').append(row).append(' ');
      requests.append("{\"custom_id\":\"").append(name(row, given)).append("\",\"body\":{}}\n");
    }
    Files.writeString(job.folder.requests(new PartId(JobFixture.JOB, number, 1)), requests);
    for (int generation = 1 + random.nextInt(2); generation >= 1; generation--) {
      job.part(number, generation, ranges.toString().strip(), "", "");
      PartId part = new PartId(JobFixture.JOB, number, generation);
      Files.write(job.folder.output(part), lines(members, rows, given, random));
      Files.write(job.folder.errors(part), lines(members, rows, given, random));
    }
  }

  private static byte[] lines(List<Integer> members, int rows, boolean given, Random random) {
    List<String> lines = new ArrayList<>();
    for (int row : members) {
      int copies = random.nextInt(4) == 0 ? random.nextInt(3) : 1;
      for (int i = 0; i < copies; i++) {
        lines.add(
            random.nextInt(3) > 0 || given
                ? answer(name(row, given), "t" + row)
                : failure(row, "c" + random.nextInt(3)));
      }
    }
    if (random.nextInt(3) == 0) {
      lines.add(answer(name(1 + random.nextInt(rows + 9), given) + "0", "foreign"));
    }
    Collections.shuffle(lines, random);
    byte[] bytes = String.join("", lines).getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      // Not a digit: damage may lose an answer, but must not turn it into another row's.
      bytes[random.nextInt(bytes.length)] = (byte) "\n\"{}\0x\\\u00FF".charAt(random.nextInt(8));
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, bytes.length * 3 / 4) : bytes;
  }

  private static List<Integer> rowsOf(Path file, boolean given) throws IOException {
    List<Integer> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode tree = JACKSON.readTree(line);
      boolean error = file.endsWith("errors.jsonl");
      assertThat(tree.at("/error/code").asText()).matches(code -> code.isEmpty() != error);
      String id = tree.path("custom_id").asText();
      rows.add(Integer.parseInt(id.substring(given ? "ticket ".length() : id.indexOf('-') + 1)));
    }
    return rows;
  }
}
