package org.batchdrop.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Damages bytes the way a blind fuzzer does: bits, words of a dictionary, cuts, copies. */
public final class Mutation {

  private static final byte[] TELLING = {
    0, 1, '\t', '\n', '\r', ' ', '"', '\\', ',', '{', '}', '[', ']', ':', 0x7F, -128, -64, -17, -1
  };

  private Mutation() {}

  /**
   * A copy with up to five damages; now and then without any.
   *
   * @param words put in as they are, in UTF-8
   */
  public static byte[] of(byte[] original, List<String> words, Random random) {
    byte[] bytes = original;
    for (int left = random.nextInt(6); left > 0; left--) {
      bytes = once(bytes, words, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, List<String> words, Random random) {
    int at = random.nextInt(bytes.length + 1);
    int length = random.nextInt(Math.min(bytes.length - at, 40) + 1);
    return switch (random.nextInt(7)) {
      case 0 -> with(bytes, at, b -> (byte) (b ^ 1 << random.nextInt(8)));
      case 1 -> with(bytes, at, b -> TELLING[random.nextInt(TELLING.length)]);
      case 2 ->
          spliced(
              bytes,
              at,
              random.nextInt(3) == 0 ? length : 0,
              words.get(random.nextInt(words.size())).getBytes(StandardCharsets.UTF_8));
      case 3 -> spliced(bytes, at, length, new byte[0]);
      case 4 -> spliced(bytes, at, 0, java.util.Arrays.copyOfRange(bytes, at, at + length));
      case 5 -> random.nextInt(4) == 0 ? java.util.Arrays.copyOf(bytes, at) : bytes;
      default -> spliced(bytes, at, 0, new byte[] {TELLING[random.nextInt(TELLING.length)]});
    };
  }

  private interface Change {
    byte of(byte before);
  }

  private static byte[] with(byte[] bytes, int at, Change change) {
    byte[] copy = bytes.clone();
    if (at < copy.length) {
      copy[at] = change.of(copy[at]);
    }
    return copy;
  }

  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + added.length);
    out.write(bytes, 0, at);
    out.writeBytes(added);
    out.write(bytes, at + removed, bytes.length - at - removed);
    return out.toByteArray();
  }
}
