package org.batchdrop.result;

import java.util.Locale;
import java.util.Map;

/** A line that a compiler of the file's language leaves alone. */
final class CommentLine {

  private static final Map<String, String> BEGINNINGS =
      Map.ofEntries(
          Map.entry("#", "py rb sh bash pl r jl yaml yml toml ex exs nim cr cmake mk tcl ps1"),
          Map.entry("--", "lua sql hs ada adb ads vhd elm"),
          Map.entry("%", "erl tex m4"),
          Map.entry(";", "lisp clj cljs scm rkt el asm s"),
          Map.entry("!", "f90 f95 f03 f08"),
          Map.entry("<!--", "html htm xml md vue svg"),
          Map.entry("/*", "css c h"));

  private CommentLine() {}

  /**
   * Makes a text a comment.
   *
   * @param fileName decides the language, by its extension; {@code //} when it is not known
   * @return the line without its end
   */
  static String of(String fileName, String text) {
    String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String begin =
        BEGINNINGS.entrySet().stream()
            .filter(entry -> (" " + entry.getValue() + " ").contains(" " + extension + " "))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("//");
    String plain = text.replaceAll("\\p{Cntrl}", "?").replace("*/", "* /").replace("--", "- -");
    return switch (begin) {
      case "<!--" -> "<!-- " + plain + " -->";
      case "/*" -> "/* " + plain + " */";
      default -> begin + " " + plain;
    };
  }
}
