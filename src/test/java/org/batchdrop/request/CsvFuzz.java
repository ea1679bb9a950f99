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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Intake;
import org.batchdrop.config.Pipeline;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.input.Tree;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.RowSelection;

/**
 * One thread, two threads and a library read the same table; every row that was chosen is sent or
 * listed, with the image that it names where the body has a hole for one.
 */
final class CsvFuzz implements FuzzTarget {

  private static final JobId JOB = new JobId("20240501-120000-3fa9c1");
  private static final String HEADER = "c0,c1\n";
  private static final InputFormat FORMAT = new InputFormat.Csv(Optional.of(','), Optional.empty());
  private static final Pipeline TEXTS =
      Yaml.pipeline(FORMAT, "{model: m, t: '{{c0}}', u: '{{c1}}'}");
  private static final Pipeline IMAGES =
      Yaml.pipeline(FORMAT, "{model: m, t: '{{c0}}', u: '{{c1:data-url}}'}");
  private static final String IMAGE = "a.png";
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 1, 2};
  private static final String DATA_URL =
      "data:image/png;base64," + Base64.getEncoder().encodeToString(PNG);

  private static final List<RowSelection> CHOSEN =
      Stream.of("1-", "1", "2-", "-3", "2-4,7", "1,3,5-", "9-", "3-3")
          .map(rows -> RowSelection.parse(rows).orElseThrow())
          .toList();
  private static final PartLimits LIMITS = new PartLimits(4, 2000, 500);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] CELLS = {
    "a",
    "",
    "\"q\"",
    "\"a,b\"",
    "\"x\ny\"",
    "\"d\"\"d\"",
    "5\"",
    " \"s\"",
    "é",
    "漢",
    "\\",
    "{{c1}}",
    IMAGE,
    "\"./a.png\"",
    "b.txt",
    "../a.png",
    "/a.png",
    "https://x/y",
    "HTTP://z"
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
          ",,,",
          IMAGE,
          "/",
          "..");

  /**
   * How a table is converted.
   *
   * @param chunk bytes that a thread takes at a time
   * @param hasImages whether the second field names an image
   * @param chosen the rows that are wanted
   */
  private record Way(int chunk, boolean hasImages, RowSelection chosen) {

    /** The first byte is the chunk; a negative one is followed by a byte that says more. */
    static Way of(byte[] input) {
      int chunk = input.length == 0 ? 1 : 1 + (input[0] & 0x7F);
      if (headOf(input) < 2) {
        return new Way(chunk, false, RowSelection.ALL);
      }
      return new Way(chunk, (input[1] & 1) != 0, CHOSEN.get((input[1] >> 1) & 7));
    }

    /** How many bytes stand before the table. */
    static int headOf(byte[] input) {
      return Math.min(input.length, input.length > 0 && input[0] < 0 ? 2 : 1);
    }

    boolean isEachRow() {
      return chosen.isAll();
    }
  }

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

  /** One or two bytes are the {@link Way}; the rest stands below the header. */
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
    int head = 1 + random.nextInt(2);
    byte[] input = new byte[damaged.length + head];
    input[0] = (byte) (random.nextInt(100) - (head == 2 ? 128 : 0));
    if (head == 2) {
      input[1] = (byte) random.nextInt(16);
    }
    System.arraycopy(damaged, 0, input, head, damaged.length);
    return input;
  }

  @Override
  public void check(byte[] input) throws IOException {
    Way way = Way.of(input);
    int head = Way.headOf(input);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HEADER.getBytes(StandardCharsets.UTF_8));
    bytes.write(input, head, input.length - head);
    byte[] table = bytes.toByteArray();
    try {
      Outcome one = convert(table, 1, way);
      Outcome two = convert(table, 2, way);
      assertThat(two).isEqualTo(one);
      if (one.prepared().isPresent()) {
        Map<Long, List<String>> rows = conserved(one, one.prepared().get());
        compare(table, rows, one, way);
      }
    } finally {
      Tree.remove(home);
    }
  }

  private Outcome convert(byte[] table, int threads, Way way) throws IOException {
    Tree.remove(home);
    JobFolder folder = new JobFolder(home);
    Files.createDirectories(folder.input());
    Path input = Files.write(folder.input().resolve("t.csv"), table);
    Path images = Files.createDirectory(home.resolve("images"));
    Files.write(images.resolve(IMAGE), PNG);
    Files.writeString(images.resolve("b.txt"), "no image");
    Pipeline pipeline =
        (way.hasImages() ? IMAGES : TEXTS)
            .with(new Intake(way.chosen(), new Intake.Images(List.of(images), 1 << 20)));
    Preparation preparation =
        new Preparation(
            JOB,
            folder,
            pipeline,
            LIMITS,
            List.of("/v1/chat/completions"),
            () -> false,
            threads,
            0,
            way.chunk());
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

  private static void compare(
      byte[] table, Map<Long, List<String>> rows, Outcome outcome, Way way) {
    List<List<String>> expected = new ArrayList<>();
    try (var reader =
        de.siegmar.fastcsv.reader.CsvReader.builder()
            .skipEmptyLines(true)
            .ofCsvRecord(text(table))) {
      for (CsvRecord one : reader) {
        expected.add(one.getFields());
      }
    } catch (CsvParseException e) {
      // A record of the wrong length is told before the quote in it; one that was not chosen isn't.
      if (way.isEachRow()) {
        assertThat(outcome.files().get("unsent.jsonl"))
            .containsAnyOf("malformed_quote", "ragged_record");
      }
      return;
    } catch (CharacterCodingException e) {
      if (way.isEachRow()) {
        assertThat(rows.values()).contains(List.of());
      }
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(rows.keySet())
        .containsExactlyElementsOf(
            LongStream.range(1, expected.size()).filter(way.chosen()::contains).boxed().toList());
    rows.forEach((row, sent) -> compare(row, sent, expected.get(row.intValue()), way));
  }

  private static void compare(long row, List<String> sent, List<String> fields, Way way) {
    boolean isRagged = fields.size() != 2;
    Optional<String> second =
        isRagged || !way.hasImages() ? Optional.empty() : image(fields.get(1));
    if (!sent.isEmpty()) {
      String last = way.hasImages() ? second.orElse("no image") : fields.get(1);
      assertThat(sent).as("row %d: %s", row, fields).containsExactly(fields.get(0), last);
    } else {
      boolean isLarge = String.join("", fields).length() > 40;
      boolean hasNoImage = way.hasImages() && second.isEmpty();
      assertThat(isRagged || isLarge || hasNoImage).as("row %d: %s", row, fields).isTrue();
    }
  }

  /** What is sent for a reference; empty when nothing can be. */
  private static Optional<String> image(String reference) {
    String start = reference.toLowerCase(Locale.ROOT);
    if (start.startsWith("http://") || start.startsWith("https://")) {
      return Optional.of(reference);
    }
    Deque<String> names = new ArrayDeque<>();
    for (String name : reference.split("/")) {
      if (name.equals("..") && names.isEmpty()) {
        return Optional.empty();
      } else if (name.equals("..")) {
        names.removeLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    boolean isImage = !reference.startsWith("/") && List.copyOf(names).equals(List.of(IMAGE));
    return isImage ? Optional.of(DATA_URL) : Optional.empty();
  }

  private static String text(byte[] table) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(table)).toString();
  }
}
