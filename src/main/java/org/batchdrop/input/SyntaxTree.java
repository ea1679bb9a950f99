package org.batchdrop.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.batchdrop.input.SyntaxItem.Role;
import org.treesitter.TSInputEncoding;
import org.treesitter.TSLanguage;
import org.treesitter.TSNode;
import org.treesitter.TSParser;
import org.treesitter.TSTree;
import org.treesitter.TSTreeCursor;

/**
 * Parses a file and lists what stands at its top level; the only place that knows the parser.
 * Confined to one thread.
 */
final class SyntaxTree {

  private static final int BUFFER = 64 * 1024;
  private static final int DEEPEST = 40;
  private static final int MOST_ITEMS = 100_000;

  private final Grammar grammar;
  private final byte[] source;
  private final List<SyntaxItem> items = new ArrayList<>();

  private SyntaxTree(Grammar grammar, byte[] source) {
    this.grammar = grammar;
    this.source = source;
  }

  /**
   * Lists the items of a file.
   *
   * @param source valid UTF-8
   * @param nanos how long parsing may take
   * @param stop asked several times a second
   * @return ascending, without overlaps; empty when the file can't be parsed, not in time, or has
   *     too many items
   * @throws IOException when the work shall stop
   */
  static Optional<List<SyntaxItem>> items(
      Grammar grammar, TSLanguage language, byte[] source, long nanos, StopCheck stop)
      throws IOException {
    try (TSParser parser = new TSParser()) {
      parser.setLanguage(language);
      long begun = System.nanoTime();
      boolean[] stopped = {false};
      TSTree parsed =
          parser.parseWithOptions(
              new byte[BUFFER],
              null,
              (buffer, offset, point) -> copy(source, offset, buffer),
              TSInputEncoding.TSInputEncodingUTF8,
              state -> {
                stopped[0] = wantsStop(stop);
                return stopped[0] || System.nanoTime() - begun > nanos;
              });
      if (stopped[0]) {
        stop.check();
      }
      if (parsed == null) {
        return Optional.empty();
      }
      try (TSTree tree = parsed;
          TSTreeCursor cursor = new TSTreeCursor(tree.getRootNode())) {
        if (tree.getRootNode().isError()) {
          return Optional.empty();
        }
        SyntaxTree walk = new SyntaxTree(grammar, source);
        walk.children(cursor, "", 0);
        return walk.items.size() < MOST_ITEMS ? Optional.of(walk.items) : Optional.empty();
      }
    }
  }

  private static int copy(byte[] source, int offset, byte[] buffer) {
    int length = Math.max(0, Math.min(buffer.length, source.length - offset));
    System.arraycopy(source, Math.min(offset, source.length), buffer, 0, length);
    return length;
  }

  private static boolean wantsStop(StopCheck stop) {
    try {
      stop.check();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private void children(TSTreeCursor cursor, String scope, int depth) {
    if (!cursor.gotoFirstChild()) {
      return;
    }
    do {
      if (items.size() < MOST_ITEMS) {
        child(cursor, scope, depth);
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  private void child(TSTreeCursor cursor, String scope, int depth) {
    TSNode node = cursor.currentNode();
    String type = node.getType();
    if (!node.isNamed()) {
      if (type.equals(";")) {
        extendLast(node);
      }
      return;
    }
    if (node.isError()) {
      add(Role.BROKEN, node);
    } else if (Grammar.isComment(type) || Grammar.isAttribute(type)) {
      add(Role.LEADING, node);
    } else if (grammar.isImport(type)) {
      add(Role.IMPORT, node);
    } else if (isContainer(node, type) && depth < DEEPEST) {
      children(cursor, scope + scopeOf(node, type), depth + 1);
    } else {
      other(cursor, node, scope);
    }
  }

  /** {@code struct a {...};} is a node and a semicolon. */
  private void extendLast(TSNode semicolon) {
    int last = items.size() - 1;
    if (last >= 0 && items.get(last).role() != Role.LEADING) {
      SyntaxItem item = items.get(last);
      if (isBlank(item.to(), semicolon.getStartByte())) {
        items.set(last, item.until(semicolon.getEndByte()));
      }
    }
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (source[i] > ' ' || source[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isContainer(TSNode node, String type) {
    // extern "C" before a single function is a part of it.
    return Grammar.isContainer(type)
        && !(type.equals("linkage_specification")
            && !typeOf(node.getChildByFieldName("body")).equals("declaration_list"));
  }

  private String scopeOf(TSNode node, String type) {
    TSNode name = type.equals("namespace_definition") ? node.getChildByFieldName("name") : null;
    return name == null || name.isNull() ? "" : text(name) + "::";
  }

  private void other(TSTreeCursor cursor, TSNode node, String scope) {
    TSNode inner = unwrapped(node);
    Optional<String> kind = kind(inner);
    List<String> names = namesOf(cursor, node, inner);
    TSNode body = inner.getChildByFieldName("body");
    boolean isFunction = kind.filter(k -> k.equals("function") || k.equals("method")).isPresent();
    int signature = isFunction && !body.isNull() ? body.getStartByte() : node.getEndByte();
    String name = names.isEmpty() ? "" : names.get(0);
    if (inner.getType().equals("impl_item")) {
      name = implementation(inner);
    }
    items.add(
        new SyntaxItem(
            kind.isPresent() ? Role.UNIT : Role.DECLARATION,
            kind.orElse(""),
            name.isEmpty() ? kind.orElse("") : scope + name,
            names.stream().map(SyntaxTree::unscoped).toList(),
            node.getStartByte(),
            node.getEndByte(),
            signature));
  }

  private List<String> namesOf(TSTreeCursor cursor, TSNode node, TSNode inner) {
    if (inner.equals(node)) {
      return Names.of(cursor, source);
    }
    try (TSTreeCursor own = new TSTreeCursor(inner)) {
      return Names.of(own, source);
    }
  }

  /** What a template, a decorator or an export is about. */
  private static TSNode unwrapped(TSNode node) {
    TSNode inner = node;
    for (int i = 0; i < DEEPEST; i++) {
      String type = inner.getType();
      int children = inner.getNamedChildCount();
      boolean isWrapper = Grammar.isWrapper(type) || type.equals("linkage_specification");
      if (!isWrapper || children == 0) {
        return inner;
      }
      TSNode named = inner.getChildByFieldName("declaration");
      named = named.isNull() ? inner.getChildByFieldName("definition") : named;
      named = named.isNull() ? inner.getChildByFieldName("body") : named;
      inner = named.isNull() ? inner.getNamedChild(children - 1) : named;
    }
    return inner;
  }

  private Optional<String> kind(TSNode node) {
    String type = node.getType();
    Optional<String> kind = grammar.kind(type);
    switch (type) {
      case "struct_specifier",
          "union_specifier",
          "enum_specifier",
          "class_specifier",
          "mod_item" -> {
        return kind.filter(k -> !node.getChildByFieldName("body").isNull());
      }
      case "declaration", "field_declaration" -> {
        TSNode tagged = node.getChildByFieldName("type");
        return tagged.isNull() || !tagged.getType().endsWith("_specifier")
            ? Optional.empty()
            : kind(tagged);
      }
      case "lexical_declaration", "variable_declaration" -> {
        return isFunctionValue(node) ? Optional.of("function") : Optional.empty();
      }
      case "type_declaration" -> {
        return Optional.of(goType(node));
      }
      default -> {
        return kind;
      }
    }
  }

  private static boolean isFunctionValue(TSNode declaration) {
    TSNode declarator =
        declaration.getNamedChildCount() == 0 ? declaration : declaration.getNamedChild(0);
    String value = typeOf(declarator.getChildByFieldName("value"));
    return value.equals("arrow_function") || value.contains("function_expression");
  }

  private static String goType(TSNode declaration) {
    TSNode spec =
        declaration.getNamedChildCount() == 1 ? declaration.getNamedChild(0) : declaration;
    return switch (typeOf(spec.getChildByFieldName("type"))) {
      case "struct_type" -> "struct";
      case "interface_type" -> "interface";
      default -> "type";
    };
  }

  private String implementation(TSNode node) {
    TSNode type = node.getChildByFieldName("type");
    TSNode trait = node.getChildByFieldName("trait");
    return (trait.isNull() ? "" : text(trait) + " for ") + (type.isNull() ? "" : text(type));
  }

  private static String typeOf(TSNode node) {
    return node.isNull() ? "" : node.getType();
  }

  private static String unscoped(String name) {
    return name.substring(name.lastIndexOf(':') + 1);
  }

  private String text(TSNode node) {
    return Names.text(source, node);
  }

  private void add(Role role, TSNode node) {
    int end = node.getEndByte();
    items.add(new SyntaxItem(role, "", "", List.of(), node.getStartByte(), end, end));
  }
}
