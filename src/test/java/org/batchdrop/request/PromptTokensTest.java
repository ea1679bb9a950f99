package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptTokensTest {

  private static final Encoding O200K =
      Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

  @TempDir private Path folder;

  private PromptTokens.Found count(String model, List<String> bodies) throws IOException {
    String lines =
        bodies.stream()
            .map(
                body ->
                    "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                        + "\"body\":"
                        + body
                        + "}\n")
            .collect(Collectors.joining());
    Path file = Files.writeString(folder.resolve("part.jsonl"), lines);
    return new PromptTokens(() -> false)
        .count(file, model, TokenEstimate.of(file, bodies.size(), 0));
  }

  private static String chat(String system, String user) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\""
        + system
        + "\"},{\"role\":\"user\",\"content\":\""
        + user
        + "\"}],\"max_tokens\":5}";
  }

  @Test
  void aChatIsCountedAsOpenAiDoes() throws IOException {
    PromptTokens.Found found =
        count("gpt-4o-mini", List.of(chat("Be brief.", "caf\\u00e9 \\\"quoted\\\"")));

    long texts =
        (long) O200K.countTokensOrdinary("Be brief.")
            + O200K.countTokensOrdinary("café \"quoted\"");
    assertThat(found.vocabulary()).hasValue("o200k_base");
    assertThat(found.input()).isEqualTo(texts + 2L * (3 + 1) + 3);
    assertThat(found.hasMedia()).isFalse();
    assertThat(found.cacheable()).isZero();
  }

  @Test
  void embeddingsArePlainTexts() throws IOException {
    String body = "{\"model\":\"m\",\"input\":[\"one two\",\"three\"]}";

    assertThat(count("text-embedding-3-small", List.of(body)).input()).isEqualTo(2 + 1);
  }

  @Test
  void imagesAndToolsAreTold() throws IOException {
    String body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"hi\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"}}]}],"
            + "\"tools\":[{\"type\":\"function\"}]}";
    PromptTokens.Found found = count("gpt-4o", List.of(body));

    assertThat(found.hasMedia()).isTrue();
    assertThat(found.hasOther()).isTrue();
    assertThat(found.input()).isBetween(1 + 1 + 3 + 3L, 20L);
  }

  @Test
  void aLongBeginningThatAllShareMayBeCachedInEachButTheFirst() throws IOException {
    String system = "You label tickets with care. ".repeat(300);
    PromptTokens.Found found =
        count("gpt-4o", List.of(chat(system, "a"), chat(system, "b"), chat(system, "c")));

    assertThat(found.shared()).isBetween(1700L, 1900L);
    assertThat(found.cacheable()).isEqualTo(2 * (found.shared() - found.shared() % 128));
  }

  @Test
  void aShortBeginningIsNotCachedByOpenAi() throws IOException {
    PromptTokens.Found found =
        count("gpt-4o", List.of(chat("Be brief.", "a"), chat("Be brief.", "b")));

    assertThat(found.shared()).isPositive();
    assertThat(found.cacheable()).isZero();
  }

  @Test
  void otherModelsAreEstimated() throws IOException {
    List<String> bodies = List.of(chat("Be brief.", "a"), chat("Be brief.", "b"));
    PromptTokens.Found found = count("qwen-plus", bodies);

    assertThat(found.vocabulary()).isEmpty();
    assertThat(found.input())
        .isEqualTo(TokenEstimate.of(folder.resolve("part.jsonl"), 2, 0).input());
    assertThat(found.cacheable()).isPositive().isLessThan(found.input());
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, o200k_base",
    "gpt-4o-mini-2024-07-18, o200k_base",
    "gpt-4.1-nano, o200k_base",
    "gpt-5, o200k_base",
    "o3-mini, o200k_base",
    "ft:gpt-4o-mini:me::x, o200k_base",
    "gpt-4, cl100k_base",
    "gpt-4-turbo, cl100k_base",
    "gpt-3.5-turbo-0125, cl100k_base",
    "text-embedding-3-large, cl100k_base",
    "gpt-oss-120b, ",
    "gpt-4all, ",
    "qwen-plus, ",
    "o1x, "
  })
  void vocabulariesGoByTheModelsName(String model, String expected) throws IOException {
    assertThat(count(model, List.of(chat("a", "b"))).vocabulary().orElse(null)).isEqualTo(expected);
  }

  @Test
  void countingCanBeStopped() throws IOException {
    count("gpt-4o", List.of(chat("a", "b")));
    Path file = folder.resolve("part.jsonl");
    TokenEstimate estimate = TokenEstimate.of(file, 1, 0);

    assertThatThrownBy(() -> new PromptTokens(() -> true).count(file, "gpt-4o", estimate))
        .isInstanceOf(InterruptedIOException.class);
  }
}
