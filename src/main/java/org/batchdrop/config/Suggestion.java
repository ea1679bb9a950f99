package org.batchdrop.config;

import java.util.Collection;
import java.util.Locale;

/** Finds the word that somebody probably meant. */
public final class Suggestion {

  private static final int MAX_WORD = 200;

  private Suggestion() {}

  /**
   * Words a hint for a misspelt word: {@code "; did you mean 'subject'?"}, or {@code "; expected
   * one of: a, b"} when no candidate is near.
   */
  public static String hint(String word, Collection<String> candidates) {
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    if (!best.isEmpty() && bestDistance <= Math.max(1, best.length() / 3)) {
      return "; did you mean '" + best + "'?";
    }
    return candidates.isEmpty() ? "" : "; expected one of: " + String.join(", ", candidates);
  }

  /** Levenshtein's distance, in two rows. */
  private static int distance(String a, String b) {
    if (a.length() > MAX_WORD || b.length() > MAX_WORD) {
      return Integer.MAX_VALUE;
    }
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
