package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.batchdrop.config.Pipeline.Extract;
import org.batchdrop.result.AnswerPieces.Piece;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerPiecesTest {

  private static Piece block(String text) {
    return AnswerPieces.of(text, Extract.CODE_BLOCK, 1, 0).get(0);
  }

  private static List<String> texts(String answer, Extract extract, int count) {
    return AnswerPieces.of(answer, extract, count, 3).stream()
        .map(piece -> piece.isLacking() ? piece.lack() : piece.text())
        .toList();
  }

  @Test
  void textIsTakenAsItIs() {
    assertThat(AnswerPieces.of(" a\r\n```\nb", Extract.TEXT, 1, 0))
        .containsExactly(new Piece(" a\r\n```\nb", ""));
  }

  @Test
  void oneBlockIsTheFile() {
    assertThat(block("Here it is:\n\n```rust\nfn f() {\n    1\n}\n```\nEnjoy.").text())
        .isEqualTo("fn f() {\n    1\n}\n");
  }

  @Test
  void severalBlocksAreJoinedInOrder() {
    assertThat(block("```\na\n```\nand\n~~~c\nb\n~~~").text()).isEqualTo("a\n\nb\n");
  }

  @Test
  void aLongerFenceMayHoldShorterOnes() {
    assertThat(block("````md\n```\na\n```\n````").text()).isEqualTo("```\na\n```\n");
  }

  @Test
  void theIndentationOfTheFenceIsTakenFromItsLines() {
    assertThat(block("- so:\n  ```c\n  int a;\n    int b;\n  ```").text())
        .isEqualTo("int a;\n  int b;\n");
  }

  @Test
  void codeInLineIsNoBlock() {
    assertThat(block("Use ```x``` or\n```x``` here").lack()).isEqualTo("has no fenced code block");
  }

  @Test
  void aBlockThatIsNotClosedMayBeCutShort() {
    assertThat(block("```c\nint a;\n```\n```c\nint b;").lack())
        .isEqualTo("has a code block that is never closed; it may have been cut short");
  }

  @Test
  void sectionsGoByTheNumbersOfTheirMarkers() {
    String answer = "Sure.\n=== 2: b.c ===\n\nB\n\n=== 1: whatever\nA\n";
    assertThat(texts(answer, Extract.TEXT, 2)).containsExactly("A\n", "B\n");
  }

  @Test
  void aMarkerMayStandInAComment() {
    assertThat(texts("// === 1: a.c ===\nA\n## === 2: b.c ===\r\nB", Extract.TEXT, 2))
        .containsExactly("A\n", "B\n");
  }

  @Test
  void aMissingADoubledAndAnEmptySectionAreToldApart() {
    String answer = "=== 1: a ===\nx\n=== 1: a ===\ny\n=== 3: c ===\n \n";
    assertThat(texts(answer, Extract.TEXT, 3))
        .containsExactly(
            "has more than one line that begins with '=== 1:'",
            "has no line that begins with '=== 2:'",
            "has nothing below '=== 3:'");
  }

  @Test
  void eachSectionHasItsOwnBlock() {
    String answer = "=== 1: a ===\n```\nA\n```\n=== 2: b ===\nsorry";
    assertThat(texts(answer, Extract.CODE_BLOCK, 2))
        .containsExactly("A\n", "has no fenced code block");
  }

  @Test
  void oneBlockMayHoldAllSections() {
    String answer = "```rust\n=== 1: a ===\nA\n=== 2: b ===\nB\n```\n";
    assertThat(texts(answer, Extract.CODE_BLOCK, 2)).containsExactly("A\n", "B\n");
  }

  @ParameterizedTest
  @CsvSource({
    "a.rs,// x - -> * /",
    "a.py,# x - -> * /",
    "a.lua,-- x - -> * /",
    "a.html,<!-- x - -> * / -->",
    "a.c,/* x - -> * / */",
    "Makefile,// x - -> * /"
  })
  void aCommentCantEndEarly(String name, String line) {
    assertThat(CommentLine.of(name, "x --> */")).isEqualTo(line);
  }
}
