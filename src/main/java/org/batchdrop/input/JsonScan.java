package org.batchdrop.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks one JSON text strictly and remembers where the members of its outermost object stand. Used
 * again for the next text; confined to one thread.
 *
 * <p>Refused beyond the grammar: malformed UTF-8, halves of surrogate pairs, nesting deeper than
 * {@link #MOST_DEPTH}, and a name that occurs twice in the outermost object.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class JsonScan {

  /** The greatest depth of nested arrays and objects. */
  public static final int MOST_DEPTH = 1000;

  private static final int PAIRWISE = 24;

  private byte[] b = new byte[0];
  private int from;
  private int p;
  private int to;
  private int members;
  private boolean escapedName;
  private int[] slices = new int[64];
  private String problem = "";

  /**
   * Checks that {@code [start, end)} is one JSON value, white space around it allowed.
   *
   * @return null, or what is wrong, as the rest of a sentence
   */
  public @Nullable String check(byte[] bytes, int start, int end) {
    b = bytes;
    from = start;
    p = start;
    to = end;
    members = 0;
    escapedName = false;
    space();
    if (!value(0)) {
      return problem;
    }
    space();
    if (p != to) {
      fail("something follows the value");
      return problem;
    }
    return duplicate();
  }

  /** How many members the outermost object of the last text has; 0 when it was no object. */
  public int members() {
    return members;
  }

  /** Where the name of a member begins, behind its quote. */
  public int nameStart(int member) {
    return slices[member * 4];
  }

  /** Where the name of a member ends, exclusive, before its quote. */
  public int nameEnd(int member) {
    return slices[member * 4 + 1];
  }

  /** Where the value of a member begins; a string's quote included. */
  public int valueStart(int member) {
    return slices[member * 4 + 2];
  }

  /** Where the value of a member ends, exclusive; a string's quote included. */
  public int valueEnd(int member) {
    return slices[member * 4 + 3];
  }

  /** The name of a member, unescaped. */
  public String name(int member) {
    return unescape(b, nameStart(member), nameEnd(member));
  }

  /** The first member of that name, or -1. */
  public int find(byte[] name) {
    // A name with a backslash is only ever written with an escape.
    boolean asWritten = ByteScan.indexOf(name, 0, name.length, (byte) '\\') == name.length;
    for (int i = 0; asWritten && i < members; i++) {
      if (Arrays.equals(b, nameStart(i), nameEnd(i), name, 0, name.length)) {
        return i;
      }
    }
    if (escapedName) {
      String wanted = new String(name, StandardCharsets.UTF_8);
      for (int i = 0; i < members; i++) {
        if (name(i).equals(wanted)) {
          return i;
        }
      }
    }
    return -1;
  }

  private @Nullable String duplicate() {
    if (members > PAIRWISE || escapedName) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < members; i++) {
        if (!seen.add(name(i))) {
          return "has the name '" + name(i) + "' twice in one object";
        }
      }
      return null;
    }
    for (int i = 1; i < members; i++) {
      for (int j = 0; j < i; j++) {
        if (Arrays.equals(b, nameStart(i), nameEnd(i), b, nameStart(j), nameEnd(j))) {
          return "has the name '" + name(i) + "' twice in one object";
        }
      }
    }
    return null;
  }

  private boolean fail(String what) {
    problem = "is not valid JSON: " + what + " at byte " + (Math.min(p, to) - from + 1);
    return false;
  }

  private void space() {
    while (p < to && (b[p] == ' ' || b[p] == '\t' || b[p] == '\n' || b[p] == '\r')) {
      p++;
    }
  }

  private boolean value(int depth) {
    if (p >= to) {
      return fail("the text ends early");
    }
    if (depth >= MOST_DEPTH && (b[p] == '{' || b[p] == '[')) {
      return fail("nested deeper than " + MOST_DEPTH);
    }
    return switch (b[p]) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    };
  }

  private boolean object(int depth) {
    p++;
    space();
    if (p < to && b[p] == '}') {
      p++;
      return true;
    }
    while (true) {
      if (!pair(depth)) {
        return false;
      }
      space();
      if (p < to && b[p] == '}') {
        p++;
        return true;
      }
      if (p >= to || b[p] != ',') {
        return fail("expected ',' or '}'");
      }
      p++;
      space();
    }
  }

  private boolean pair(int depth) {
    if (p >= to || b[p] != '"') {
      return fail("expected a name in quotes");
    }
    int nameStart = p + 1;
    if (!string()) {
      return false;
    }
    int nameEnd = p - 1;
    space();
    if (p >= to || b[p] != ':') {
      return fail("expected ':'");
    }
    p++;
    space();
    int valueStart = p;
    if (!value(depth)) {
      return false;
    }
    if (depth == 1) {
      member(nameStart, nameEnd, valueStart, p);
    }
    return true;
  }

  private void member(int nameStart, int nameEnd, int valueStart, int valueEnd) {
    int at = members * 4;
    if (at == slices.length) {
      slices = Arrays.copyOf(slices, at * 2);
    }
    slices[at] = nameStart;
    slices[at + 1] = nameEnd;
    slices[at + 2] = valueStart;
    slices[at + 3] = valueEnd;
    members++;
    escapedName |= ByteScan.indexOf(b, nameStart, nameEnd, (byte) '\\') < nameEnd;
  }

  private boolean array(int depth) {
    p++;
    space();
    if (p < to && b[p] == ']') {
      p++;
      return true;
    }
    while (true) {
      if (!value(depth)) {
        return false;
      }
      space();
      if (p < to && b[p] == ']') {
        p++;
        return true;
      }
      if (p >= to || b[p] != ',') {
        return fail("expected ',' or ']'");
      }
      p++;
      space();
    }
  }

  private boolean string() {
    p++;
    while (p < to) {
      byte c = b[p];
      if (c == '"') {
        p++;
        return true;
      }
      if (c == '\\') {
        if (!escape()) {
          return false;
        }
      } else if (c >= ' ') {
        p++;
      } else if (c >= 0) {
        return fail("a control character in a string");
      } else {
        int length = Utf8.sequence(b, p, to);
        if (length == 0) {
          return fail("malformed UTF-8");
        }
        p += length;
      }
    }
    return fail("a string does not end");
  }

  private boolean escape() {
    if (p + 1 >= to) {
      return fail("a string does not end");
    }
    if (b[p + 1] != 'u') {
      if ("\"\\/bfnrt".indexOf(b[p + 1]) < 0) {
        return fail("an unknown escape");
      }
      p += 2;
      return true;
    }
    int unit = hex(p + 2);
    if (unit < 0) {
      return fail("expected four hexadecimal digits");
    }
    if (!Character.isSurrogate((char) unit)) {
      p += 6;
      return true;
    }
    boolean paired = p + 7 < to && b[p + 6] == '\\' && b[p + 7] == 'u';
    int low = paired ? hex(p + 8) : -1;
    if (low < 0 || !Character.isSurrogatePair((char) unit, (char) low)) {
      return fail("half of a surrogate pair");
    }
    p += 12;
    return true;
  }

  private int hex(int at) {
    if (at + 4 > to) {
      return -1;
    }
    int unit = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = b[i] < 0 ? -1 : Character.digit((char) b[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private boolean word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (p >= to || b[p] != word.charAt(i)) {
        return fail("expected " + word);
      }
      p++;
    }
    return true;
  }

  private boolean number() {
    int start = p;
    if (p < to && b[p] == '-') {
      p++;
    }
    if (p < to && b[p] == '0') {
      p++;
    } else if (!digits()) {
      return fail(p == start ? "expected a value" : "expected a digit");
    }
    if (p < to && b[p] == '.') {
      p++;
      if (!digits()) {
        return fail("expected a digit");
      }
    }
    if (p < to && (b[p] == 'e' || b[p] == 'E')) {
      p++;
      if (p < to && (b[p] == '+' || b[p] == '-')) {
        p++;
      }
      if (!digits()) {
        return fail("expected a digit");
      }
    }
    return true;
  }

  private boolean digits() {
    int start = p;
    while (p < to && b[p] >= '0' && b[p] <= '9') {
      p++;
    }
    return p > start;
  }

  /** The text of the inside of a checked JSON string. */
  public static String unescape(byte[] bytes, int start, int end) {
    String raw = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i);
      if (c != '\\') {
        text.append(c);
        i++;
      } else if (raw.charAt(i + 1) == 'u') {
        text.append((char) Integer.parseInt(raw.substring(i + 2, i + 6), 16));
        i += 6;
      } else {
        char escaped = raw.charAt(i + 1);
        int known = "bfnrt".indexOf(escaped);
        text.append(known < 0 ? escaped : "\b\f\n\r\t".charAt(known));
        i += 2;
      }
    }
    return text.toString();
  }
}
