package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.batchdrop.config.InputFormat;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.Tree;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RetryPolicy;
import org.batchdrop.request.RowRanges;

/**
 * Whatever stands in a provider's files, no row is lost or comes from elsewhere, and the harvest
 * and the delivery agree.
 */
final class HarvestFuzz implements FuzzTarget {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Integer> ROWS = List.of(1, 2, 3, 6, 7, 8);
  private static final List<Integer> UNSENT = List.of(4, 5);
  private static final List<Integer> ALL = List.of(1, 2, 3, 4, 5, 6, 7, 8);
  private static final String RANGES = "1-3 6-8";
  private static final byte[] CUT = "\n====\n".getBytes(StandardCharsets.US_ASCII);
  private static final DeliveryOrder.Reason ENDED =
      new DeliveryOrder.Reason("missing_answer", "the batch ended");

  private final Path home;

  HarvestFuzz() {
    try {
      home = Files.createTempDirectory("harvest");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first byte chooses; then the files of two tries, output and errors in turn. */
  @Override
  public byte[] generate(Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean given = random.nextBoolean();
    out.write((given ? 1 : 0) + 2 * random.nextInt(8));
    for (int file = 0; file < 4; file++) {
      StringBuilder lines = new StringBuilder();
      for (int row : ROWS) {
        if (random.nextInt(5) > (file % 2 == 0 ? 1 : 3)) {
          String id = id(random.nextInt(9) == 0 ? 1 + random.nextInt(12) : row, given);
          lines.append(
              file % 2 == 0 || random.nextInt(3) == 0
                  ? JobFixture.answer(id, "t" + row)
                  : JobFixture.failure(
                      row, random.nextBoolean() ? "batch_expired" : "server_error"));
        }
      }
      out.writeBytes(
          Mutation.of(
              lines.toString().getBytes(StandardCharsets.UTF_8), ResultLineFuzz.WORDS, random));
      out.writeBytes(file < 3 ? CUT : new byte[0]);
    }
    return out.toByteArray();
  }

  @Override
  public void check(byte[] input) throws IOException {
    try {
      Tree.remove(home);
      Files.createDirectories(home);
      new Run(input.length == 0 ? 0 : input[0], files(input)).check();
    } finally {
      Tree.remove(home);
    }
  }

  private static List<byte[]> files(byte[] input) {
    List<byte[]> files = new ArrayList<>();
    int from = Math.min(1, input.length);
    for (int p = from; p + CUT.length <= input.length && files.size() < 3; p++) {
      if (Arrays.equals(input, p, p + CUT.length, CUT, 0, CUT.length)) {
        files.add(Arrays.copyOfRange(input, from, p + 1));
        from = p + CUT.length;
      }
    }
    files.add(Arrays.copyOfRange(input, Math.min(from, input.length), input.length));
    while (files.size() < 4) {
      files.add(new byte[0]);
    }
    return files;
  }

  private static String id(int row, boolean given) {
    return given ? "ticket " + row : JobFixture.id(row);
  }

  /** One input, from the files to the outbox. */
  private final class Run {

    private final JobFixture job;
    private final boolean given;
    private final long maxBytes;
    private final List<byte[]> files;
    private final List<Harvest.Try> tries = new ArrayList<>();
    private final PartId first = new PartId(JobFixture.JOB, 1, 1);
    private final PartId second = new PartId(JobFixture.JOB, 1, 2);

    Run(int choice, List<byte[]> files) throws IOException {
      this.files = files;
      given = (choice & 1) != 0;
      maxBytes = (choice & 2) != 0 ? 100 : 1 << 20;
      job = new JobFixture(home);
      if (given) {
        job.format = new InputFormat.Requests();
      }
      job.input("t.csv", "a\n1\n2\n3\n4\n5\n6\n7\n8\n");
      for (int row : UNSENT) {
        job.unsent(row, id(row, given), "line " + (row + 1), "ragged_record", "bad");
      }
    }

    void check() throws IOException {
      job.part(1, 1, RANGES, "", "");
      Files.writeString(job.folder.requests(first), requests(ROWS));
      download(first, 0);
      tries.add(new Harvest.Try(first, true, true, true, ENDED));
      Harvest once = harvest(false);
      Map<String, String> written = snapshot();
      assertThat(harvest(false)).as("harvested again").isEqualTo(once);
      assertThat(snapshot()).as("harvested again").isEqualTo(written);

      Set<Integer> again = again(once);
      Delivery early = deliver("early");
      Set<Integer> answeredEarly = rows(early, "output.jsonl");
      assertThat(early.answered()).isEqualTo(once.answered());
      assertThat(Collections.disjoint(answeredEarly, again)).as("tried again").isTrue();
      assertThat(once.answered() + once.failed() + again.size()).isLessThanOrEqualTo(ROWS.size());
      if (maxBytes > 100 || again.isEmpty()) {
        assertThat(once.answered() + once.failed() + again.size()).isEqualTo(ROWS.size());
      }
      if (!again.isEmpty()) {
        secondTry(again, answeredEarly);
      }
    }

    private void secondTry(Set<Integer> again, Set<Integer> answeredEarly) throws IOException {
      download(second, 2);
      tries.add(new Harvest.Try(second, true, true, true, ENDED));
      Harvest last = harvest(true);
      assertThat(last.next()).isEmpty();
      assertThat(last.answered() + last.failed()).isEqualTo(ROWS.size());
      String ranges = Files.readString(job.folder.rows(second)).strip().replace('\n', ' ');
      job.part(1, 2, ranges, null, null);
      job.parts.set(1, asDownloaded(job.parts.get(1)));
      Delivery end = deliver("end");
      Set<Integer> answered = rows(end, "output.jsonl");
      Set<Integer> failed = rows(end, "errors.jsonl");
      assertThat(end.answered()).isEqualTo(last.answered()).isEqualTo(answered.size());
      assertThat(answered).containsAll(answeredEarly);
      assertThat(failed).containsAll(UNSENT);
      assertThat(Collections.disjoint(failed, answered)).as("answered and failed").isTrue();
      assertThat(answered.size() + failed.size()).isEqualTo(ALL.size());
      assertThat(again).isNotEmpty();
    }

    private DeliveryOrder.Part asDownloaded(DeliveryOrder.Part part) {
      return new DeliveryOrder.Part(
          part.id(),
          part.batchId(),
          part.fileId(),
          part.status(),
          part.rows(),
          true,
          true,
          Optional.empty());
    }

    private void download(PartId part, int at) throws IOException {
      Files.write(job.folder.output(part), files.get(at));
      Files.write(job.folder.errors(part), files.get(at + 1));
    }

    private Harvest harvest(boolean isOver) throws IOException {
      return Harvest.of(
          new Harvest.Order(
              JobFixture.JOB,
              job.folder,
              job.format,
              AnswerCheck.NONE,
              List.copyOf(tries),
              RetryPolicy.DEFAULT,
              java.util.Optional.empty(),
              isOver,
              maxBytes),
          StopCheck.NEVER);
    }

    private Map<String, String> snapshot() throws IOException {
      Map<String, String> all = new TreeMap<>();
      try (var paths = Files.newDirectoryStream(job.folder.root(), "*.*")) {
        for (Path path : paths) {
          all.put(
              path.getFileName().toString(), Files.readString(path, StandardCharsets.ISO_8859_1));
        }
      }
      assertThat(all.keySet()).noneMatch(name -> name.endsWith(".tmp"));
      return all;
    }

    /** The rows of the next try, each with exactly its own line. */
    private Set<Integer> again(Harvest harvest) throws IOException {
      Set<Integer> rows = new HashSet<>();
      if (harvest.next().isPresent()) {
        RowRanges held = RowRanges.read(job.folder.rows(second));
        List<Integer> ascending = new ArrayList<>();
        for (int slot = 0; slot < held.size(); slot++) {
          ascending.add((int) held.rowAt(slot));
        }
        assertThat(ROWS).containsAll(ascending);
        assertThat(Files.readString(job.folder.requests(second))).isEqualTo(requests(ascending));
        assertThat(harvest.next().get().rows()).isEqualTo(ascending.size());
        rows.addAll(ascending);
      }
      return rows;
    }

    private String requests(List<Integer> rows) {
      StringBuilder text = new StringBuilder();
      rows.forEach(row -> text.append("{\"custom_id\":\"" + id(row, given) + "\",\"body\":{}}\n"));
      return text.toString();
    }

    private Delivery deliver(String outbox) throws IOException {
      DeliveryOrder order = job.order();
      return Outbox.publish(
          new DeliveryOrder(
              order.job(),
              order.folder(),
              order.pipeline(),
              home.resolve(outbox),
              order.state(),
              order.endpoint(),
              order.lane(),
              order.models(),
              ALL.size(),
              job.parts,
              order.times(),
              order.cost()),
          StopCheck.NEVER);
    }

    private Set<Integer> rows(Delivery delivery, String name) throws IOException {
      List<Integer> rows = new ArrayList<>();
      // Only LF ends a line; a provider may put a CR between two members.
      for (String line : Files.readString(delivery.folder().resolve(name)).split("\n")) {
        if (line.isEmpty()) {
          continue;
        }
        JsonNode json = JSON.readTree(line);
        boolean error = name.startsWith("errors");
        assertThat(!json.at("/error/code").asText().isEmpty()).isEqualTo(error);
        String id = json.path("custom_id").textValue();
        int row = Integer.parseInt(id.substring(given ? "ticket ".length() : id.indexOf('-') + 1));
        assertThat(id).isEqualTo(id(row, given));
        rows.add(row);
      }
      assertThat(rows).isSorted().doesNotHaveDuplicates().isSubsetOf(ALL);
      return new HashSet<>(rows);
    }
  }
}
