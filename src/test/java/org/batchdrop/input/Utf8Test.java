package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class Utf8Test {

  @Property(tries = 5000)
  void agreesWithTheJdkOnMixedBytes(@ForAll("mixed") byte[] bytes) {
    assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(jdkAccepts(bytes));
  }

  /** All first bytes with all second bytes, followed by tails: every rule there is. */
  @Example
  void agreesWithTheJdkOnEveryLeadAndSecondByte() {
    for (int lead = 0x80; lead <= 0xFF; lead++) {
      for (int second = 0; second <= 0xFF; second++) {
        for (int tails = 0; tails <= 2; tails++) {
          byte[] bytes = new byte[2 + tails];
          bytes[0] = (byte) lead;
          bytes[1] = (byte) second;
          for (int i = 2; i < bytes.length; i++) {
            bytes[i] = (byte) 0xBF;
          }
          assertThat(Utf8.isValid(bytes, 0, bytes.length))
              .as("%x %x +%d", lead, second, tails)
              .isEqualTo(jdkAccepts(bytes));
        }
      }
    }
  }

  private static boolean jdkAccepts(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Provide
  Arbitrary<byte[]> mixed() {
    return Arbitraries.of("a", "plain text 8", "é", "中", "😀", "\u0000", "€")
        .list()
        .ofMaxSize(8)
        .flatMap(
            parts -> {
              byte[] good = String.join("", parts).getBytes(StandardCharsets.UTF_8);
              return Arbitraries.integers()
                  .between(0, Math.max(0, good.length - 1))
                  .flatMap(
                      at ->
                          Arbitraries.of(0x80, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xFF, 0x78)
                              .map(bad -> spoiled(good, at, bad)));
            });
  }

  private static byte[] spoiled(byte[] good, int at, int bad) {
    byte[] bytes = good.clone();
    if (bytes.length > 0) {
      bytes[at] = (byte) bad;
    }
    return bytes;
  }
}
