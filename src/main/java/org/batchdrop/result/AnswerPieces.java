package org.batchdrop.result;

import java.util.ArrayList;
import java.util.List;
import org.batchdrop.config.Pipeline.Extract;
import org.batchdrop.input.MarkerLine;

/**
 * Takes the text of one answer apart: what of it is the file for which piece of a source. A pure
 * function of the text.
 */
final class AnswerPieces {

  private AnswerPieces() {}

  /**
   * What an answer says about one piece.
   *
   * @param text of the file; empty when it is lacking
   * @param lack why there is none, the rest of a sentence about the answer; empty when there is
   */
  record Piece(String text, String lack) {
    boolean isLacking() {
      return !lack.isEmpty();
    }

    static Piece lacking(String lack) {
      return new Piece("", lack);
    }
  }

  /**
   * Takes an answer apart.
   *
   * @param count how many pieces were asked about
   * @param marks how many {@code =} the marker lines have; 0: one piece, without a marker
   * @return as many pieces, in order
   */
  static List<Piece> of(String text, Extract extract, int count, int marks) {
    if (marks == 0) {
      return List.of(extract == Extract.TEXT ? new Piece(text, "") : CodeBlocks.in(text).piece());
    }
    List<Piece> pieces = sections(text, extract, count, marks);
    if (extract == Extract.CODE_BLOCK && pieces.stream().anyMatch(Piece::isLacking)) {
      // A model may put one fence around everything, markers included.
      Piece inside = CodeBlocks.in(text).piece();
      List<Piece> other = sections(inside.text(), Extract.TEXT, count, marks);
      return other.stream().anyMatch(Piece::isLacking) ? pieces : other;
    }
    return pieces;
  }

  private static List<Piece> sections(String text, Extract extract, int count, int marks) {
    List<List<String>> sections = new ArrayList<>();
    int[] seen = new int[count];
    for (int i = 0; i < count; i++) {
      sections.add(new ArrayList<>());
    }
    int current = 0;
    for (String line : text.lines().toList()) {
      int number = MarkerLine.numberIn(line, marks);
      if (number >= 1 && number <= count) {
        current = number;
        seen[number - 1]++;
      } else if (current > 0) {
        sections.get(current - 1).add(line);
      }
    }
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pieces.add(piece(sections.get(i), extract, seen[i], "=".repeat(marks) + " " + (i + 1) + ":"));
    }
    return pieces;
  }

  private static Piece piece(List<String> lines, Extract extract, int seen, String marker) {
    if (seen == 0) {
      return Piece.lacking("has no line that begins with '" + marker + "'");
    }
    if (seen > 1) {
      return Piece.lacking("has more than one line that begins with '" + marker + "'");
    }
    int from = 0;
    int to = lines.size();
    while (from < to && lines.get(from).isBlank()) {
      from++;
    }
    while (to > from && lines.get(to - 1).isBlank()) {
      to--;
    }
    if (from == to) {
      return Piece.lacking("has nothing below '" + marker + "'");
    }
    String text = String.join("\n", lines.subList(from, to)) + "\n";
    return extract == Extract.TEXT ? new Piece(text, "") : CodeBlocks.in(text).piece();
  }
}
