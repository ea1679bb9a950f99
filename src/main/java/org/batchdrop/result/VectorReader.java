package org.batchdrop.result;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads one embedding: an array of JSON numbers, or base64 of little-endian 32-bit floats, as
 * {@code encoding_format: base64} gives it. A number becomes the nearest double and that the
 * nearest float, as numpy does it. Confined to one thread.
 */
final class VectorReader {

  /** The value is no vector. */
  static final int NONE = -1;

  private static final int EXACT_POWERS = 22;
  private static final long EXACT_MANTISSA = 1L << 53;
  private static final double[] POWERS = new double[EXACT_POWERS + 1];

  static {
    double power = 1;
    for (int i = 0; i <= EXACT_POWERS; i++) {
      POWERS[i] = power;
      power *= 10;
    }
  }

  private final Scratch text = new Scratch(1024);
  private float[] numbers = {};
  private int size;
  private byte[] source = {};
  private int from;
  private int to;

  /**
   * Reads a valid JSON value.
   *
   * @return how many numbers it has, at least one; else {@link #NONE}
   */
  int read(byte[] bytes, int start, int end) {
    size = 0;
    source = bytes;
    from = start;
    to = end;
    return switch (bytes[start]) {
      case '[' -> array();
      case '"' -> base64();
      default -> NONE;
    };
  }

  /** The numbers of the last {@link #read}; those beyond its length mean nothing. */
  float[] numbers() {
    return numbers;
  }

  private int array() {
    int p = JsonBytes.afterSpace(source, from + 1, to);
    while (p < to - 1) {
      int after = JsonBytes.numberEnd(source, p, to);
      if (after < 0) {
        return NONE;
      }
      add((float) number(source, p, after));
      p = JsonBytes.afterSpace(source, after, to);
      p = source[p] == ',' ? JsonBytes.afterSpace(source, p + 1, to) : p;
    }
    return size == 0 ? NONE : size;
  }

  private int base64() {
    text.clear();
    JsonBytes.unescape(source, from + 1, to - 1, text);
    try {
      byte[] raw = Base64.getDecoder().decode(Arrays.copyOf(text.array(), text.size()));
      if (raw.length == 0 || raw.length % Float.BYTES != 0) {
        return NONE;
      }
      ByteBuffer floats = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
      while (floats.hasRemaining()) {
        add(floats.getFloat());
      }
      return size;
    } catch (IllegalArgumentException e) {
      return NONE;
    }
  }

  private void add(float value) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(256, 2 * size));
    }
    numbers[size++] = value;
  }

  /** The nearest double of a valid JSON number. */
  static double number(byte[] bytes, int from, int to) {
    int p = bytes[from] == '-' ? from + 1 : from;
    long mantissa = 0;
    int scale = 0;
    boolean fraction = false;
    for (; p < to && mantissa < EXACT_MANTISSA / 16; p++) {
      if (bytes[p] == '.') {
        fraction = true;
        continue;
      }
      if (bytes[p] < '0' || bytes[p] > '9') {
        break;
      }
      mantissa = mantissa * 10 + bytes[p] - '0';
      scale -= fraction ? 1 : 0;
    }
    if (p < to && (bytes[p] | 0x20) == 'e') {
      scale += exponent(bytes, p + 1, to);
      p = to;
    }
    // Both factors are exact, so that the one rounding of the operation is the right one.
    if (p < to || Math.abs(scale) > EXACT_POWERS) {
      return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
    }
    double value = scale < 0 ? mantissa / POWERS[-scale] : mantissa * POWERS[scale];
    return bytes[from] == '-' ? -value : value;
  }

  private static int exponent(byte[] bytes, int from, int to) {
    int p = bytes[from] == '-' || bytes[from] == '+' ? from + 1 : from;
    int value = 0;
    for (; p < to; p++) {
      value = Math.min(100_000, value * 10 + bytes[p] - '0');
    }
    return bytes[from] == '-' ? -value : value;
  }

  /** Writes the numbers with commas between them: those of an array with their own digits. */
  void put(OutputFile out) throws IOException {
    if (source[from] == '[') {
      for (int p = from + 1; p < to - 1; p++) {
        if (source[p] > ' ') {
          out.put(source[p]);
        }
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      String digits = Float.toString(numbers[i]);
      out.put((i == 0 ? digits : "," + digits).getBytes(StandardCharsets.US_ASCII));
    }
  }
}
