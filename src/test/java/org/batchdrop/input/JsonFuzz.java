package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.JsonText;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.fuzz.StrictJson;

/** {@link JsonScan} takes exactly the JSON that it says it takes. */
final class JsonFuzz implements FuzzTarget {

  private final JsonScan scan = new JsonScan();

  @Override
  public byte[] generate(Random random) {
    byte[] json = JsonText.value(random).getBytes(StandardCharsets.UTF_8);
    return Mutation.of(json, JsonText.WORDS, random);
  }

  @Override
  public void check(byte[] input) {
    // With foreign bytes on both sides, which no scan may look at.
    byte[] bytes = new byte[input.length + 16];
    java.util.Arrays.fill(bytes, (byte) '"');
    System.arraycopy(input, 0, bytes, 8, input.length);
    String problem = scan.check(bytes, 8, 8 + input.length);
    Optional<StrictJson.Facts> facts = StrictJson.judge(input, 0, input.length);
    boolean expected =
        facts
            .filter(f -> !f.hasHalfPair() && !f.repeatsName() && f.depth() <= JsonScan.MOST_DEPTH)
            .isPresent();
    assertThat(problem == null).as(() -> facts + ": " + problem).isEqualTo(expected);
    for (int i = 0; problem == null && i < scan.members(); i++) {
      int start = scan.valueStart(i);
      int end = scan.valueEnd(i);
      assertThat(StrictJson.judge(bytes, start, end)).isPresent();
      assertThat(scan.find(scan.name(i).getBytes(StandardCharsets.UTF_8))).isEqualTo(i);
    }
  }
}
