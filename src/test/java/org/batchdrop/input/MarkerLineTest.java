package org.batchdrop.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkerLineTest {

  @Test
  void whatIsWrittenIsFoundAgain() {
    assertThat(MarkerLine.of(3, 12, "src/a.c")).isEqualTo("=== 12: src/a.c ===");
    assertThat(MarkerLine.numberIn("=== 12: src/a.c ===", 3)).isEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"=== a: b ===", "== 1: a ==", "==== 1: a", "=== 1", "x === 1: a", "", "==="})
  void otherLinesAreNoMarkers(String line) {
    assertThat(MarkerLine.numberIn(line, 3)).isNegative();
  }

  @Test
  void aTextThatHoldsMarkersGetsLongerOnes() {
    List<byte[]> texts = List.of("a\n// === 1: x\n==== 7: y ====\n".getBytes(UTF_8), new byte[0]);
    assertThat(MarkerLine.marksFor(texts)).isEqualTo(5);
    assertThat(MarkerLine.marksFor(List.of("a == b\n======\n".getBytes(UTF_8)))).isEqualTo(3);
  }
}
