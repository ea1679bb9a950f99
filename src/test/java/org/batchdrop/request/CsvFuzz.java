package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.input.Tree;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;

/** One thread, two threads and a library read the same table; every row is sent or listed. */
final class CsvFuzz implements FuzzTarget {

  private static final JobId JOB = new JobId("20240501-120000-3fa9c1");
  private static final String HEADER = "c0,c1\n";
  private static final InputFormat FORMAT = new InputFormat.Csv(Optional.of(','), Optional.empty());
  private static final Pipeline PIPELINE =
      Yaml.pipeline(FORMAT, "{model: m, t: '{{c0}}', u: '{{c1}}'}");
  private static final PartLimits LIMITS = new PartLimits(4, 2000, 500);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] CELLS = {
    "a", "", "\"q\"", "\"a,b\"", "\"x\ny\"", "\"d\"\"d\"", "5\"", " \"s\"", "é", "漢", "\\", "{{c1}}"
  };
  private static final List<String> WORDS =
      List.of(
          ",",
          "\n",
          "\r\n",
          "\r",
          "\"",
          "\"\"",
          "\"\"\"",
          "\",\"",
          "\"\n\"",
          "\n\n",
          "\"\r\n\"",
          "a\"b",
          "\"a\"b",
          "\u0000",
          "\uFEFF",
          "\u2028",
          "😀",
          "x".repeat(300),
          ";",
          "\t",
          ",,,");

  /** A conversion's files by name, its end under an empty name. */
  private record Outcome(Map<String, String> files, Optional<Prepared> prepared) {}

  private final Path home;

  CsvFuzz() {
    try {
      home = Files.createTempDirectory("csv-fuzz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first byte is the length of a chunk; the rest stands below the header. */
  @Override
  public byte[] generate(Random random) {
    StringBuilder table = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      table.append(CELLS[random.nextInt(CELLS.length)]).append(',');
      table.append(CELLS[random.nextInt(CELLS.length)]);
      table.append(random.nextInt(5) == 0 ? "\r\n" : "\n");
    }
    byte[] body = table.toString().getBytes(StandardCharsets.UTF_8);
    byte[] damaged = Mutation.of(body, WORDS, random);
    byte[] input = new byte[damaged.length + 1];
    input[0] = (byte) random.nextInt(100);
    System.arraycopy(damaged, 0, input, 1, damaged.length);
    return input;
  }

  @Override
  public void check(byte[] input) throws IOException {
    int chunk = input.length == 0 ? 1 : 1 + (input[0] & 0x7F);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HEADER.getBytes(StandardCharsets.UTF_8));
    bytes.write(input, Math.min(1, input.length), Math.max(0, input.length - 1));
    byte[] table = bytes.toByteArray();
    try {
      Outcome one = convert(table, 1, chunk);
      Outcome two = convert(table, 2, chunk);
      assertThat(two).isEqualTo(one);
      if (one.prepared().isPresent()) {
        Map<Long, List<String>> rows = conserved(one, one.prepared().get());
        compare(table, rows, one);
      }
    } finally {
      Tree.remove(home);
    }
  }

  private Outcome convert(byte[] table, int threads, int chunk) throws IOException {
    Tree.remove(home);
    JobFolder folder = new JobFolder(home);
    Files.createDirectories(folder.input());
    Path input = Files.write(folder.input().resolve("t.csv"), table);
    Preparation preparation =
        new Preparation(
            JOB,
            folder,
            PIPELINE,
            LIMITS,
            List.of("/v1/chat/completions"),
            () -> false,
            threads,
            0,
            chunk);
    Map<String, String> files = new TreeMap<>();
    Optional<Prepared> prepared = Optional.empty();
    try {
      prepared = Optional.of(preparation.run(input));
      files.put("", prepared.get().toString());
    } catch (InputRejected e) {
      files.put("", e.problems().toString());
    }
    try (var all = Files.newDirectoryStream(home, "*.*")) {
      for (Path file : all) {
        assertThat(file.getFileName().toString()).doesNotEndWith(".tmp");
        files.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return new Outcome(files, prepared);
  }

  /** The fields that were sent of each row; none of one that was not sent. */
  private static Map<Long, List<String>> conserved(Outcome outcome, Prepared prepared)
      throws IOException {
    Map<Long, List<String>> rows = new TreeMap<>();
    for (Map.Entry<String, String> file : outcome.files().entrySet()) {
      boolean part = file.getKey().startsWith("part-") && file.getKey().endsWith(".jsonl");
      if (part || file.getKey().equals("unsent.jsonl")) {
        for (String line : file.getValue().lines().toList()) {
          JsonNode json = JSON.readTree(line);
          String id = json.get("custom_id").textValue();
          long row = Long.parseLong(id.substring(id.indexOf('-') + 1));
          assertThat(rows).as("row %d once", row).doesNotContainKey(row);
          rows.put(
              row,
              part
                  ? List.of(json.at("/body/t").textValue(), json.at("/body/u").textValue())
                  : List.of());
        }
      }
    }
    assertThat(rows).hasSize((int) prepared.rows());
    assertThat(prepared.parts().stream().mapToLong(PreparedPart::rows).sum())
        .isEqualTo(prepared.rows() - prepared.unsent());
    assertThat(rows.values().stream().filter(List::isEmpty).count()).isEqualTo(prepared.unsent());
    return rows;
  }

  private static void compare(byte[] table, Map<Long, List<String>> rows, Outcome outcome) {
    List<List<String>> expected = new ArrayList<>();
    try (var reader =
        de.siegmar.fastcsv.reader.CsvReader.builder()
            .skipEmptyLines(true)
            .ofCsvRecord(text(table))) {
      for (CsvRecord one : reader) {
        expected.add(one.getFields());
      }
    } catch (CsvParseException e) {
      // A record of the wrong length is told before the quote in it.
      assertThat(outcome.files().get("unsent.jsonl"))
          .containsAnyOf("malformed_quote", "ragged_record");
      return;
    } catch (CharacterCodingException e) {
      assertThat(rows.values()).contains(List.of());
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(rows).hasSize(expected.size() - 1);
    for (int i = 1; i < expected.size(); i++) {
      List<String> sent = rows.get((long) i);
      if (!sent.isEmpty()) {
        assertThat(sent).isEqualTo(expected.get(i));
      } else {
        boolean ragged = expected.get(i).size() != 2;
        boolean large = String.join("", expected.get(i)).length() > 40;
        assertThat(ragged || large).as("row %d: %s", i, expected.get(i)).isTrue();
      }
    }
  }

  private static String text(byte[] table) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(table)).toString();
  }
}
