package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.batchdrop.job.InputRejected;
import org.jspecify.annotations.Nullable;

/** Looks at the first bytes of a file that should be text. */
final class InputSniff {

  private static final int HEAD = 8 * 1024;
  private static final Pattern WEB_PAGE =
      Pattern.compile("\\uFEFF?\\s*<(!doctype\\s+html|html)\\b", Pattern.CASE_INSENSITIVE);

  private InputSniff() {}

  /** The first 8 KiB, or all when there is less. */
  static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD);
    }
  }

  /** The charset that a byte order mark of UTF-16 stands for. */
  static Optional<String> utf16(byte[] head) {
    boolean marked = startsWith(head, 0xFE, 0xFF) || startsWith(head, 0xFF, 0xFE);
    return marked ? Optional.of("UTF-16") : Optional.empty();
  }

  static boolean utf8Mark(byte[] head) {
    return startsWith(head, 0xEF, 0xBB, 0xBF);
  }

  /**
   * Refuses what is no text.
   *
   * @throws InputRejected with the code {@code empty_input} or {@code binary_input}
   */
  static void requireText(byte[] head, String name) throws InputRejected {
    if (head.length == 0 || (head.length == 3 && utf8Mark(head))) {
      throw new InputRejected("empty_input", name, "'" + name + "' is empty; expected rows");
    }
    String kind = binaryKind(head);
    if (kind != null) {
      throw new InputRejected(
          "binary_input", name, "'" + name + "' looks like " + kind + "; expected text in UTF-8");
    }
    for (int i = 0; i < head.length; i++) {
      if (head[i] == 0) {
        throw new InputRejected(
            "binary_input",
            name,
            "'"
                + name
                + "' has a NUL byte at offset "
                + i
                + "; expected text in UTF-8; for UTF-16 declare 'charset: utf-16le' or 'utf-16be'");
      }
    }
  }

  /** What the file looks like, for people; null for text. */
  private static @Nullable String binaryKind(byte[] head) {
    if (startsWith(head, 'P', 'K', 3, 4)) {
      return contains(head, "[Content_Types].xml") || contains(head, "xl/")
          ? "an Excel workbook; save it as CSV (UTF-8)"
          : "a zip archive";
    }
    if (startsWith(head, 0xD0, 0xCF, 0x11, 0xE0)) {
      return "an old Excel or Word file; save it as CSV (UTF-8)";
    }
    if (startsWith(head, 0x1F, 0x8B)) {
      return "a gzip file; unpack it first";
    }
    if (startsWith(head, '%', 'P', 'D', 'F', '-')) {
      return "a PDF";
    }
    if (startsWith(head, 0x89, 'P', 'N', 'G')) {
      return "a PNG image";
    }
    if (startsWith(head, 0xFF, 0xD8, 0xFF)) {
      return "a JPEG image";
    }
    if (WEB_PAGE.matcher(new String(head, StandardCharsets.UTF_8)).lookingAt()) {
      return "a web page, as a link gives that asks for a login";
    }
    return null;
  }

  /**
   * A hint for text that is no UTF-8.
   *
   * @return empty, or the end of a sentence that names the charset which fits
   */
  static String charsetHint(byte[] bytes, int from, int to) {
    if (Utf8.isValid(bytes, from, to) || !decodes(bytes, from, to, "GB18030")) {
      return "";
    }
    return "; it would be valid as GB18030: for Chinese text declare 'charset: gb18030'";
  }

  private static boolean decodes(byte[] bytes, int from, int to, String charset) {
    try {
      Charset.forName(charset).newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean startsWith(byte[] head, int... magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] head, String ascii) {
    byte[] wanted = ascii.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i + wanted.length <= head.length; i++) {
      if (Arrays.equals(head, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }
}
