package org.batchdrop.provider;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A key that shows itself to nobody but the wire. */
public final class Secret {

  /** No key: for providers that need none. */
  public static final Secret NONE = new Secret("");

  /** What stands where a key stood. */
  static final String MASK = "***";

  /** Shorter keys are no secrets: what servers without accounts are given, as a placeholder. */
  private static final int SHORTEST_IN_REPLIES = 16;

  private final String value;
  private final @Nullable KeyForms forms;

  private Secret(String value) {
    this.value = value;
    this.forms = value.length() < KeyForms.SHORTEST ? null : new KeyForms(value);
  }

  /**
   * Takes a key as it was found, without the white space around it.
   *
   * @throws IllegalArgumentException when it is empty or holds anything but visible ASCII; the
   *     message does not hold the key
   */
  public static Secret of(String found) {
    String value = found.strip();
    if (value.isEmpty() || !value.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      throw new IllegalArgumentException(
          value.isEmpty() ? "it is empty" : "it holds spaces or characters that no key has");
    }
    return new Secret(value);
  }

  /** Tells whether there is a key. */
  public boolean isPresent() {
    return !value.isEmpty();
  }

  /** The header's value that carries the key. */
  String header(String scheme) {
    return scheme.isEmpty() ? value : scheme + " " + value;
  }

  /**
   * A text in which each {@linkplain KeyForms form} of the key, or of its first twelve characters,
   * is replaced. Of a key below eight characters only the key as it is.
   */
  public String scrub(String text) {
    if (value.isEmpty()) {
      return text;
    }
    if (forms == null) {
      return text.replace(value, MASK);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int found = forms.find(bytes, 0, bytes.length);
    if (found < 0) {
      return text;
    }
    StringBuilder scrubbed = new StringBuilder();
    int copied = 0;
    while (found >= 0) {
      scrubbed
          .append(new String(bytes, copied, found - copied, StandardCharsets.UTF_8))
          .append(MASK);
      copied = found + forms.length(bytes, found, bytes.length);
      found = forms.find(bytes, copied, bytes.length);
    }
    return scrubbed
        .append(new String(bytes, copied, bytes.length - copied, StandardCharsets.UTF_8))
        .toString();
  }

  /**
   * A whole reply or file in which the key is replaced as {@link #scrub} does.
   *
   * @return the text itself when there is no key, or one below sixteen characters: a placeholder,
   *     which may well be a part of an id or a word of an answer
   */
  String scrubReply(String text) {
    return value.length() < SHORTEST_IN_REPLIES ? text : scrub(text);
  }

  /** As {@link #scrubReply(String)}, of a stream. */
  InputStream scrubReply(InputStream in) {
    return forms == null || value.length() < SHORTEST_IN_REPLIES
        ? in
        : new KeyFreeStream(in, forms);
  }

  /** Sixteen hexadecimal digits that tell one account from another and can't be turned back. */
  String fingerprint(String baseUrl) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(baseUrl.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      byte[] hash = digest.digest(value.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return MASK;
  }
}
