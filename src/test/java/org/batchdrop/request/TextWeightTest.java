package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextWeightTest {

  private static long piece(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return TextWeight.ofPiece(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @CsvSource({"hello world, 220", "x1, 120", "'{};', 300", "\u4f60\u597d, 252", "'', 0"})
  void eachByteCountsByItsClass(String text, long weight) {
    assertThat(piece(text)).isEqualTo(weight);
  }

  @Property
  void wordsAreWeighedOneByOne(
      @ForAll @Chars({'a', 'Z', '7', '.', '\u4f60', '\u00e9', '/'}) @StringLength(max = 900)
          String a,
      @ForAll @Chars({'a', 'Z', '7', '.', '\u4f60', '\u00e9', '/'}) @StringLength(max = 900)
          String b) {
    assertThat(piece(a + " " + b)).isEqualTo(piece(a) + piece(" ") + piece(b));
  }

  @Property
  void aPieceNeverWeighsLessThanTheJsonThatItIsAPieceOf(
      @ForAll @Chars({'a', ' ', '7', '.', '\u4f60'}) @StringLength(max = 60) String text) {
    byte[] json =
        ("{\"role\":\"user\",\"n\":[1,true],\"content\":\"" + text + "\"}")
            .getBytes(StandardCharsets.UTF_8);

    assertThat(TextWeight.ofPiece(json, 0, json.length))
        .isGreaterThanOrEqualTo(TextWeight.ofJson(json, 0, json.length));
  }

  @Property
  void anyBytesHaveAWeight(@ForAll byte[] bytes) {
    assertThat(TextWeight.ofPiece(bytes, 0, bytes.length)).isNotNegative();
    assertThat(TextWeight.ofJson(bytes, 0, bytes.length)).isNotNegative();
  }
}
