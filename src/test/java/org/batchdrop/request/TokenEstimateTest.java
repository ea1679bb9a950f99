package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.batchdrop.job.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEstimateTest {

  private static final String ASKS = "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]";

  @TempDir private Path folder;

  private static String line(String id, String members) {
    return "{\"custom_id\":\""
        + id
        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\","
        + members
        + "}}\n";
  }

  private static String asks(String content) {
    return ASKS.formatted(content);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("part.jsonl"), text);
  }

  private TokenEstimate estimate(String text, int assumed) throws IOException {
    return TokenEstimate.of(file(text), text.lines().count(), assumed);
  }

  private TokenEstimate.Basis basis(String text) throws IOException {
    return estimate(text, 500).basis();
  }

  @Test
  void anEmptyPartUsesNothing() throws IOException {
    assertThat(estimate("", 500).usage()).isEqualTo(Usage.NONE);
  }

  @Test
  void theSameFileGivesTheSameEstimate() throws IOException {
    Path file = file(mixed(3_000_000));

    assertThat(TokenEstimate.of(file, 9000, 5)).isEqualTo(TokenEstimate.of(file, 9000, 5));
  }

  @Test
  void theEnvelopeDoesNotCount() throws IOException {
    TokenEstimate brief = estimate(line("a", asks("How are you?")), 1);
    TokenEstimate wordy = estimate(line("a".repeat(60), asks("How are you?")), 1);

    assertThat(wordy.input()).isEqualTo(brief.input());
  }

  @Test
  void anEscapeCountsAsWhatItStandsFor() throws IOException {
    String raw = "\u4f60\u597d \u00e9\u03a9 \ud83d\ude00 ab/c";
    StringBuilder escaped = new StringBuilder();
    raw.chars()
        .forEach(
            c ->
                escaped.append(
                    c == '/' ? "\\/" : c < 0x80 ? "" + (char) c : "\\u%04x".formatted(c)));

    assertThat(estimate(line("a", asks(escaped.toString())), 1).input())
        .isEqualTo(estimate(line("a", asks(raw)), 1).input());
  }

  @Test
  void anImageInTheTextCountsLittle() throws IOException {
    String image = "iVBORw0KGgoAAAANSUhEUgAA".repeat(20_000);
    long tokens = estimate(line("a", asks("data:image/png;base64," + image)), 1).input();

    assertThat(tokens).isBetween(1000L, image.length() / 15L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "max_tokens":70                              | 70
          "max_completion_tokens": 80                  | 80
          "max_output_tokens":90                       | 90
          "max_tokens":70,"n":3                        | 210
          "max_tokens":70,"thinking_budget":1000       | 1070
          "max_tokens":"{}"                            | 500
          "max_tokens":null                            | 500
          "n":2                                        | 1000
          "metadata":{"max_tokens":70}                 | 500
          "user":"\\"max_tokens\\":70"                 | 500
          "max_tokens":99999999999999999999            | 1000000000
          """)
  void theMaximumOfTheBodyBoundsTheAnswer(String members, long output) throws IOException {
    TokenEstimate estimate = estimate(line("a", members + "," + asks("x")), 500);

    assertThat(estimate.output()).isEqualTo(output);
    assertThat(estimate.basis().isOutputAssumed()).isEqualTo(output % 500 == 0 && output < 1e9);
  }

  @Test
  void whatWasAssumedIsSaid() throws IOException {
    String with = line("a", "\"max_tokens\":100," + asks("x"));
    String without = line("b", asks("x"));

    assertThat(basis(with).show())
        .isEqualTo(
            "input: the whole file, by its characters; output: the maximum that each request"
                + " names");
    assertThat(basis(without).show()).endsWith("output: 500 tokens assumed for each answer");
    assertThat(basis(with + without).show())
        .endsWith("output: 500 tokens assumed for each answer without a maximum, 1 of 2 seen");
    assertThat(estimate(with + without, 500).output()).isGreaterThanOrEqualTo(600);
  }

  @Test
  void anEndpointWithoutAnswersHasNoOutput() throws IOException {
    assertThat(estimate(line("a", "\"input\":\"x\""), 0).output()).isZero();
  }

  @Test
  void aLineThatIsNoRequestStillCounts() throws IOException {
    assertThat(estimate("certainly no JSON, but text\n", 7).input()).isPositive();
    assertThat(estimate("certainly no JSON, but text\n", 7).output()).isEqualTo(7);
  }

  @Test
  void aLastLineWithoutItsEndIsALine() throws IOException {
    String line = line("a", "\"max_tokens\":70," + asks("x"));

    assertThat(estimate(line + line.strip(), 500).output()).isEqualTo(140);
  }

  @Test
  void aSampleIsCloseToTheWholeAndRatherAbove() throws IOException {
    String text = mixed(12_000_000);
    long exact = 0;
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        int body = new String(bytes, start, i - start, StandardCharsets.UTF_8).indexOf("{\"model");
        exact += TextWeight.ofJson(bytes, start + body, i - 1);
        start = i + 1;
      }
    }
    TokenEstimate estimate = estimate(text, 500);

    assertThat(estimate.basis().readBytes()).isEqualTo(100 * 16384);
    assertThat(estimate.basis().fileBytes()).isEqualTo(bytes.length);
    assertThat((double) estimate.input() * TextWeight.TOKEN / exact).isBetween(0.99, 1.08);
    assertThat(estimate.basis().show()).startsWith("input: 1.6 MB of ");
  }

  @Test
  void theMaximumOfLinesLongerThanAPieceIsFound() throws IOException {
    String content = "word ".repeat(40_000);
    String before = line("a", "\"max_tokens\":70," + asks(content)).repeat(20);
    String after = line("a", asks(content) + ",\"max_tokens\": 70").repeat(20);

    for (String text : new String[] {before, after}) {
      TokenEstimate estimate = estimate(text, 500);
      assertThat(estimate.output()).isEqualTo(20 * 70);
      assertThat(estimate.basis().isOutputAssumed()).isFalse();
      assertThat(estimate.input()).isBetween(20L * 40_000, 20L * 42_000);
    }
  }

  @Test
  void negativeNumbersAreRefused() throws IOException {
    Path file = file("");

    assertThatThrownBy(() -> TokenEstimate.of(file, -1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TokenEstimate.of(file, 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Lines of many lengths in changing scripts. */
  private static String mixed(int bytes) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    String[] words = {
      "batch ", "x = f(1);\\n", "\u4f60\u597d\u4e16\u754c", "tokens, ", "2026-11-20 "
    };
    while (text.length() < bytes) {
      StringBuilder content = new StringBuilder();
      String favourite = words[random.nextInt(words.length)];
      for (int i = random.nextInt(200); i >= 0; i--) {
        content.append(random.nextBoolean() ? favourite : words[random.nextInt(words.length)]);
      }
      text.append(line("row-" + text.length(), asks(content.toString())));
    }
    return text.toString();
  }
}
