package org.batchdrop.result;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing run of bytes that is used again and again. Confined to one thread. */
final class Scratch {

  private byte[] array;
  private int size;

  Scratch(int capacity) {
    array = new byte[Math.max(16, capacity)];
  }

  /** The bytes; those from {@link #size} on mean nothing. Valid until the next change. */
  byte[] array() {
    return array;
  }

  int size() {
    return size;
  }

  /** Forgets the content, keeps the room. */
  void clear() {
    size = 0;
  }

  void put(int value) {
    require(1);
    array[size++] = (byte) value;
  }

  void put(byte[] bytes, int from, int to) {
    int length = to - from;
    require(length);
    System.arraycopy(bytes, from, array, size, length);
    size += length;
  }

  void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(bytes, 0, bytes.length);
  }

  /** Appends a code point that is not a surrogate, as UTF-8. */
  void putCodePoint(int codePoint) {
    if (codePoint < 0x80) {
      put(codePoint);
    } else if (codePoint < 0x800) {
      put(0xC0 | codePoint >> 6);
      put(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
      put(0xE0 | codePoint >> 12);
      put(0x80 | ((codePoint >> 6) & 0x3F));
      put(0x80 | (codePoint & 0x3F));
    } else {
      put(0xF0 | codePoint >> 18);
      put(0x80 | ((codePoint >> 12) & 0x3F));
      put(0x80 | ((codePoint >> 6) & 0x3F));
      put(0x80 | (codePoint & 0x3F));
    }
  }

  /** Appends a text as a JSON string with its quotes. */
  void putJsonString(String text) {
    put('"');
    int copied = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\') {
        continue;
      }
      put(text.substring(copied, i));
      put(
          switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format("\\u%04x", (int) c);
          });
      copied = i + 1;
    }
    put(text.substring(copied));
    put('"');
  }

  private void require(int more) {
    if (array.length - size < more) {
      array =
          Arrays.copyOf(
              array,
              Math.max(
                  Math.addExact(size, more),
                  (int) Math.min(Integer.MAX_VALUE - 8L, array.length * 2L)));
    }
  }
}
