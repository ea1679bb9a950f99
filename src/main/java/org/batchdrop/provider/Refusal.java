package org.batchdrop.provider;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchdrop.provider.Reply.Cause;

/**
 * What a provider means when it refuses for want of room or money. Codes differ from one provider
 * to the next and are sometimes only in the text, so both are read.
 *
 * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI's error codes</a>
 */
public final class Refusal {

  private static final List<String> QUOTA_CODES =
      List.of(
          "insufficient_quota",
          "credit_balance_exhausted",
          "billing_hard_limit_reached",
          "billing_not_active",
          "insufficient_balance",
          "insufficient_user_quota",
          "exceeded_current_quota_error",
          // Zhipu's number of an account in arrears, sent with status 429.
          "1113",
          "arrearage");

  private static final List<String> QUOTA_WORDS =
      List.of(
          "exceeded your current quota",
          "insufficient balance",
          "balance is insufficient",
          "overdue-payment");

  private static final List<String> ROOM_CODES =
      List.of("token_limit_exceeded", "enqueued_token_limit_exceeded");

  /** A full file store empties itself: uploads are deleted once their answers are here. */
  private static final List<String> ROOM_WORDS =
      List.of(
          "enqueued token",
          "maximum number of files",
          "file storage",
          "storage limit",
          "storage quota");

  private static final Pattern TOLD =
      Pattern.compile("limit(?: of|:)?\\s*([0-9][0-9,_]*[.]?[0-9]*)\\s*([KMBkmb]?)\\b");

  private Refusal() {}

  /**
   * The cause that a code and text name.
   *
   * @param code the provider's code; may be empty
   * @param message the provider's text
   * @return empty when they name neither room nor money
   */
  public static Optional<Cause> cause(String code, String message) {
    String word = code.toLowerCase(Locale.ROOT);
    String text = message.toLowerCase(Locale.ROOT);
    if (ROOM_CODES.contains(word) || ROOM_WORDS.stream().anyMatch(text::contains)) {
      return Optional.of(Cause.NO_ROOM);
    }
    if (QUOTA_CODES.contains(word) || QUOTA_WORDS.stream().anyMatch(text::contains)) {
      return Optional.of(Cause.QUOTA_EXHAUSTED);
    }
    return Optional.empty();
  }

  /**
   * The token limit in a text such as {@code Limit: 900,000 enqueued tokens} or {@code the
   * configured limit of 30K for the deployment}.
   *
   * @return empty when it names none
   */
  public static Optional<Long> limit(String message) {
    Matcher matcher = TOLD.matcher(message.toLowerCase(Locale.ROOT));
    if (!matcher.find()) {
      return Optional.empty();
    }
    double number = Double.parseDouble(matcher.group(1).replaceAll("[,_]", ""));
    double unit =
        switch (matcher.group(2)) {
          case "k" -> 1e3;
          case "m" -> 1e6;
          case "b" -> 1e9;
          default -> 1;
        };
    double tokens = number * unit;
    return tokens >= 1 && tokens < 1e15 ? Optional.of((long) tokens) : Optional.empty();
  }
}
