package org.batchdrop.provider;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A key that shows itself to nobody but the wire. */
public final class Secret {

  /** No key: for providers that need none. */
  public static final Secret NONE = new Secret("");

  private static final int TELLTALE = 12;
  private static final String MASK = "***";

  private final String value;

  private Secret(String value) {
    this.value = value;
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

  /** A text without the key, nor its first twelve characters. */
  public String scrub(String text) {
    if (value.isEmpty()) {
      return text;
    }
    String scrubbed = text.replace(value, MASK);
    return value.length() > TELLTALE
        ? scrubbed.replace(value.substring(0, TELLTALE), MASK)
        : scrubbed;
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
