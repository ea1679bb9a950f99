package org.batchdrop.request;

/**
 * Weighs text in hundredths of a token, without a vocabulary: each byte counts by its class. The
 * weights lie above what the vocabularies o200k and cl100k make of English, code and Chinese; see
 * {@link TokenEstimate} for how far.
 */
final class TextWeight {

  /** What one token weighs. */
  static final int TOKEN = 100;

  /** Letters and white space: a token for five. */
  private static final int PLAIN = 20;

  /** Digits and punctuation, a token each: vocabularies join only few of them. */
  private static final int SIGN = 100;

  /** A byte of a character outside of ASCII; a Chinese one has three. */
  private static final int OTHER = 42;

  /** Names and punctuation of JSON around its texts; providers count roles and messages instead. */
  private static final int AROUND = 20;

  /** Letters of a word that is longer than words are: an identifier without meaning. */
  private static final int JUMBLE = 75;

  private static final int LONGEST_WORD = 32;

  /** Base64 of an image or a sound; those are billed by their size in pixels or seconds. */
  private static final int ENCODED = 5;

  private static final int ENCODED_FROM = 512;

  private final byte[] b;
  private final int to;
  private int p;
  private int word;
  private int run;
  private long weight;

  private TextWeight(byte[] bytes, int from, int to) {
    this.b = bytes;
    this.p = from;
    this.to = to;
  }

  /** Weighs a valid JSON value: what stands in its strings counts as text. */
  static long ofJson(byte[] bytes, int from, int to) {
    TextWeight text = new TextWeight(bytes, from, to);
    boolean inside = false;
    while (text.p < to) {
      if (bytes[text.p] == '"') {
        inside = !inside;
        text.around();
      } else if (inside) {
        text.step();
      } else {
        text.around();
      }
    }
    return text.weight;
  }

  /** Weighs a piece of JSON that begins or ends anywhere: all of it counts as text. */
  static long ofPiece(byte[] bytes, int from, int to) {
    TextWeight text = new TextWeight(bytes, from, to);
    while (text.p < to) {
      text.step();
    }
    return text.weight;
  }

  private void around() {
    weight += AROUND;
    word = 0;
    run = 0;
    p++;
  }

  /** Takes one character, or one byte of it; a JSON escape counts as what it stands for. */
  private void step() {
    int c = b[p++];
    if (c != '\\' || p == to) {
      take(c);
      return;
    }
    int escape = b[p++];
    switch (escape) {
      case 'n', 'r', 't', 'b', 'f' -> take(' ');
      case 'u' -> unicode();
      default -> take(escape);
    }
  }

  private void unicode() {
    int code = 0;
    for (int i = 0; i < 4 && p < to; i++) {
      code = code << 4 | Math.max(0, Character.digit(b[p++], 16));
    }
    if (code < 0x80) {
      take(code);
    } else {
      // What it would have in UTF-8; half of a surrogate pair has two of four bytes.
      weight += OTHER * (code < 0x800 || Character.isSurrogate((char) code) ? 2L : 3L);
      word = 0;
      run = 0;
    }
  }

  private void take(int c) {
    if (c < 0) {
      weight += OTHER;
      word = 0;
      run = 0;
      return;
    }
    boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    boolean digit = c >= '0' && c <= '9';
    word = letter || digit ? word + 1 : 0;
    run = letter || digit || c == '+' || c == '/' || c == '=' ? run + 1 : 0;
    if (run > ENCODED_FROM) {
      weight += ENCODED;
    } else if (letter) {
      weight += word > LONGEST_WORD ? JUMBLE : PLAIN;
    } else {
      weight += c == ' ' || c == '\n' || c == '\t' || c == '\r' ? PLAIN : SIGN;
    }
  }
}
