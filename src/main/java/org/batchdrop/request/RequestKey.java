package org.batchdrop.request;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.batchdrop.input.JsonScan;

/**
 * Tells requests apart by what a provider is asked: url and body, byte by byte. Ids differ from job
 * to job and don't count. Used for one line after the other; confined to one thread.
 */
public final class RequestKey {

  private static final byte[] CUSTOM_ID = ascii("custom_id");
  private static final byte[] URL = ascii("url");
  private static final byte[] BODY = ascii("body");

  private final JsonScan scan = new JsonScan();
  private final MessageDigest digest;
  private byte[] line = {};

  /** Ready for lines. */
  public RequestKey() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /**
   * The key of a request line, 32 bytes.
   *
   * @param to exclusive, with or without the line's terminator
   * @throws IllegalArgumentException when it is no request line
   */
  public byte[] of(byte[] bytes, int from, int to) {
    int end = to > from && bytes[to - 1] == '\n' ? to - 1 : to;
    String wrong = scan.check(bytes, from, end);
    if (wrong != null) {
      throw new IllegalArgumentException("a request line " + wrong);
    }
    line = bytes;
    digest.reset();
    update(URL);
    digest.update((byte) '\n');
    update(BODY);
    return digest.digest();
  }

  private void update(byte[] name) {
    int member = member(name);
    int from = scan.valueStart(member);
    digest.update(line, from, scan.valueEnd(member) - from);
  }

  /** The {@code custom_id} of the line that {@link #of} was last asked for, quotes included. */
  String customId() {
    int member = member(CUSTOM_ID);
    int from = scan.valueStart(member);
    return new String(line, from, scan.valueEnd(member) - from, StandardCharsets.UTF_8);
  }

  private int member(byte[] name) {
    int member = scan.find(name);
    if (member < 0) {
      throw new IllegalArgumentException(
          "a request line without " + new String(name, StandardCharsets.US_ASCII));
    }
    return member;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
