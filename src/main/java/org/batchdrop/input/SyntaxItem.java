package org.batchdrop.input;

import java.util.List;

/**
 * One thing at the top level of a file.
 *
 * @param role what it is good for
 * @param kind of a unit: {@code function}, {@code struct}; else empty
 * @param name of a unit; may be empty
 * @param names what it declares, without scopes
 * @param from its first byte
 * @param to behind its last byte
 * @param signature where the body of a function begins; {@code to} when there is none
 */
record SyntaxItem(
    Role role, String kind, String name, List<String> names, int from, int to, int signature) {

  /** What an item is good for. */
  enum Role {
    UNIT,
    /** A comment, or an attribute: belongs to a unit right below it. */
    LEADING,
    IMPORT,
    DECLARATION,
    /** What the parser made nothing of. */
    BROKEN
  }

  SyntaxItem {
    names = List.copyOf(names);
  }

  SyntaxItem until(int end) {
    return new SyntaxItem(role, kind, name, names, from, end, signature == to ? end : signature);
  }
}
