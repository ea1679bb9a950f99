package org.batchdrop.fuzz;

import java.util.List;
import java.util.Random;

/** Writes JSON of any shape, with names and texts that readers stumble over. */
public final class JsonText {

  /** What damages JSON tellingly. */
  public static final List<String> WORDS =
      List.of(
          "\"",
          "\\",
          "\\u",
          "\\ud83d",
          "\\ude00",
          "\\u0000",
          "null",
          "true",
          "nul",
          "-0",
          "01",
          "1e999",
          "1.",
          "{}",
          "[]",
          "{\"a\":",
          ",",
          ":",
          "[[[[[[[[",
          "}}",
          "\uFEFF",
          "\u2028",
          "😀",
          "\"a\":1,\"a\":2",
          "NaN",
          "0x1",
          "/*",
          "'",
          "99999999999999999999");

  private static final String[] TEXTS = {
    "", "a", "id", "x\\n\\\"y", "é", "漢字", "😀", "\\ud83d\\ude00", "\\u0041", "tail\\\\", "}{][,:"
  };
  private static final String[] SCALARS = {
    "0",
    "-0",
    "1",
    "200",
    "-17",
    "3.25",
    "1e3",
    "0.5E-7",
    "123456789012345678",
    "true",
    "false",
    "null"
  };

  private JsonText() {}

  /** One value, nested at most five deep. */
  public static String value(Random random, String... names) {
    StringBuilder out = new StringBuilder();
    value(out, random, names.length == 0 ? TEXTS : names, 0);
    return out.toString();
  }

  private static void value(StringBuilder out, Random random, String[] names, int depth) {
    space(out, random);
    switch (random.nextInt(depth > 4 ? 3 : 6)) {
      case 0, 1 -> out.append(pick(SCALARS, random));
      case 2 -> out.append('"').append(pick(TEXTS, random)).append('"');
      case 3 -> array(out, random, names, depth);
      default -> object(out, random, names, depth);
    }
    space(out, random);
  }

  private static void array(StringBuilder out, Random random, String[] names, int depth) {
    out.append('[');
    int items = random.nextInt(4);
    for (int i = 0; i < items; i++) {
      out.append(i > 0 ? "," : "");
      value(out, random, names, depth + 1);
    }
    out.append(']');
  }

  private static void object(StringBuilder out, Random random, String[] names, int depth) {
    out.append('{');
    int members = random.nextInt(5);
    for (int i = 0; i < members; i++) {
      out.append(i > 0 ? "," : "");
      space(out, random);
      out.append('"').append(pick(names, random)).append('"');
      space(out, random);
      out.append(':');
      value(out, random, names, depth + 1);
    }
    out.append('}');
  }

  private static void space(StringBuilder out, Random random) {
    if (random.nextInt(8) == 0) {
      out.append(" \t\r\n".charAt(random.nextInt(4)));
    }
  }

  /** One of the texts. */
  public static String pick(String[] from, Random random) {
    return from[random.nextInt(from.length)];
  }
}
