package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonEscapeTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Property(tries = 3000)
  void whatIsWrittenReadsBackAsTheText(@ForAll("texts") String text) throws Exception {
    byte[] in = ("<" + text + ">tail of the array").getBytes(StandardCharsets.UTF_8);
    int to = text.getBytes(StandardCharsets.UTF_8).length + 1;
    assertThat(read(write(in, 1, to, false))).isEqualTo(text);
    byte[] exact = text.getBytes(StandardCharsets.UTF_8);
    byte[] written = write(exact, 0, exact.length, false);
    assertThat(read(written)).isEqualTo(text);
    assertThat(JsonEscape.length(exact, 0, exact.length, false)).isEqualTo(written.length);
  }

  @Property(tries = 1000)
  void doubledQuotesAreWrittenOnce(@ForAll("texts") String text) throws Exception {
    byte[] doubled = text.replace("\"", "\"\"").getBytes(StandardCharsets.UTF_8);
    byte[] written = write(doubled, 0, doubled.length, true);
    assertThat(read(written)).isEqualTo(text);
    assertThat(JsonEscape.length(doubled, 0, doubled.length, true)).isEqualTo(written.length);
  }

  @Example
  void controlCharactersAreSpelledAsPythonSpellsThem() {
    byte[] all = new byte[34];
    for (int i = 0; i < 32; i++) {
      all[i] = (byte) i;
    }
    all[32] = 127;
    all[33] = '/';
    assertThat(new String(write(all, 0, all.length, false), StandardCharsets.UTF_8))
        .startsWith("\\u0000\\u0001")
        .contains("\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e")
        .endsWith("\\u001e\\u001f\u007f/");
  }

  @Example
  void malformedUtf8IsRefusedAtAnyPlace() {
    for (int at = 0; at < 30; at++) {
      byte[] text = "0123456789 some ascii text 0123456789".getBytes(StandardCharsets.US_ASCII);
      text[at] = (byte) 0xC3;
      byte[] out = new byte[text.length * 6 + LineBuffer.SLACK];
      assertThat(JsonEscape.write(text, 0, text.length, false, out, 0))
          .isEqualTo(JsonEscape.INVALID);
    }
  }

  private static byte[] write(byte[] in, int from, int to, boolean doubled) {
    byte[] out = new byte[3 + (to - from) * JsonEscape.MOST_GROWTH + LineBuffer.SLACK];
    int end = JsonEscape.write(in, from, to, doubled, out, 3);
    return Arrays.copyOfRange(out, 3, end);
  }

  private static String read(byte[] written) throws JsonProcessingException {
    return JSON.readValue("\"" + new String(written, StandardCharsets.UTF_8) + "\"", String.class);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "eight by",
            "\"",
            "\\",
            "\n",
            "\r\n",
            "\t",
            "\u0000",
            "\u001f",
            "\u007f",
            "é",
            "中文",
            "😀",
            "\u2028",
            "{{x}}",
            "${env:HOME}",
            "            ",
            "//")
        .list()
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }
}
