package org.batchdrop.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes quantities as people spell them. */
public final class Units {

  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,15}) ?([a-zA-Z]*)");
  private static final int WINDOW_LIMIT = 1_000_000;

  private Units() {}

  /**
   * Reads a size: {@code 512}, {@code 64KB}, {@code 200MB}, {@code 1GB}; one KB is 1024 bytes.
   *
   * @return the bytes; empty when the text is no size
   */
  public static Optional<Long> parseSize(String text) {
    Matcher matcher = QUANTITY.matcher(text.trim());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int shift =
        switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
          case "", "B" -> 0;
          case "K", "KB", "KIB" -> 10;
          case "M", "MB", "MIB" -> 20;
          case "G", "GB", "GIB" -> 30;
          default -> -1;
        };
    long number = Long.parseLong(matcher.group(1));
    return shift < 0 || number > (Long.MAX_VALUE >> 31)
        ? Optional.empty()
        : Optional.of(number << shift);
  }

  /**
   * Reads a duration: {@code 500ms}, {@code 60s}, {@code 10m}, {@code 24h}, {@code 7d}.
   *
   * @return the duration; empty when the text is none
   */
  public static Optional<Duration> parseDuration(String text) {
    Matcher matcher = QUANTITY.matcher(text.trim());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    if (number > WINDOW_LIMIT) {
      return Optional.empty();
    }
    return switch (matcher.group(2)) {
      case "ms" -> Optional.of(Duration.ofMillis(number));
      case "s" -> Optional.of(Duration.ofSeconds(number));
      case "m" -> Optional.of(Duration.ofMinutes(number));
      case "h" -> Optional.of(Duration.ofHours(number));
      case "d" -> Optional.of(Duration.ofDays(number));
      default -> Optional.empty();
    };
  }

  /**
   * Reads a whole number from 1 to 2147483647.
   *
   * @return the number; empty when the text is none
   */
  public static Optional<Integer> parseCount(String text) {
    if (!text.matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    long number = Long.parseLong(text);
    return number < 1 || number > Integer.MAX_VALUE ? Optional.empty() : Optional.of((int) number);
  }

  /** Writes a size for people: {@code 12.3 MB}. */
  public static String showSize(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < 3) {
      value /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 10 ? "%.1f %sB" : "%.0f %sB", value, "KMGT".charAt(unit));
  }

  /**
   * Writes a duration for people: {@code 850 ms}, {@code 12 s}, {@code 3 min 20 s}, {@code 2 h 5
   * min}.
   */
  public static String showDuration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 1) {
      return duration.toMillis() + " ms";
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
    }
    long minutes = seconds / 60 % 60;
    return seconds / 3600 + " h" + (minutes == 0 ? "" : " " + minutes + " min");
  }
}
