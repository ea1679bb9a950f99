package org.batchdrop.result;

import java.util.ArrayList;
import java.util.List;

/**
 * The fenced code blocks of a text.
 *
 * @param blocks their content, each line ended by a line feed
 * @param isOpen whether the last one is never closed
 * @see <a href="https://spec.commonmark.org/0.31.2/#fenced-code-blocks">Fenced code blocks</a>
 */
record CodeBlocks(List<String> blocks, boolean isOpen) {

  private static final int SHORTEST_FENCE = 3;

  CodeBlocks {
    blocks = List.copyOf(blocks);
  }

  /** A line that may open or close a block; a length of 0 when it can't. */
  private record Fence(char mark, int length, int indentation, String info) {

    static Fence of(String line) {
      int from = 0;
      while (from < line.length() && line.charAt(from) == ' ') {
        from++;
      }
      char mark = from < line.length() ? line.charAt(from) : ' ';
      int to = from;
      while (to < line.length() && line.charAt(to) == mark) {
        to++;
      }
      String info = line.substring(to).strip();
      boolean isFence =
          (mark == '~' || (mark == '`' && info.indexOf('`') < 0)) && to - from >= SHORTEST_FENCE;
      return new Fence(mark, isFence ? to - from : 0, from, info);
    }

    boolean opens() {
      return length > 0;
    }

    boolean closes(Fence opening) {
      return mark == opening.mark && length >= opening.length && info.isEmpty();
    }
  }

  /** Finds the blocks of a text; one inside another, with longer fences outside, is text. */
  static CodeBlocks in(String text) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    Fence opening = null;
    for (String line : text.lines().toList()) {
      Fence fence = Fence.of(line);
      if (opening == null) {
        opening = fence.opens() ? fence : null;
      } else if (fence.closes(opening)) {
        blocks.add(block.toString());
        block.setLength(0);
        opening = null;
      } else {
        block.append(withoutIndentation(line, opening.indentation())).append('\n');
      }
    }
    return new CodeBlocks(blocks, opening != null);
  }

  private static String withoutIndentation(String line, int most) {
    int p = 0;
    while (p < most && p < line.length() && line.charAt(p) == ' ') {
      p++;
    }
    return line.substring(p);
  }

  /** The blocks as a file, a blank line between them, or why there is none. */
  AnswerPieces.Piece piece() {
    if (isOpen) {
      return AnswerPieces.Piece.lacking(
          "has a code block that is never closed; it may have been cut short");
    }
    return blocks.isEmpty()
        ? AnswerPieces.Piece.lacking("has no fenced code block")
        : new AnswerPieces.Piece(String.join("\n", blocks), "");
  }
}
