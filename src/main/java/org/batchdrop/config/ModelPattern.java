package org.batchdrop.config;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of a model, or a glob for several: {@code *} stands for any characters and none, {@code
 * ?} for one.
 *
 * @param text as it is written
 */
record ModelPattern(String text) {

  /** Tells whether it is the name of a single model. */
  boolean isExact() {
    return text.indexOf('*') < 0 && text.indexOf('?') < 0;
  }

  /** Tells whether a model's name fits. */
  boolean matches(String model) {
    String regex =
        text.chars()
            .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL).matcher(model).matches();
  }

  /** Tells whether there can be a name that fits both. */
  boolean overlaps(ModelPattern other) {
    String a = text;
    String b = other.text;
    boolean[][] meets = new boolean[a.length() + 1][b.length() + 1];
    for (int i = a.length(); i >= 0; i--) {
      for (int j = b.length(); j >= 0; j--) {
        meets[i][j] = meets(a, i, b, j, meets);
      }
    }
    return meets[0][0];
  }

  /** Whether what is left of both can be one text; {@code meets} knows all shorter rests. */
  private static boolean meets(String a, int i, String b, int j, boolean[][] meets) {
    boolean endA = i == a.length();
    boolean endB = j == b.length();
    if (endA && endB) {
      return true;
    }
    if (!endA && a.charAt(i) == '*') {
      return meets[i + 1][j] || (!endB && meets[i][j + 1]);
    }
    if (!endB && b.charAt(j) == '*') {
      return meets[i][j + 1] || (!endA && meets[i + 1][j]);
    }
    if (endA || endB) {
      return false;
    }
    boolean fits = a.charAt(i) == b.charAt(j) || a.charAt(i) == '?' || b.charAt(j) == '?';
    return fits && meets[i + 1][j + 1];
  }

  @Override
  public String toString() {
    return text;
  }
}
