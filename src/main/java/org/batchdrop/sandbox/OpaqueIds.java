package org.batchdrop.sandbox;

import java.security.SecureRandom;

/** Makes ids that say nothing about what they name. Thread-safe. */
final class OpaqueIds {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final SecureRandom random = new SecureRandom();

  /** Returns {@code prefix} and {@code length} random letters and digits. */
  String next(String prefix, int length) {
    StringBuilder id = new StringBuilder(prefix.length() + length).append(prefix);
    for (int i = 0; i < length; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }
}
