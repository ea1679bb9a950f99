package org.batchdrop.job;

import java.util.regex.Pattern;

/** Texts of strangers, made fit to be shown in a line of a terminal or a log. */
public final class Printable {

  /**
   * Control characters of ASCII and Latin-1 (with the escape that begins a terminal's commands),
   * line and paragraph separators, and whatever changes the direction of the text around it.
   * Joiners within words and emoji are left alone.
   */
  private static final Pattern UNFIT =
      Pattern.compile(
          "[\\p{Cc}\\u2028\\u2029\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069\\uFEFF\\uFFF9-\\uFFFB]");

  private Printable() {}

  /** The text in one line, each unfit character replaced by a space. */
  public static String line(String text) {
    return UNFIT.matcher(text).replaceAll(" ");
  }

  /** The text with a question mark for each unfit character, as is right for a name. */
  public static String name(String text) {
    return UNFIT.matcher(text).replaceAll("?");
  }
}
