package org.batchdrop.input;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The line above each of several files in one prompt, which the answer repeats: {@code === 2:
 * src/ring.c ===}. What counts is the number; a model may put the line into a comment or change
 * what follows the number.
 */
public final class MarkerLine {

  private static final int FEWEST_MARKS = 3;
  private static final String BEFORE = "/*#;>`- \t";

  private MarkerLine() {}

  /** The line, without its end. */
  public static String of(int marks, int number, String path) {
    String edge = "=".repeat(marks);
    return edge + " " + number + ": " + path + " " + edge;
  }

  /**
   * The number on a marker line.
   *
   * @return negative when the line is none, or has another number of {@code =}
   */
  public static int numberIn(String line, int marks) {
    int p = 0;
    while (p < line.length() && BEFORE.indexOf(line.charAt(p)) >= 0) {
      p++;
    }
    int equals = 0;
    while (p < line.length() && line.charAt(p) == '=') {
      p++;
      equals++;
    }
    if (equals != marks) {
      return -1;
    }
    while (p < line.length() && line.charAt(p) == ' ') {
      p++;
    }
    int number = 0;
    int digits = 0;
    while (p < line.length() && line.charAt(p) >= '0' && line.charAt(p) <= '9' && digits < 7) {
      number = number * 10 + line.charAt(p++) - '0';
      digits++;
    }
    return digits > 0 && p < line.length() && line.charAt(p) == ':' ? number : -1;
  }

  /** The least number of {@code =} with which no line of these texts is taken for a marker. */
  static int marksFor(List<byte[]> contents) {
    int marks = FEWEST_MARKS;
    for (byte[] content : contents) {
      String text = new String(content, StandardCharsets.UTF_8);
      marks = Math.max(marks, text.lines().mapToInt(MarkerLine::marksAbove).max().orElse(0));
    }
    return marks;
  }

  private static int marksAbove(String line) {
    int first = line.indexOf('=');
    int end = first;
    while (end >= 0 && end < line.length() && line.charAt(end) == '=') {
      end++;
    }
    return first >= 0 && numberIn(line, end - first) >= 0 ? end - first + 1 : 0;
  }
}
