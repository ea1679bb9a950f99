package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.JsonText;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.fuzz.StrictJson;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.RowSelection;

/** Every line that is not blank is a row; one without a problem is what it must be. */
final class LinesFuzz implements FuzzTarget {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST = CsvReader.MOST_RECORD_BYTES;
  private static final String URL = "/v1/chat/completions";
  private static final List<String> WORDS = new ArrayList<>(JsonText.WORDS);

  static {
    WORDS.addAll(
        List.of(
            "\n",
            "\r\n",
            "\n\n",
            " \r\n",
            "\"custom_id\":\"a\"",
            "\"custom_\\u0069d\":\"a\"",
            "\"stream\":true",
            "\"stream\":true,",
            ",\"stream_options\":{}",
            "\"body\":{}",
            "\"method\":\"GET\"",
            "\"url\":\"/v1/x\"",
            "\"model\":\"\"",
            "\"enable_thinking\":false,"));
  }

  private final Path file;

  LinesFuzz() {
    try {
      file = Files.createTempFile("lines", ".jsonl");
      file.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] generate(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      if (random.nextInt(3) == 0) {
        text.append(JsonText.value(random, "a", "custom_id", "body").replace('\n', ' '));
      } else {
        String id = "id-" + random.nextInt(8);
        text.append("{\"custom_id\":\"").append(id).append("\",\"method\":\"POST\",\"url\":\"");
        text.append(URL).append("\",\"a\":1,\"body\":{\"model\":\"m\",\"n\":");
        text.append(JsonText.value(random).replace('\n', ' ')).append("}}");
      }
      text.append(random.nextInt(4) == 0 ? "\r\n" : "\n");
    }
    return Mutation.of(text.toString().getBytes(StandardCharsets.UTF_8), WORDS, random);
  }

  @Override
  public void check(byte[] input) throws IOException {
    Files.write(file, input);
    List<byte[]> expected = rows(input);
    try (JsonLinesReader reader =
        new JsonLinesReader(file, List.of("a"), MOST, RowSelection.ALL, StopCheck.NEVER)) {
      for (byte[] line : expected) {
        assertThat(reader.next()).isTrue();
        checkFields(reader, line);
      }
      assertThat(reader.next()).isFalse();
      assertThat(reader.row()).isEqualTo(expected.size());
    } catch (InputRejected e) {
      assertRejected(e, input);
    }
    try (RequestLinesReader reader =
        new RequestLinesReader(file, List.of(URL), MOST, RowSelection.ALL, StopCheck.NEVER)) {
      Set<String> seen = new HashSet<>();
      for (byte[] line : expected) {
        assertThat(reader.next()).isTrue();
        checkRequest(reader, line, seen);
      }
      assertThat(reader.next()).isFalse();
    } catch (InputRejected e) {
      assertRejected(e, input);
    }
  }

  private static void assertRejected(InputRejected e, byte[] input) {
    String code = e.problems().get(0).code();
    boolean binary = code.equals("binary_input");
    assertThat(binary || code.equals("empty_input")).as(code).isTrue();
    assertThat(binary || input.length <= 3).as(code).isTrue();
  }

  private static void checkFields(JsonLinesReader reader, byte[] line) throws IOException {
    Optional<StrictJson.Facts> facts = StrictJson.judge(line, 0, line.length);
    boolean fit = facts.filter(LinesFuzz::isTaken).isPresent() && facts.get().isObject();
    boolean found = fit && JSON.readTree(line).has("a");
    RowProblem problem = reader.problem();
    assertThat(problem == null).as(() -> String.valueOf(problem)).isEqualTo(found);
    if (found) {
      JsonNode value = JSON.readTree(line).get("a");
      String inside = reader.fields().text(0);
      boolean quoted = reader.fields().kind(0) == Fields.JSON_STRING;
      assertThat(JSON.readTree(quoted ? '"' + inside + '"' : inside)).isEqualTo(value);
    }
  }

  private static boolean isTaken(StrictJson.Facts facts) {
    return !facts.hasHalfPair() && !facts.repeatsName() && facts.depth() <= JsonScan.MOST_DEPTH;
  }

  private static void checkRequest(RequestLinesReader reader, byte[] line, Set<String> seen)
      throws IOException {
    String id = reader.customId();
    boolean first = id == null || seen.add(id);
    assertThat(Arrays.equals(reader.bytes(), reader.start(), reader.end(), line, 0, line.length))
        .isTrue();
    if (reader.problem() != null) {
      return;
    }
    assertThat(first).as("one line for each id").isTrue();
    JsonNode json = JSON.readTree(line);
    assertThat(json.path("custom_id").textValue()).isEqualTo(id).isNotEmpty();
    assertThat(json.path("method").textValue()).isEqualTo("POST");
    assertThat(json.path("url").textValue()).isEqualTo(URL).isEqualTo(reader.url());
    assertThat(json.path("body").path("model").textValue()).isEqualTo(reader.model()).isNotEmpty();
    JsonNode sent = JSON.readTree(withoutCuts(reader));
    ((ObjectNode) json.path("body")).remove(List.of("stream", "stream_options"));
    assertThat(sent).isEqualTo(json);
  }

  private static byte[] withoutCuts(RequestLinesReader reader) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    int from = reader.start();
    for (int i = 0; i < reader.cuts(); i++) {
      sent.write(reader.bytes(), from, reader.cutStart(i) - from);
      from = reader.cutEnd(i);
    }
    sent.write(reader.bytes(), from, reader.end() - from);
    return sent.toByteArray();
  }

  /** The lines that are not blank, without terminator and byte order mark. */
  private static List<byte[]> rows(byte[] input) {
    boolean marked =
        input.length >= 3 && input[0] == -17 && input[1] == (byte) 0xBB && input[2] == (byte) 0xBF;
    List<byte[]> rows = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int i = marked ? 3 : 0; i <= input.length; i++) {
      if (i < input.length && input[i] != '\n') {
        line.write(input[i]);
        continue;
      }
      byte[] bytes = line.toByteArray();
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] == '\r') {
        end--;
      }
      byte[] row = Arrays.copyOf(bytes, end);
      line.reset();
      boolean blank = true;
      for (byte b : row) {
        blank &= b == ' ' || b == '\t' || b == '\r';
      }
      if (!blank) {
        rows.add(row);
      }
    }
    return rows;
  }
}
