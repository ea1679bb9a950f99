package org.batchdrop.input;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Chooses paths by globs: {@code *} and {@code ?} within a name, {@code **} over folders and none,
 * {@code [a-z]}, {@code {c,h}}. {@code **}{@code /*.c} also fits {@code a.c}.
 */
final class Globs {

  private final List<Pattern> include;
  private final List<Pattern> exclude;

  /** With nothing to include, everything is. */
  Globs(List<String> include, List<String> exclude) {
    this.include = include.stream().map(Globs::pattern).toList();
    this.exclude = exclude.stream().map(Globs::pattern).toList();
  }

  /** Tells whether a path, {@code /} as separator, is wanted. */
  boolean matches(String path) {
    boolean wanted = include.isEmpty() || fits(include, path);
    return wanted && !fits(exclude, path);
  }

  private static boolean fits(List<Pattern> patterns, String path) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(path).matches());
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    boolean braces = false;
    int p = 0;
    while (p < glob.length()) {
      char c = glob.charAt(p);
      int close = c == '[' ? glob.indexOf(']', p + 2) : -1;
      if (glob.startsWith("**/", p)) {
        regex.append("(?:.*/)?");
        p += 3;
      } else if (glob.startsWith("**", p)) {
        regex.append(".*");
        p += 2;
      } else if (close > 0) {
        String inside = glob.substring(p + 1, close).replace("\\", "\\\\").replace("[", "\\[");
        boolean not = inside.startsWith("!");
        regex.append("(?!/)[").append(not ? "^" + inside.substring(1) : inside).append(']');
        p = close + 1;
      } else {
        braces = (braces || c == '{') && c != '}';
        regex.append(one(c, braces || c == '}'));
        p++;
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static String one(char c, boolean braces) {
    return switch (c) {
      case '*' -> "[^/]*";
      case '?' -> "[^/]";
      case '{' -> "(?:";
      case '}' -> ")";
      case ',' -> braces ? "|" : ",";
      default -> Pattern.quote(String.valueOf(c));
    };
  }
}
