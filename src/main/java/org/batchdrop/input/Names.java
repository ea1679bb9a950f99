package org.batchdrop.input;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.treesitter.TSNode;
import org.treesitter.TSTreeCursor;

/** The names that a declaration brings into a file, found in its syntax. */
final class Names {

  private static final int DEEPEST = 12;
  private static final int MOST = 10_000;
  private static final Set<String> NAMING = Set.of("name", "left", "declarator", "pattern");
  private static final Set<String> TAGGED =
      Set.of("struct_specifier", "union_specifier", "enum_specifier", "class_specifier");
  private static final Set<String> LISTS =
      Set.of(
          "enumerator_list",
          "enumerator",
          "const_spec",
          "var_spec",
          "var_spec_list",
          "type_spec",
          "type_alias",
          "expression_statement",
          "assignment",
          "lexical_declaration",
          "variable_declaration",
          "variable_declarator");

  private final byte[] source;
  private final List<String> found = new ArrayList<>();
  private final List<String> tags = new ArrayList<>();

  private Names(byte[] source) {
    this.source = source;
  }

  /** The names of a node, the most telling first; the cursor is left where it was. */
  static List<String> of(TSTreeCursor cursor, byte[] source) {
    Names names = new Names(source);
    names.collect(cursor, names.found, 0);
    names.found.addAll(names.tags);
    return names.found;
  }

  private void collect(TSTreeCursor cursor, List<String> out, int depth) {
    if (depth > DEEPEST || out.size() > MOST || !cursor.gotoFirstChild()) {
      return;
    }
    do {
      TSNode node = cursor.currentNode();
      String field = cursor.currentFieldName();
      String type = node.getType();
      if (field != null && NAMING.contains(field)) {
        if (isName(type)) {
          out.add(text(source, node));
        } else {
          collect(cursor, out, depth + 1);
        }
      } else if (TAGGED.contains(type)) {
        collect(cursor, tags, depth + 1);
      } else if (type.endsWith("_declarator") || LISTS.contains(type)) {
        collect(cursor, out, depth + 1);
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  private static boolean isName(String type) {
    return type.endsWith("identifier")
        || type.equals("operator_name")
        || type.equals("destructor_name")
        || type.equals("template_type");
  }

  /** The text of a node on one line. */
  static String text(byte[] source, TSNode node) {
    int from = node.getStartByte();
    String text = new String(source, from, node.getEndByte() - from, StandardCharsets.UTF_8);
    return text.replaceAll("\\s+", " ");
  }
}
