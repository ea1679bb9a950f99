package org.batchdrop.fuzz;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The slow, obvious judge of what is JSON: a decoder that reports, then Jackson over the text. */
public final class StrictJson {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .build();

  /**
   * What is known of a JSON text.
   *
   * @param isObject whether the value is an object
   * @param depth how deep arrays and objects are nested
   * @param hasHalfPair whether a name or text holds half of a surrogate pair
   * @param repeatsName whether the outermost object has a name twice
   */
  public record Facts(boolean isObject, int depth, boolean hasHalfPair, boolean repeatsName) {}

  private StrictJson() {}

  /** Judges bytes; empty when they are not one JSON value in valid UTF-8. */
  public static Optional<Facts> judge(byte[] bytes, int from, int to) {
    if (!isPlainUtf8(bytes, from, to)) {
      return Optional.empty();
    }
    // From bytes: over characters, Jackson takes U+2038 for the hexadecimal digit 8.
    try (JsonParser parser = FACTORY.createParser(bytes, from, to - from)) {
      JsonToken token = parser.nextToken();
      boolean isObject = token == JsonToken.START_OBJECT;
      Set<String> names = new HashSet<>();
      boolean half = false;
      boolean repeats = false;
      int depth = 0;
      int deepest = 0;
      for (; token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          deepest = Math.max(deepest, ++depth);
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token == JsonToken.FIELD_NAME) {
          half |= hasHalfPair(parser.currentName());
          repeats |= depth == 1 && isObject && !names.add(parser.currentName());
        } else {
          half |= hasHalfPair(parser.getText());
        }
        if (depth == 0) {
          parser.finishToken();
          return parser.nextToken() == null
              ? Optional.of(new Facts(isObject, deepest, half, repeats))
              : Optional.empty();
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Without what would let Jackson guess another charset. */
  private static boolean isPlainUtf8(byte[] bytes, int from, int to) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, from, to - from))
              .toString();
      return text.indexOf('\0') < 0 && !text.startsWith("\uFEFF");
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean hasHalfPair(String text) {
    return text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }
}
