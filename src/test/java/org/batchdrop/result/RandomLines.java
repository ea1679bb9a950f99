package org.batchdrop.result;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Makes JSON lines that a seed decides. */
final class RandomLines {

  private static final String[] KEYS = {
    "custom_id",
    "error",
    "code",
    "response",
    "status_code",
    "body",
    "choices",
    "message",
    "content",
    "usage",
    "total_tokens",
    "a/b",
    "~",
    "0",
    "1",
    "x",
    "custom\\u005fid",
    "é",
    ""
  };
  private static final String[] TEXTS = {
    "",
    "a",
    "plain text of some length, longer than eight bytes",
    "\\\"",
    "\\\\",
    "\\n\\t\\/\\b",
    "é",
    "漢字かな",
    "😀",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\u0000",
    "tail\\\\",
    "0123456\\\"",
    "}{][,:"
  };
  private static final String[] NUMBERS = {
    "0", "-0", "1", "200", "-17", "3.25", "1e3", "0.5E-7", "123456789012345678"
  };

  private RandomLines() {}

  /** An object of any shape that often has the wanted keys. */
  static byte[] line(Random random) {
    StringBuilder out = new StringBuilder();
    space(out, random);
    object(out, random, 0);
    space(out, random);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A line as a provider writes it. */
  static byte[] envelope(Random random) {
    StringBuilder out = new StringBuilder("{\"id\":\"b\",\"custom_id\":\"r-1\",\"response\":");
    if (random.nextInt(4) == 0) {
      out.append("null,\"error\":{\"code\":\"c\",\"message\":\"m\"");
    } else {
      out.append("{\"status_code\":200,\"request_id\":\"r\",\"body\":{\"id\":\"c\",\"choices\":[");
      for (int i = random.nextInt(3); i >= 0; i--) {
        out.append("{\"index\":0,\"message\":{\"role\":\"a\",\"content\":\"t\",\"refusal\":null}}");
        out.append(i > 0 ? "," : "");
      }
      out.append("],\"usage\":{\"total_tokens\":12}}},\"error\":null,\"x\":{\"y\":true");
    }
    return out.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The same line with some of its scalars changed; keys may change as well. */
  static byte[] varied(byte[] line, Random random) {
    String text = new String(line, StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean number = Character.isDigit(c) && !Character.isLetterOrDigit(text.charAt(i - 1));
      int close = c == '"' ? text.indexOf('"', i + 1) : -1;
      if (number && random.nextInt(3) == 0) {
        out.append(pick(NUMBERS, random));
        while (i + 1 < text.length() && Character.isDigit(text.charAt(i + 1))) {
          i++;
        }
      } else if (close > 0 && text.charAt(i - 1) == ':' && random.nextInt(2) == 0) {
        out.append('"').append(pick(TEXTS, random)).append(random.nextInt(1000)).append('"');
        i = close;
      } else if (close > 0) {
        out.append(text, i, close + 1);
        i = close;
      } else {
        out.append(c);
      }
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void object(StringBuilder out, Random random, int depth) {
    out.append('{');
    int members = random.nextInt(6);
    for (int i = 0; i < members; i++) {
      out.append(i > 0 ? "," : "");
      space(out, random);
      out.append('"').append(pick(KEYS, random)).append('"');
      space(out, random);
      out.append(':');
      value(out, random, depth + 1);
    }
    space(out, random);
    out.append('}');
  }

  private static void value(StringBuilder out, Random random, int depth) {
    space(out, random);
    switch (random.nextInt(depth > 5 ? 4 : 8)) {
      case 0 -> out.append(pick(NUMBERS, random));
      case 1 -> out.append(random.nextBoolean() ? "true" : "false");
      case 2 -> out.append("null");
      case 3 -> out.append('"').append(pick(TEXTS, random)).append('"');
      case 4 -> array(out, random, depth);
      default -> object(out, random, depth);
    }
    space(out, random);
  }

  private static void array(StringBuilder out, Random random, int depth) {
    out.append('[');
    int items = random.nextInt(4);
    for (int i = 0; i < items; i++) {
      out.append(i > 0 ? "," : "");
      value(out, random, depth + 1);
    }
    space(out, random);
    out.append(']');
  }

  private static void space(StringBuilder out, Random random) {
    if (random.nextInt(6) == 0) {
      out.append(" \t\r\n".charAt(random.nextInt(4)));
    }
  }

  private static String pick(String[] from, Random random) {
    return from[random.nextInt(from.length)];
  }
}
