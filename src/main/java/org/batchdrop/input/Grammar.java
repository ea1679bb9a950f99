package org.batchdrop.input;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.treesitter.TSLanguage;
import org.treesitter.TSParser;
import org.treesitter.TreeSitterC;
import org.treesitter.TreeSitterCpp;
import org.treesitter.TreeSitterGo;
import org.treesitter.TreeSitterJava;
import org.treesitter.TreeSitterJavascript;
import org.treesitter.TreeSitterPython;
import org.treesitter.TreeSitterRust;
import org.treesitter.TreeSitterTypescript;

/**
 * What the parser calls the units of a language. Naming a grammar loads nothing; {@link #load}
 * does.
 *
 * @see <a href="https://tree-sitter.github.io/tree-sitter/">The parser</a>
 */
enum Grammar {
  C(
      "function_definition=function struct_specifier=struct union_specifier=union"
          + " enum_specifier=enum type_definition=typedef",
      "preproc_include"),
  CPP(
      "function_definition=function struct_specifier=struct union_specifier=union"
          + " enum_specifier=enum type_definition=typedef class_specifier=class"
          + " alias_declaration=typedef concept_definition=concept",
      "preproc_include using_declaration"),
  GO(
      "function_declaration=function method_declaration=method type_declaration=type",
      "package_clause import_declaration"),
  JAVA(
      "class_declaration=class interface_declaration=interface enum_declaration=enum"
          + " record_declaration=record annotation_type_declaration=annotation",
      "package_declaration import_declaration"),
  JAVASCRIPT(
      "function_declaration=function generator_function_declaration=function"
          + " class_declaration=class",
      "import_statement"),
  PYTHON(
      "function_definition=function class_definition=class",
      "import_statement import_from_statement future_import_statement"),
  RUST(
      "function_item=function struct_item=struct enum_item=enum union_item=union type_item=type"
          + " trait_item=trait impl_item=impl mod_item=module macro_definition=macro",
      "use_declaration extern_crate_declaration"),
  TYPESCRIPT(
      "function_declaration=function generator_function_declaration=function"
          + " class_declaration=class abstract_class_declaration=class"
          + " interface_declaration=interface type_alias_declaration=type enum_declaration=enum",
      "import_statement");

  private static final Map<String, Grammar> BY_LANGUAGE =
      Map.of(
          "C", C,
          "C++", CPP,
          "Go", GO,
          "Java", JAVA,
          "JavaScript", JAVASCRIPT,
          "Python", PYTHON,
          "Rust", RUST,
          "TypeScript", TYPESCRIPT);

  private static final Set<String> COMMENTS = Set.of("comment", "line_comment", "block_comment");
  private static final Set<String> CONTAINERS =
      Set.of(
          "preproc_ifdef",
          "preproc_if",
          "preproc_else",
          "preproc_elif",
          "preproc_elifdef",
          "namespace_definition",
          "linkage_specification",
          "declaration_list");
  private static final Set<String> WRAPPERS =
      Set.of("template_declaration", "decorated_definition", "export_statement");

  private final String units;
  private final String imports;

  /**
   * @param units pairs {@code node=kind}
   * @param imports nodes
   */
  Grammar(String units, String imports) {
    this.units = " " + units + " ";
    this.imports = " " + imports + " ";
  }

  /** The grammar for a path whose language is known by its extension. */
  static Optional<Grammar> of(String path) {
    String extension = SourceFiles.extension(path);
    // JSX inside TypeScript has a grammar of its own.
    return extension.equalsIgnoreCase("tsx")
        ? Optional.empty()
        : Optional.ofNullable(BY_LANGUAGE.get(Languages.of(extension)));
  }

  /**
   * Loads the grammar's native library, once a process.
   *
   * @throws LinkageError when this machine can't load it
   * @throws RuntimeException when the library can't be unpacked, or there is none for this machine
   */
  TSLanguage load() {
    // The parser itself is loaded here too, so that it fails here or nowhere.
    new TSParser().close();
    return switch (this) {
      case C -> new TreeSitterC();
      case CPP -> new TreeSitterCpp();
      case GO -> new TreeSitterGo();
      case JAVA -> new TreeSitterJava();
      case JAVASCRIPT -> new TreeSitterJavascript();
      case PYTHON -> new TreeSitterPython();
      case RUST -> new TreeSitterRust();
      case TYPESCRIPT -> new TreeSitterTypescript();
    };
  }

  /** What a node is called when it is a unit. */
  Optional<String> kind(String node) {
    int from = units.indexOf(" " + node + "=");
    int begin = from + node.length() + 2;
    return from < 0
        ? Optional.empty()
        : Optional.of(units.substring(begin, units.indexOf(' ', begin)));
  }

  boolean isImport(String node) {
    return imports.contains(" " + node + " ");
  }

  boolean hasLineCommentsWithSlashes() {
    return this != PYTHON;
  }

  static boolean isComment(String node) {
    return COMMENTS.contains(node);
  }

  /** Holds units, and belongs to none of them itself. */
  static boolean isContainer(String node) {
    return CONTAINERS.contains(node);
  }

  /** Belongs to the one unit inside it. */
  static boolean isWrapper(String node) {
    return WRAPPERS.contains(node);
  }

  /** Belongs to the unit after it, like a comment. */
  static boolean isAttribute(String node) {
    return node.equals("attribute_item");
  }
}
