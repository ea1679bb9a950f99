package org.batchdrop.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {

  private static final String KEY = "canary-" + "Ab/3+dE=%f&<\"\\'9".repeat(2) + "-end";

  /** As others encode it, not as the code under test does. */
  static List<String> forms() {
    List<String> forms = new ArrayList<>(List.of(KEY, KEY.substring(0, 12), KEY.substring(0, 20)));
    forms.add(URLEncoder.encode(KEY, StandardCharsets.UTF_8));
    forms.add(
        KEY.replace("%", "%25")
            .replace("/", "%2f")
            .replace("+", "%2b")
            .replace("=", "%3d")
            .replace("&", "%26")
            .replace("<", "%3c")
            .replace("\"", "%22")
            .replace("\\", "%5c")
            .replace("'", "%27"));
    for (String before : List.of("", "Bearer ", "user:", "a", "ab", "abc")) {
      byte[] sent = (before + KEY).getBytes(StandardCharsets.US_ASCII);
      forms.add(Base64.getEncoder().encodeToString(sent));
      forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(sent));
    }
    forms.add(new String(JsonStringEncoder.getInstance().quoteAsString(KEY)));
    StringBuilder unicode = new StringBuilder();
    KEY.chars().forEach(c -> unicode.append("\\u%04x".formatted(c)));
    forms.add(unicode.toString());
    forms.add(
        KEY.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace("\"", "&quot;")
            .replace("'", "&#39;"));
    StringBuilder entities = new StringBuilder();
    KEY.chars().forEach(c -> entities.append("&#").append(c).append(';'));
    forms.add(entities.toString());
    byte[] bytes = KEY.getBytes(StandardCharsets.US_ASCII);
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
    return forms;
  }

  @ParameterizedTest
  @MethodSource("forms")
  void noFormOfTheKeyIsLeftInAText(String form) {
    Secret secret = Secret.of(KEY);

    String scrubbed = secret.scrub("你好: '" + form + "', again '" + form + "' end");

    assertThat(scrubbed).startsWith("你好: '").contains("***").endsWith("' end");
    // Two digits at either side of a Base64 form may depend on its neighbours.
    assertThat(scrubbed.length()).isLessThan("你好: '', again '' end".length() + 2 * (14 + 3));
    assertThat(scrubbed).doesNotContain(form, form.substring(form.length() / 3));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aStreamIsScrubbedWhereverItsBlocksEnd(String form) throws IOException {
    Secret secret = Secret.of(KEY);
    Random random = new Random(form.hashCode());
    for (int lead : new int[] {0, 1, 65_000, 65_530, 65_536, 65_600, 131_070}) {
      String text = "x".repeat(lead) + form + "\n" + "y".repeat(random.nextInt(300));

      String scrubbed = read(secret.scrubReply(new Trickle(text, random)));

      assertThat(scrubbed).isEqualTo(secret.scrub(text)).contains("***");
    }
  }

  @Test
  void aStreamWithoutTheKeyKeepsEachByte() throws IOException {
    Random random = new Random(1);
    byte[] noise = new byte[300_000];
    random.nextBytes(noise);
    // All but the last character of the least match, again and again.
    String near = KEY.substring(0, 11).repeat(20_000);
    Secret secret = Secret.of(KEY);
    assertThat(secret.scrubReply(new ByteArrayInputStream(noise)).readAllBytes()).isEqualTo(noise);
    assertThat(read(secret.scrubReply(new Trickle(near, random)))).isEqualTo(near);
  }

  @Test
  void manyKeysInARowAreAllTakenOut() throws IOException {
    Secret secret = Secret.of(KEY);
    String text = KEY.repeat(5_000);
    assertThat(
            read(
                secret.scrubReply(
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))))
        .isEqualTo("***".repeat(5_000));
    assertThat(secret.scrub(text)).isEqualTo("***".repeat(5_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "EMPTY", "no-key-needed"})
  void aPlaceholderIsAWordLikeAnyOtherInAReply(String placeholder) throws IOException {
    Secret secret = Secret.of(placeholder);
    String reply = "{\"id\":\"batch-" + placeholder + "\"}";
    assertThat(secret.scrubReply(reply)).isEqualTo(reply);
    assertThat(
            read(
                secret.scrubReply(
                    new ByteArrayInputStream(reply.getBytes(StandardCharsets.US_ASCII)))))
        .isEqualTo(reply);
    assertThat(secret.scrub("refused: " + placeholder)).isEqualTo("refused: ***");
  }

  @Test
  void aKeyOfAnyLengthIsScrubbedFromMessages() {
    for (int length = 1; length < 64; length++) {
      String key = "Q7z".repeat(22).substring(0, length);
      assertThat(Secret.of(key).scrub("[" + key + "]")).isEqualTo("[" + "***" + "]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%s\n%s", "%s %s", "%s\u00e9%s", "%s\u0000%s", "%s\u007f%s", "\u200b%s%s"})
  void aKeyWithCharactersThatNoHeaderTakesIsRefusedWithoutShowingIt(String form) {
    String half = "half-of-a-key";
    assertThatThrownBy(() -> Secret.of(form.formatted(half, half)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(half);
  }

  private static String read(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** A network: gives what it likes at a time. */
  private static final class Trickle extends ByteArrayInputStream {
    private final Random random;

    Trickle(String text, Random random) {
      super(text.getBytes(StandardCharsets.ISO_8859_1));
      this.random = random;
    }

    @Override
    public synchronized int read(byte[] target, int from, int length) {
      return super.read(target, from, Math.min(length, 1 + random.nextInt(9_000)));
    }
  }
}
