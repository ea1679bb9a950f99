package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.JsonText;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.fuzz.StrictJson;
import org.batchdrop.result.ResultLine.Place;
import org.batchdrop.result.ResultLine.Verdict;

/** A line is read the same whatever was read before it, and valid exactly when Jackson says so. */
final class ResultLineFuzz implements FuzzTarget {

  static final List<String> WORDS = new ArrayList<>(JsonText.WORDS);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> POINTERS = List.of("/choices/0/message/content", "/x", "");
  private static final int SURELY_DEEP = 400;

  static {
    WORDS.addAll(
        List.of(
            "\n",
            "\r\n",
            "\"error\":{}",
            "\"error\":\"\"",
            "\"error\":null,",
            "\"status_code\":500",
            "\"status_code\":\"200\"",
            "\"body\":null",
            "\"body\":\"{\\\"choices\\\":[]}\"",
            "\"custom_id\":\"\"",
            "\"custom_id\":7",
            "\"custom_id\":\"r-2\"",
            "custom\\u005fid",
            "\"choices\":[",
            "\"data\":[]",
            "\"response\":null",
            "\"usage\":{\"total_tokens\":-1}"));
  }

  private final ResultLine experienced = new ResultLine(POINTERS);

  @Override
  public byte[] generate(Random random) {
    StringBuilder text = new StringBuilder();
    byte[] line = random.nextBoolean() ? RandomLines.envelope(random) : RandomLines.line(random);
    for (int i = random.nextInt(4); i >= 0; i--) {
      line =
          random.nextInt(4) == 0 ? RandomLines.envelope(random) : RandomLines.varied(line, random);
      text.append(new String(line, StandardCharsets.UTF_8).replace('\n', ' ')).append('\n');
    }
    return Mutation.of(text.toString().getBytes(StandardCharsets.UTF_8), WORDS, random);
  }

  @Override
  public void check(byte[] input) throws IOException {
    int from = 0;
    for (int to = 0; to <= input.length; to++) {
      if (to == input.length || input[to] == '\n') {
        if (JsonBytes.afterSpace(input, from, to) < to) {
          line(input, from, to);
        }
        from = to + 1;
      }
    }
  }

  private void line(byte[] bytes, int from, int to) throws IOException {
    ResultLine fresh = new ResultLine(POINTERS);
    final Verdict expected = fresh.read(bytes, from, to);
    int end = experienced.tryEnd(bytes, from, bytes.length);
    assertThat(end).as("the line's end").isIn(-1, to);
    assertThat(experienced.read(bytes, from, to)).isEqualTo(expected);
    assertThat(experienced.hasId()).isEqualTo(fresh.hasId());
    if (expected != Verdict.MALFORMED) {
      for (Place place : Place.values()) {
        assertThat(experienced.start(place)).as(place.name()).isEqualTo(fresh.start(place));
        assertThat(experienced.end(place)).as(place.name()).isEqualTo(fresh.end(place));
      }
      for (int i = 0; i < POINTERS.size(); i++) {
        assertThat(experienced.valueStart(i)).isEqualTo(fresh.valueStart(i));
        assertThat(experienced.valueEnd(i)).isEqualTo(fresh.valueEnd(i));
      }
      assertThat(experienced.tokens()).isEqualTo(fresh.tokens());
    }
    judge(fresh, expected, bytes, from, to);
  }

  private static void judge(ResultLine line, Verdict verdict, byte[] bytes, int from, int to)
      throws IOException {
    Optional<StrictJson.Facts> facts = StrictJson.judge(bytes, from, to);
    boolean object = facts.filter(StrictJson.Facts::isObject).isPresent();
    if (!object) {
      assertThat(verdict).isEqualTo(Verdict.MALFORMED);
    } else if (!facts.get().hasHalfPair() && facts.get().depth() < SURELY_DEEP) {
      assertThat(verdict).as(facts.toString()).isNotEqualTo(Verdict.MALFORMED);
      if (!facts.get().repeatsName()) {
        JsonNode id = JSON.readTree(bytes, from, to - from).path("custom_id");
        assertThat(line.hasId()).isEqualTo(id.isTextual() && !id.textValue().isEmpty());
      }
    }
  }
}
