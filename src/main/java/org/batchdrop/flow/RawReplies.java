package org.batchdrop.flow;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.RawText;
import org.batchdrop.provider.Replies;

/**
 * Shows what providers really answer: status, headers that matter and the beginning of the body, in
 * one line each, without the key and without control characters. Answers to rows are not shown;
 * what a provider says of a row that it refused is.
 *
 * @param sink takes the lines
 */
public record RawReplies(Consumer<String> sink) implements WireWatch {

  private static final int MOST_BODY = 4096;
  private static final int MOST_HEADER = 200;
  private static final String HEADERS =
      "content-(type|length|encoding)|date|server|location|retry-after(-ms)?|(x-)?request-id"
          + "|x-ratelimit-.*|openai-.*|x-dashscope-.*|deployment-.*";

  @Override
  public void replied(Call call, int status, Map<String, String> headers, String text) {
    sink.accept(begin(call) + " -> HTTP " + status + " {" + shown(call, headers) + "}");
    boolean isAnswer =
        call.purpose() == Call.Purpose.REQUEST || call.purpose() == Call.Purpose.BATCH_RESULTS;
    if (isAnswer && status >= 200 && status < 300) {
      sink.accept("  " + text.length() + " characters of answers, not shown");
    } else if (!text.isEmpty()) {
      sink.accept("  " + RawText.of(call.secret(), text, MOST_BODY));
    }
  }

  @Override
  public void failed(Call call, Throwable cause) {
    sink.accept(begin(call) + " -> no reply: " + Replies.failed(call, cause).reason());
  }

  private static String begin(Call call) {
    return RawText.of(call.secret(), call.method() + " " + call.uri(), MOST_BODY);
  }

  private static String shown(Call call, Map<String, String> headers) {
    return new TreeMap<>(headers)
        .entrySet().stream()
            .filter(header -> header.getKey().matches(HEADERS))
            .map(
                header ->
                    header.getKey()
                        + ": "
                        + RawText.of(call.secret(), header.getValue(), MOST_HEADER))
            .collect(Collectors.joining(", "));
  }
}
