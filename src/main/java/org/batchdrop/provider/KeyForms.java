package org.batchdrop.provider;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * The forms in which a key may come back from a server that repeats what it was sent: as it is,
 * percent-encoded, escaped for JSON or HTML, in hexadecimal digits, and in Base64 behind whatever
 * else was encoded with it. A form counts as soon as it shows the key's first {@value #TELLTALE}
 * characters, and reaches as far as it goes on.
 *
 * <p>The search is that of Wu and Manber for several patterns: the last two bytes of a window of
 * the shortest match say how far the window may move. Immutable.
 */
final class KeyForms {

  /** A part of a key that is as good as the key for whoever looks for it. */
  static final int TELLTALE = 12;

  /** Shorter keys are placeholders; their forms would be found in texts that never held a key. */
  static final int SHORTEST = 8;

  private static final HexFormat UPPER = HexFormat.of().withUpperCase();
  private static final HexFormat LOWER = HexFormat.of();

  private final List<Form> forms = new ArrayList<>();
  private final int window;
  private final int longest;
  private final byte[] shifts = new byte[1 << 16];

  /** The bytes to look for, and how many of them make a match. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never shown
  private record Form(byte[] bytes, int least) {}

  /**
   * Lists the forms of a key.
   *
   * @param key visible ASCII, at least {@link #SHORTEST} characters
   */
  KeyForms(String key) {
    String telltale = key.substring(0, Math.min(TELLTALE, key.length()));
    for (UnaryOperator<String> encoding : encodings()) {
      add(encoding.apply(key), encoding.apply(telltale).length());
    }
    for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
      for (int before = 0; before < 3; before++) {
        add(certain(encoder, before, key), certain(encoder, before, telltale).length());
      }
    }
    window = forms.stream().mapToInt(Form::least).min().orElseThrow();
    longest = forms.stream().mapToInt(form -> form.bytes().length).max().orElseThrow();
    Arrays.fill(shifts, (byte) (window - 1));
    for (Form form : forms) {
      for (int i = 0; i + 1 < window; i++) {
        int block = block(form.bytes(), i);
        shifts[block] = (byte) Math.min(shifts[block], window - 2 - i);
      }
    }
  }

  private static List<UnaryOperator<String>> encodings() {
    return List.of(
        UnaryOperator.identity(),
        key -> key.replace("\\", "\\\\").replace("\"", "\\\""),
        key -> key.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/"),
        key -> each(key, c -> "\\u00" + LOWER.toHexDigits((byte) c)),
        key -> each(key, c -> "\\u00" + UPPER.toHexDigits((byte) c)),
        // As a text that shows escapes is itself escaped.
        key -> each(key, c -> "\\\\u00" + LOWER.toHexDigits((byte) c)),
        key -> each(key, c -> "\\\\u00" + UPPER.toHexDigits((byte) c)),
        KeyForms::percent,
        key -> lowerEscapes(percent(key)),
        key -> each(key, c -> "%" + UPPER.toHexDigits((byte) c)),
        key -> each(key, c -> "%" + LOWER.toHexDigits((byte) c)),
        key -> html(key, "&#39;"),
        key -> html(key, "&#x27;"),
        key -> each(key, c -> "&#" + c + ";"),
        key -> each(key, c -> "&#x" + LOWER.toHexDigits((byte) c) + ";"),
        key -> each(key, c -> LOWER.toHexDigits((byte) c)),
        key -> each(key, c -> UPPER.toHexDigits((byte) c)));
  }

  private static String each(String key, IntFunction<String> encoding) {
    StringBuilder encoded = new StringBuilder();
    key.chars().forEach(c -> encoded.append(encoding.apply(c)));
    return encoded.toString();
  }

  private static String percent(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8);
  }

  private static String lowerEscapes(String encoded) {
    StringBuilder lower = new StringBuilder(encoded);
    for (int i = encoded.indexOf('%'); i >= 0; i = encoded.indexOf('%', i + 1)) {
      lower.replace(i, i + 3, encoded.substring(i, i + 3).toLowerCase(Locale.ROOT));
    }
    return lower.toString();
  }

  private static String html(String key, String apostrophe) {
    return key.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", apostrophe);
  }

  /** The Base64 digits that depend on the key alone, when so many bytes (mod 3) stand before it. */
  private static String certain(Base64.Encoder encoder, int before, String key) {
    String text = " ".repeat(before) + key;
    String digits =
        encoder.withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    return digits.substring((before * 8 + 5) / 6, text.length() * 8 / 6);
  }

  private void add(String form, int least) {
    byte[] bytes = form.getBytes(StandardCharsets.US_ASCII);
    if (forms.stream().noneMatch(known -> Arrays.equals(known.bytes(), bytes))) {
      forms.add(new Form(bytes, least));
    }
  }

  /** The longest form, in bytes. */
  int longest() {
    return longest;
  }

  /**
   * Looks for the first form.
   *
   * @return where it begins; negative when there is none. A form that begins before {@code to} and
   *     ends behind it may be missed.
   */
  int find(byte[] bytes, int from, int to) {
    int end = window - 2;
    int at = from + end;
    while (at + 1 < to) {
      int shift = shifts[block(bytes, at)];
      if (shift > 0) {
        at += shift;
        continue;
      }
      if (length(bytes, at - end, to) > 0) {
        return at - end;
      }
      at++;
    }
    return -1;
  }

  /** How far a form reaches that begins here; 0 when none does. */
  int length(byte[] bytes, int from, int to) {
    int most = 0;
    for (Form form : forms) {
      int mismatch =
          Arrays.mismatch(
              bytes,
              from,
              Math.min(to, from + form.bytes().length),
              form.bytes(),
              0,
              form.bytes().length);
      int same = mismatch < 0 ? form.bytes().length : mismatch;
      if (same >= form.least()) {
        most = Math.max(most, same);
      }
    }
    return most;
  }

  private static int block(byte[] bytes, int at) {
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }
}
