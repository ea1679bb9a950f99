package org.batchdrop.sandbox;

import java.nio.charset.StandardCharsets;

/** Stable 64-bit digests, for ids and choices that must come out the same on every run. */
final class Fingerprint {
  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Fingerprint() {}

  /** Returns the digest of a range of bytes (FNV-1a, then spread over all bits). */
  static long of(byte[] bytes, int from, int length, long seed) {
    long hash = OFFSET_BASIS ^ spread(seed);
    for (int i = from; i < from + length; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * PRIME;
    }
    return spread(hash);
  }

  /** Returns the digest of a text's UTF-8 bytes. */
  static long of(String text, long seed) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return of(bytes, 0, bytes.length, seed);
  }

  /** Returns an even share of [0, 1) for a digest. */
  static double share(long fingerprint) {
    return (fingerprint >>> 11) * 0x1.0p-53;
  }

  /** Returns the 16 lower-case hexadecimal digits of a digest. */
  static String hex(long fingerprint) {
    String digits = Long.toHexString(fingerprint);
    return "0".repeat(16 - digits.length()) + digits;
  }

  /** Mixes a value so that near values lie far apart (the finalizer of MurmurHash3). */
  static long spread(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
