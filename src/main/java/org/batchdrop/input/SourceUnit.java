package org.batchdrop.input;

import java.util.List;

/**
 * A piece of a source and the bytes of its file that it consists of.
 *
 * @param piece which it is
 * @param content ascending, at least one
 * @param declarations what else of the file it names, ascending; may be empty
 */
record SourceUnit(SourcePiece piece, List<Span> content, List<Span> declarations) {

  SourceUnit {
    content = List.copyOf(content);
    declarations = List.copyOf(declarations);
  }

  /** Some bytes of a file, {@code to} exclusive. */
  record Span(int from, int to) {
    int length() {
      return to - from;
    }
  }

  /** A file as one unit. */
  static SourceUnit wholeFile(String path, int length) {
    return new SourceUnit(SourcePiece.wholeFile(path), List.of(new Span(0, length)), List.of());
  }
}
