package org.batchdrop.sandbox;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a batch may take: 24 to 336 hours, as {@code 24h} or {@code 14d}.
 *
 * @param text the window as it was given
 * @param length its length
 */
record CompletionWindow(String text, Duration length) {
  private static final Pattern GRAMMAR = Pattern.compile("([1-9][0-9]{0,2})([hd])");
  private static final Duration SHORTEST = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(14);

  /** Reads a window, or returns empty when the text is none. */
  static Optional<CompletionWindow> parse(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(matcher.group(1));
    Duration length =
        matcher.group(2).equals("d") ? Duration.ofDays(count) : Duration.ofHours(count);
    boolean fits = length.compareTo(SHORTEST) >= 0 && length.compareTo(LONGEST) <= 0;
    return fits ? Optional.of(new CompletionWindow(text, length)) : Optional.empty();
  }
}
