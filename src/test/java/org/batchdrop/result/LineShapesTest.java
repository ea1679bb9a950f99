package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Jackson is the slow and obvious twin of the scan; the scan is that of the templates. */
class LineShapesTest {

  private static final ObjectMapper JACKSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final List<String> POINTERS =
      List.of(
          "/custom_id",
          "/error",
          "/error/code",
          "/response",
          "/response/status_code",
          "/response/body",
          "/response/body/choices/0/message/content",
          "/response/body/choices/1",
          "/response/body/usage/total_tokens",
          "/a~1b/~0",
          "");

  private final int[] start = new int[POINTERS.size()];
  private final int[] end = new int[POINTERS.size()];

  private JsonPaths paths() {
    JsonPaths paths = new JsonPaths();
    for (int i = 0; i < POINTERS.size(); i++) {
      paths.add(POINTERS.get(i), i);
    }
    return paths;
  }

  @Property(tries = 400)
  void scanAgreesWithJackson(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = damaged(RandomLines.line(random), random);
    boolean valid = new JsonScan(paths(), start, end).scan(bytes, 0, bytes.length);
    JsonNode tree = parsed(bytes);

    assertThat(valid).as(text(bytes)).isEqualTo(tree != null);
    if (tree != null) {
      for (int i = 0; i < POINTERS.size(); i++) {
        JsonNode wanted = tree.at(POINTERS.get(i));
        assertThat(start[i] >= 0)
            .as(POINTERS.get(i) + text(bytes))
            .isNotEqualTo(wanted.isMissingNode());
        if (start[i] >= 0) {
          byte[] found = Arrays.copyOfRange(bytes, start[i], end[i]);
          assertThat(JACKSON.readTree(found)).isEqualTo(wanted);
        }
      }
    }
  }

  @Property(tries = 200)
  void templatesGiveWhatTheScanGives(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int lines) {
    Random random = new Random(seed);
    int[] fastStart = new int[POINTERS.size()];
    int[] fastEnd = new int[POINTERS.size()];
    LineShapes shapes = new LineShapes(paths(), fastStart, fastEnd);
    JsonScan scan = new JsonScan(paths(), start, end);
    List<byte[]> models = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      models.add(RandomLines.envelope(random));
    }
    for (int i = 0; i < lines; i++) {
      byte[] model = models.get(random.nextInt(models.size()));
      byte[] bytes = damaged(RandomLines.varied(model, random), random);
      boolean slow = scan.scan(bytes, 0, bytes.length);
      boolean fast = shapes.find(bytes, 0, bytes.length);

      assertThat(fast).as(text(bytes)).isEqualTo(slow);
      if (slow) {
        assertThat(fastStart).as(text(bytes)).isEqualTo(start);
        assertThat(fastEnd).as(text(bytes)).isEqualTo(end);
      }
    }
  }

  private static byte[] damaged(byte[] line, Random random) {
    if (random.nextInt(3) > 0) {
      return line;
    }
    byte[] bytes = line.clone();
    switch (random.nextInt(4)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      case 2 ->
          bytes[random.nextInt(bytes.length)] = (byte) "\"\\{}[],:0n ".charAt(random.nextInt(11));
      default -> {
        int at = random.nextInt(bytes.length);
        int size = Math.min(random.nextInt(6), bytes.length - at);
        System.arraycopy(line, at + size, bytes, at, bytes.length - at - size);
        bytes = Arrays.copyOf(bytes, bytes.length - size);
      }
    }
    return bytes;
  }

  /** The tree, or null when the bytes are not valid JSON in valid UTF-8. */
  private static JsonNode parsed(byte[] bytes) {
    try {
      // Jackson alone lets some malformed UTF-8 pass.
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
      JsonNode tree = JACKSON.readTree(text);
      return tree.isMissingNode() ? null : tree;
    } catch (JsonProcessingException | CharacterCodingException e) {
      return null;
    }
  }

  private static String text(byte[] bytes) {
    return " in " + new String(bytes, StandardCharsets.UTF_8);
  }
}
