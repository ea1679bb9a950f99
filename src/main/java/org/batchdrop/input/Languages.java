package org.batchdrop.input;

import java.util.Locale;
import java.util.Map;

/** Names the language of a source file by its extension. */
final class Languages {

  private static final Map<String, String> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("c", "C"),
          Map.entry("h", "C"),
          Map.entry("cc", "C++"),
          Map.entry("cpp", "C++"),
          Map.entry("cxx", "C++"),
          Map.entry("hh", "C++"),
          Map.entry("hpp", "C++"),
          Map.entry("cs", "C#"),
          Map.entry("css", "CSS"),
          Map.entry("dart", "Dart"),
          Map.entry("ex", "Elixir"),
          Map.entry("erl", "Erlang"),
          Map.entry("f90", "Fortran"),
          Map.entry("fs", "F#"),
          Map.entry("go", "Go"),
          Map.entry("groovy", "Groovy"),
          Map.entry("hs", "Haskell"),
          Map.entry("html", "HTML"),
          Map.entry("java", "Java"),
          Map.entry("js", "JavaScript"),
          Map.entry("mjs", "JavaScript"),
          Map.entry("jsx", "JavaScript"),
          Map.entry("json", "JSON"),
          Map.entry("jl", "Julia"),
          Map.entry("kt", "Kotlin"),
          Map.entry("lua", "Lua"),
          Map.entry("md", "Markdown"),
          Map.entry("m", "Objective-C"),
          Map.entry("php", "PHP"),
          Map.entry("pl", "Perl"),
          Map.entry("py", "Python"),
          Map.entry("r", "R"),
          Map.entry("rb", "Ruby"),
          Map.entry("rs", "Rust"),
          Map.entry("scala", "Scala"),
          Map.entry("sh", "Shell"),
          Map.entry("sql", "SQL"),
          Map.entry("swift", "Swift"),
          Map.entry("ts", "TypeScript"),
          Map.entry("tsx", "TypeScript"),
          Map.entry("vue", "Vue"),
          Map.entry("xml", "XML"),
          Map.entry("yaml", "YAML"),
          Map.entry("yml", "YAML"),
          Map.entry("zig", "Zig"));

  private Languages() {}

  /**
   * The language's name, empty when the extension is not known.
   *
   * @param extension without dot, in any case
   */
  static String of(String extension) {
    return BY_EXTENSION.getOrDefault(extension.toLowerCase(Locale.ROOT), "");
  }
}
