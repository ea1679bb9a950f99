package org.batchdrop.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text of a pipeline file, cut at its holes. {@code {{name}}} is a hole, spaces inside the braces
 * do not count; two opening braces with a backslash before them stand for two braces as text.
 *
 * @param pieces texts ({@link Text}) and holes in their order
 */
record TextWithHoles(List<Piece> pieces) {

  private static final String OPEN = "{{";
  private static final String JSON = ":json";
  private static final String IMAGE = ":data-url";

  /** A text or a hole. */
  sealed interface Piece {}

  /** Constant text. */
  record Text(String text) implements Piece {}

  /** A field's place. */
  record Field(String name, Hole.Kind kind) implements Piece {}

  /** What is wrong with a text's holes. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  TextWithHoles {
    pieces = List.copyOf(pieces);
  }

  /**
   * Cuts a text.
   *
   * @throws Malformed when braces are not closed, a name is missing, or {@code :json} or {@code
   *     :data-url} is not alone
   */
  static TextWithHoles parse(String text) throws Malformed {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder constant = new StringBuilder();
    int p = 0;
    while (p < text.length()) {
      if (text.startsWith("\\" + OPEN, p)) {
        constant.append(OPEN);
        p += 3;
      } else if (text.startsWith(OPEN, p)) {
        int close = text.indexOf("}}", p);
        if (close < 0) {
          throw new Malformed(
              "'{{' without '}}' in '" + shorten(text) + "'; write \\{{ for two braces as text");
        }
        if (constant.length() > 0) {
          pieces.add(new Text(constant.toString()));
          constant.setLength(0);
        }
        pieces.add(field(text.substring(p + 2, close)));
        p = close + 2;
      } else {
        constant.append(text.charAt(p++));
      }
    }
    if (constant.length() > 0) {
      pieces.add(new Text(constant.toString()));
    }
    TextWithHoles parsed = new TextWithHoles(pieces);
    parsed.requireAlone(text);
    return parsed;
  }

  private static Field field(String inside) throws Malformed {
    String name = inside.strip();
    Hole.Kind kind = Hole.Kind.TEXT;
    if (name.endsWith(JSON)) {
      kind = Hole.Kind.JSON;
      name = name.substring(0, name.length() - JSON.length()).strip();
    } else if (name.endsWith(IMAGE)) {
      kind = Hole.Kind.IMAGE;
      name = name.substring(0, name.length() - IMAGE.length()).strip();
    }
    if (name.isEmpty()) {
      throw new Malformed("'{{" + inside + "}}' names no field; expected {{name}}");
    }
    return new Field(name, kind);
  }

  private void requireAlone(String text) throws Malformed {
    for (Piece piece : pieces) {
      if (piece instanceof Field field && field.kind() != Hole.Kind.TEXT && pieces.size() > 1) {
        throw new Malformed(
            "'{{%s%s}}' is not alone in '%s'; expected nothing else, or {{%s}}"
                .formatted(
                    field.name(),
                    field.kind() == Hole.Kind.JSON ? JSON : IMAGE,
                    shorten(text),
                    field.name()));
      }
    }
  }

  /** The field whose JSON value is the whole text. */
  Optional<Field> jsonField() {
    return pieces.size() == 1
            && pieces.get(0) instanceof Field field
            && field.kind() == Hole.Kind.JSON
        ? Optional.of(field)
        : Optional.empty();
  }

  /** True when there is no hole. */
  boolean isConstant() {
    return pieces.stream().allMatch(piece -> piece instanceof Text);
  }

  /** The text itself, when it is constant. */
  String constant() {
    return pieces.isEmpty() ? "" : ((Text) pieces.get(0)).text();
  }

  private static String shorten(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
