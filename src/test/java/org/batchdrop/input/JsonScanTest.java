package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonScanTest {

  private final ObjectMapper oracle =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNumberLength(9000).build())
              .build());

  @Property(tries = 2000)
  void acceptsWhatJacksonAcceptsAndRefusesWhatItRefuses(@ForAll("nearlyJson") String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean ours = new JsonScan().check(bytes, 0, bytes.length) == null;
    assertThat(ours).as(text).isEqualTo(jacksonAccepts(text));
  }

  @Property(tries = 1000)
  void findsTheMembersThatJacksonFinds(@ForAll("objects") String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonScan scan = new JsonScan();
    assertThat(scan.check(bytes, 0, bytes.length)).isNull();
    Iterator<Map.Entry<String, JsonNode>> members = oracle.readTree(text).properties().iterator();
    for (int i = 0; i < scan.members(); i++) {
      Map.Entry<String, JsonNode> expected = members.next();
      assertThat(scan.name(i)).isEqualTo(expected.getKey());
      assertThat(scan.find(expected.getKey().getBytes(StandardCharsets.UTF_8))).isEqualTo(i);
      String value =
          new String(
              bytes,
              scan.valueStart(i),
              scan.valueEnd(i) - scan.valueStart(i),
              StandardCharsets.UTF_8);
      assertThat(oracle.readTree(value)).isEqualTo(expected.getValue());
    }
    assertThat(members.hasNext()).isFalse();
  }

  @Example
  void refusesWhatProvidersChokeOn() {
    assertThat(check("{\"a\":1,\"a\":2}")).contains("'a' twice");
    assertThat(check("{\"a\":1,\"\\u0061\":2}")).contains("'a' twice");
    assertThat(check("\"\\ud83d\"")).contains("surrogate");
    assertThat(check("\"\\ude00\\ud83d\"")).contains("surrogate");
    assertThat(check("\"\\ud83d\\ude00\"")).isNull();
    assertThat(check("[".repeat(1000) + "]".repeat(1000))).isNull();
    assertThat(check("[".repeat(1001) + "]".repeat(1001))).contains("deeper than 1000");
    assertThat(check("[".repeat(1_000_000))).contains("deeper than 1000");
    assertThat(check("\u0000")).isNotNull();
    assertThat(check("")).contains("ends early");
    assertThat(check("1".repeat(100_000))).isNull();
  }

  @Example
  void findsNamesByWhatTheySayNotByHowTheyAreWritten() {
    byte[] text = "{\"\\u0041\":1,\"\\\\u0041\":2}".getBytes(StandardCharsets.UTF_8);
    JsonScan scan = new JsonScan();
    assertThat(scan.check(text, 0, text.length)).isNull();
    assertThat(scan.find("A".getBytes(StandardCharsets.UTF_8))).isZero();
    assertThat(scan.find("\\u0041".getBytes(StandardCharsets.UTF_8))).isEqualTo(1);
  }

  @Example
  void refusesAnEscapeWithADigitOfAnotherScript() {
    assertThat(check("\"\\u004\u2038\"")).contains("four hexadecimal digits");
    assertThat(check("\"\\u004\uFF11\"")).contains("four hexadecimal digits");
  }

  @Example
  void refusesMalformedUtf8() {
    for (byte[] bad :
        List.of(
            new byte[] {(byte) 0xC0, (byte) 0x80},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xE4, (byte) 0xB8},
            new byte[] {(byte) 0x80})) {
      byte[] text = new byte[bad.length + 2];
      text[0] = '"';
      System.arraycopy(bad, 0, text, 1, bad.length);
      text[text.length - 1] = '"';
      assertThat(new JsonScan().check(text, 0, text.length)).contains("UTF-8");
      assertThat(Utf8.isValid(bad, 0, bad.length)).isFalse();
    }
  }

  private static String check(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new JsonScan().check(bytes, 0, bytes.length);
  }

  private boolean jacksonAccepts(String text) {
    try (JsonParser parser =
        oracle.getFactory().createParser(text.getBytes(StandardCharsets.UTF_8))) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  @Provide
  Arbitrary<String> nearlyJson() {
    Arbitrary<String> token =
        Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"a\"",
            "\"b\\n\"",
            "\"\\u00e9\"",
            "\"中\"",
            "\"\\x\"",
            "1",
            "-0",
            "01",
            "1.5",
            "1.",
            "-",
            "1e5",
            "1e",
            ".5",
            "true",
            "fals",
            "null",
            " ",
            "\t",
            "\"",
            "\\",
            "\"\\/\"");
    return Arbitraries.oneOf(
        token.list().ofMaxSize(9).map(parts -> String.join("", parts)), objects());
  }

  @Provide
  Arbitrary<String> objects() {
    Arbitrary<String> value =
        Arbitraries.of(
            "1",
            "-2.5e+3",
            "true",
            "null",
            "\"x\"",
            "\"\"",
            "\"\\\"\\\\\"",
            "\"é😀\"",
            "[]",
            "[1, [2]]",
            "{}",
            "{\"k\" : [ {} ]}");
    Arbitrary<String> name = Arbitraries.strings().withChars("abcd中").ofMinLength(1).ofMaxLength(6);
    Arbitrary<String> gap = Arbitraries.of("", " ", "\t ");
    return Combinators.combine(name.set().ofMaxSize(40), value.list().ofSize(40), gap)
        .as(
            (names, values, space) -> {
              StringBuilder text = new StringBuilder(space + "{" + space);
              int i = 0;
              for (String each : names) {
                text.append(i == 0 ? "" : "," + space).append('"').append(each).append('"');
                text.append(space).append(':').append(space).append(values.get(i++)).append(space);
              }
              return text.append("}").append(space).toString();
            });
  }
}
