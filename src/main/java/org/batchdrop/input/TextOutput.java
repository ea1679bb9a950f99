package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The way back of {@link TextInput}: a UTF-8 text in the charset of the file that it came from. */
final class TextOutput {

  private static final byte[] LITTLE_ENDIAN = {(byte) 0xFF, (byte) 0xFE};
  private static final byte[] BIG_ENDIAN = {(byte) 0xFE, (byte) 0xFF};

  private TextOutput() {}

  /**
   * Writes a text.
   *
   * @param text in UTF-8
   * @param target new; not durable yet when this returns
   * @param original the file whose byte order and mark are kept
   * @param declared its charset; empty: UTF-16 with a byte order mark
   * @throws IOException when reading or writing fails, or nothing can be written in that charset
   */
  static void write(Path text, Path target, Path original, Optional<String> declared)
      throws IOException {
    Charset charset = Charset.forName(declared.orElse("UTF-16"));
    byte[] mark = {};
    if (charset.equals(StandardCharsets.UTF_16)) {
      // Java would write another byte order than it has read.
      byte[] head = InputSniff.head(original);
      boolean isMarked = InputSniff.utf16(head).isPresent();
      boolean isLittle = isMarked && head[0] == LITTLE_ENDIAN[0];
      charset = isLittle ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
      mark = isLittle ? LITTLE_ENDIAN : isMarked ? BIG_ENDIAN : mark;
    }
    if (!charset.canEncode()) {
      throw new IOException(
          "'"
              + charset.name()
              + "' can be read only, so no file in it can be made from "
              + original);
    }
    try (Reader in =
            new InputStreamReader(Files.newInputStream(text), StandardCharsets.UTF_8.newDecoder());
        OutputStream bytes = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      bytes.write(mark);
      try (Writer out =
          new OutputStreamWriter(
              bytes,
              charset
                  .newEncoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT))) {
        in.transferTo(out);
      }
    }
  }
}
