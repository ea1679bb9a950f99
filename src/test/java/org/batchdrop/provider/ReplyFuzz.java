package org.batchdrop.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.JsonText;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.provider.Call.Purpose;

/** Whatever a provider replies is read without an exception, and never shows the key. */
final class ReplyFuzz implements FuzzTarget {

  private static final String KEY = "key-0123456789-abcdefghij-secret";
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final List<Purpose> PURPOSES = List.of(Purpose.values());
  private static final int[] STATUSES = {
    200, 201, 204, 302, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 422, 429, 500, 501, 503
  };
  private static final String[] NAMES = {
    "id",
    "status",
    "data",
    "value",
    "job",
    "error",
    "errors",
    "code",
    "type",
    "message",
    "detail",
    "output_file_id",
    "error_file_id",
    "input_file_id",
    "created_at",
    "metadata",
    "request_counts",
    "completed",
    "failed",
    "has_more",
    "last_id",
    "line"
  };
  private static final List<String> WORDS = new ArrayList<>(JsonText.WORDS);

  static {
    WORDS.addAll(
        List.of(
            KEY,
            "\"code\":\"" + KEY + "\"",
            "insufficient_quota",
            "Limit: 900,000 enqueued tokens",
            "limit of 30K",
            "limit 1_,.9",
            "limit:",
            "<html>",
            "\"status\":\"completed\"",
            "1e400",
            "\"created_at\":1e18,",
            "\"created_at\":\"999999999999\",",
            "\"id\":\"b\",",
            "-1e300",
            "\"created_at\":\"+1000000000-12-31T23:59:59Z\",",
            "9223372036854775808",
            "not found"));
  }

  private static final String[] RETRY = {
    "", "0", "1.5", "999999999.9", "-1", "Sun, 01 Nov 2026 12:00:10 GMT", "x", "１", "1e9"
  };

  /** Two bytes choose purpose, status and pause; the rest is the body. */
  @Override
  public byte[] generate(Random random) {
    String body =
        random.nextInt(3) == 0
            ? "{\"id\":\"b\",\"status\":\"in_progress\",\"errors\":"
                + json(random)
                + ",\"request_counts\":"
                + json(random)
                + ",\"created_at\":"
                + json(random)
                + "}"
            : json(random);
    byte[] bytes = Mutation.of(body.getBytes(StandardCharsets.UTF_8), WORDS, random);
    byte[] input = new byte[bytes.length + 2];
    input[0] = (byte) random.nextInt(256);
    input[1] = (byte) random.nextInt(256);
    System.arraycopy(bytes, 0, input, 2, bytes.length);
    return input;
  }

  private static String json(Random random) {
    return JsonText.value(random, NAMES);
  }

  @Override
  public void check(byte[] input) {
    byte[] whole = Arrays.copyOf(input, Math.max(2, input.length));
    int first = whole[0] & 0xFF;
    int second = whole[1] & 0xFF;
    Purpose purpose = PURPOSES.get(first % PURPOSES.size());
    int status = second < 230 ? STATUSES[second % STATUSES.length] : 100 + second * 2;
    String pause = RETRY[first / 8 % RETRY.length];
    String text = new String(whole, 2, whole.length - 2, StandardCharsets.UTF_8);
    Call call =
        new Call(
            purpose,
            "POST",
            URI.create("https://api.example.com/v1/batches"),
            Map.of("Authorization", "Bearer " + KEY),
            new Call.Body.None(),
            Duration.ofSeconds(1),
            Secret.of(KEY));
    Map<String, String> headers =
        second % 2 == 0 ? Map.of("retry-after", pause) : Map.of("retry-after-ms", pause);
    Reply reply = Replies.of(call, status, headers, text, NOW);
    if (reply instanceof Reply.Done done) {
      assertThat(status).isBetween(200, 299);
      checkViews(done);
      return;
    }
    assertThat(shown(reply)).doesNotContain(KEY.substring(0, 12));
    if (purpose == Purpose.BATCH && (status < 300 || status >= 500)) {
      boolean unknown = status >= 200;
      assertThat(unknown && !(reply instanceof Reply.Unclear))
          .as(() -> "a create with status " + status + " came to " + reply)
          .isFalse();
    }
    if (reply instanceof Reply.Later later) {
      later
          .retryAfter()
          .ifPresent(p -> assertThat(p).isBetween(Duration.ZERO, Duration.ofHours(1)));
    }
  }

  private static void checkViews(Reply.Done done) {
    BatchView.of(done.body())
        .ifPresent(
            view -> {
              assertThat(view.id()).isNotEmpty();
              assertThat(view.end()).isNotNull();
              assertThat(view.seen()).isNotNull();
              assertThat(view.status().length()).isLessThanOrEqualTo(60);
              assertThat(view.problems().size()).isLessThanOrEqualTo(BatchView.MOST_PROBLEMS);
            });
    BatchPage page = BatchPage.of(done.body());
    assertThat(page.next().isPresent() && page.batches().isEmpty()).isFalse();
  }

  private static String shown(Reply reply) {
    if (reply instanceof Reply.Never never) {
      return never.code() + " " + never.message();
    }
    if (reply instanceof Reply.Answer answer) {
      return answer.body() + answer.requestId().orElse("");
    }
    return reply instanceof Reply.Later later ? later.message() : ((Reply.Unclear) reply).message();
  }
}
