package org.batchdrop.input;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.batchdrop.input.SourceUnit.Span;
import org.batchdrop.input.SyntaxItem.Role;

/**
 * What a unit needs of the rest of its file: its imports, and the declarations that it names,
 * directly or through others; of functions only the signature. By name alone: a name that means
 * something else brings a declaration too many, never one too few.
 */
final class Declarations {

  /** How many bytes one unit gets at most; what does not fit any more is left out. */
  static final int MOST_BYTES = 8 * 1024;

  private final byte[] source;
  private final List<SyntaxItem> items;
  private final boolean slashes;
  private final Map<String, List<Integer>> byName = new HashMap<>();
  private final List<Integer> imports = new ArrayList<>();

  /**
   * @param slashes whether two slashes begin a comment
   */
  Declarations(byte[] source, List<SyntaxItem> items, boolean slashes) {
    this.source = source;
    this.items = items;
    this.slashes = slashes;
    for (int i = 0; i < items.size(); i++) {
      SyntaxItem item = items.get(i);
      if (item.role() == Role.IMPORT) {
        imports.add(i);
      } else if (item.role() == Role.UNIT || item.role() == Role.DECLARATION) {
        for (String name : item.names()) {
          byName.computeIfAbsent(name, n -> new ArrayList<>()).add(i);
        }
      }
    }
  }

  /** The declarations for a unit, ascending. */
  List<Span> of(int unit) {
    SyntaxItem self = items.get(unit);
    Set<Integer> chosen = new TreeSet<>();
    int left = MOST_BYTES;
    for (int i : imports) {
      int length = span(items.get(i)).length();
      if (length <= left - MOST_BYTES / 2) {
        chosen.add(i);
        left -= length;
      }
    }
    Deque<Span> open = new ArrayDeque<>(List.of(new Span(self.from(), self.to())));
    Set<String> seen = new LinkedHashSet<>(self.names());
    while (!open.isEmpty()) {
      for (String name : tokens(open.remove())) {
        if (!seen.add(name)) {
          continue;
        }
        for (int i : byName.getOrDefault(name, List.of())) {
          Span span = span(items.get(i));
          if (i != unit && span.length() <= left && chosen.add(i)) {
            left -= span.length();
            open.add(span);
          }
        }
      }
    }
    return chosen.stream().map(i -> span(items.get(i))).toList();
  }

  private Span span(SyntaxItem item) {
    int end = item.signature();
    while (end > item.from() && source[end - 1] <= ' ' && source[end - 1] >= 0) {
      end--;
    }
    return new Span(item.from(), end);
  }

  /** The identifiers of some bytes, each once, in order, without those in comments. */
  private Set<String> tokens(Span span) {
    Set<String> tokens = new LinkedHashSet<>();
    int p = span.from();
    while (p < span.to()) {
      if (isWord(source[p])) {
        int from = p;
        while (p < span.to() && isWord(source[p])) {
          p++;
        }
        tokens.add(new String(source, from, p - from, StandardCharsets.UTF_8));
      } else {
        p = slashes ? afterOther(p, span.to()) : p + 1;
      }
    }
    return tokens;
  }

  private int afterOther(int at, int to) {
    if (source[at] == '"') {
      return afterString(at + 1, to);
    }
    boolean isComment = source[at] == '/' && at + 1 < to;
    if (isComment && source[at + 1] == '/') {
      return ByteScan.indexOf(source, at, to, (byte) '\n');
    }
    if (isComment && source[at + 1] == '*') {
      int p = at + 2;
      while (p + 1 < to && !(source[p] == '*' && source[p + 1] == '/')) {
        p++;
      }
      return Math.min(p + 2, to);
    }
    return at + 1;
  }

  private int afterString(int from, int to) {
    int p = from;
    while (p < to && source[p] != '"' && source[p] != '\n') {
      p += source[p] == '\\' ? 2 : 1;
    }
    return Math.min(p + 1, to);
  }

  private static boolean isWord(byte c) {
    return c == '_'
        || c < 0
        || (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z');
  }
}
