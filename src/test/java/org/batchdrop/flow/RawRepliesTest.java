package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Secret;
import org.junit.jupiter.api.Test;

/** What a person sees of a provider's raw answers. */
class RawRepliesTest {

  private static final String KEY = "s" + "k-" + "Abcdefgh".repeat(4);

  private final List<String> lines = new ArrayList<>();
  private final RawReplies raw = new RawReplies(lines::add);

  private static Call call(Call.Purpose purpose) {
    return new Call(
        purpose,
        "GET",
        URI.create("https://api.example.com/v1/batches"),
        Map.of("Authorization", "Bearer " + KEY),
        new Call.Body.None(),
        Duration.ofSeconds(1),
        Secret.of(KEY));
  }

  private String shown(Call.Purpose purpose, int status, String body) {
    raw.replied(call(purpose), status, Map.of("date", "today", "x-echo", KEY, "server", KEY), body);
    return String.join("\n", lines);
  }

  @Test
  void statusHeadersThatMatterAndBodyAreShown() {
    assertThat(shown(Call.Purpose.BATCH_LIST, 200, "{\"data\":[]}"))
        .isEqualTo(
            "GET https://api.example.com/v1/batches -> HTTP 200 {date: today, server: ***}\n"
                + "  {\"data\":[]}");
  }

  @Test
  void aKeyIsTakenOutHoweverItIsWritten() {
    String escaped = "\\u0073k-" + KEY.substring(3);

    assertThat(shown(Call.Purpose.BATCH_LIST, 401, "{\"error\":\"" + escaped + "\"}"))
        .doesNotContain(KEY.substring(3, 15));
    assertThat(shown(Call.Purpose.BATCH_LIST, 502, "<p>Bearer " + KEY + "</p>"))
        .contains("<p>Bearer ***</p>")
        .doesNotContain(KEY.substring(0, 12));
  }

  @Test
  void longBodiesEndWithoutAPieceOfTheKey() {
    String body = "x".repeat(4090) + KEY;

    assertThat(shown(Call.Purpose.BATCH_LIST, 500, body))
        .hasSizeLessThan(4300)
        .doesNotContain(KEY.substring(0, 4));
    assertThat(shown(Call.Purpose.BATCH_LIST, 500, "y".repeat(5000))).contains("(904 more)");
  }

  @Test
  void controlCharactersAreHarmless() {
    assertThat(shown(Call.Purpose.BATCH_LIST, 500, "a\u001b[2J\nb"))
        .endsWith("  a [2J b")
        .doesNotContain("\u001b");
  }

  @Test
  void answersToRowsAreNotShownButRefusalsAre() {
    assertThat(shown(Call.Purpose.REQUEST, 200, "{\"secret\":1}"))
        .contains("12 characters of answers, not shown")
        .doesNotContain("secret");
    assertThat(shown(Call.Purpose.REQUEST, 400, "{\"error\":\"too long\"}")).contains("too long");
  }

  @Test
  void aCallWithoutAReplyIsShown() {
    raw.failed(call(Call.Purpose.BATCH), new ConnectException("refused " + KEY));

    assertThat(lines)
        .containsExactly(
            "GET https://api.example.com/v1/batches -> no reply: api.example.com: refused ***");
  }
}
