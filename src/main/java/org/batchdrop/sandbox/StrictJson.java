package org.batchdrop.sandbox;

import java.io.CharConversionException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Checks what the JSON parser is too kind to check: it guesses UTF-16 and UTF-32, skips a byte
 * order mark, does not decode the strings it skips, and takes half a surrogate pair for a
 * character, which could not be written again.
 */
final class StrictJson {
  private StrictJson() {}

  /**
   * Demands an object in valid UTF-8 without lone surrogates. Whether it is JSON at all is left to
   * the parser.
   *
   * @throws CharacterCodingException when the bytes are not UTF-8
   * @throws CharConversionException when they are no object, or have a NUL or a lone surrogate
   */
  static void requireObject(byte[] bytes, int from, int length)
      throws CharacterCodingException, CharConversionException {
    int end = from + length;
    int first = from;
    while (first < end && isSpace(bytes[first])) {
      first++;
    }
    if (first == end || bytes[first] != '{') {
      throw new CharConversionException("not an object");
    }
    boolean ascii = true;
    for (int i = first; i < end; i++) {
      byte value = bytes[i];
      if (value == '\\') {
        i = endOfEscape(bytes, i, end);
      } else if (value == 0) {
        throw new CharConversionException("a NUL byte");
      } else {
        ascii &= value > 0;
      }
    }
    if (!ascii) {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
    }
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || value == '\t' || value == '\r' || value == '\n';
  }

  /** Returns the index of the last byte of an escape, or of a pair of escapes. */
  private static int endOfEscape(byte[] bytes, int at, int end) throws CharConversionException {
    int unit = codeUnit(bytes, at, end);
    if (unit < 0) {
      return at + 1;
    }
    if (!Character.isSurrogate((char) unit)) {
      return at + 5;
    }
    int second = codeUnit(bytes, at + 6, end);
    boolean pair = second >= 0 && Character.isSurrogatePair((char) unit, (char) second);
    if (!pair) {
      throw new CharConversionException("a lone surrogate");
    }
    return at + 11;
  }

  /** Returns the value of a Unicode escape, or -1 when there is none at that place. */
  private static int codeUnit(byte[] bytes, int at, int end) {
    if (at + 6 > end || bytes[at] != '\\' || bytes[at + 1] != 'u') {
      return -1;
    }
    int value = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }
}
