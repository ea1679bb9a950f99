package org.batchdrop.result;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An answer must hold a code block, because that is what becomes of it. */
record CodeBlockCheck(List<String> pointers) implements AnswerCheck {

  /** Takes the pointer to the answer's text. */
  static CodeBlockCheck at(String text) {
    return new CodeBlockCheck(List.of(text));
  }

  @Override
  public Optional<String> problem(List<@Nullable String> values) {
    String text = values.get(0);
    if (text == null) {
      return Optional.of("the answer has no text at " + pointers.get(0));
    }
    return Optional.of(CodeBlocks.in(text).piece())
        .filter(AnswerPieces.Piece::isLacking)
        .map(piece -> "the answer " + piece.lack());
  }
}
