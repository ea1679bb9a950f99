package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;

/** A dropped text file in UTF-8, whatever charset it came in. */
public final class TextInput {

  private static final int BLOCK = 64 * 1024;

  private TextInput() {}

  /**
   * Finds or makes the UTF-8 form of a dropped text file. A file in another charset is copied to
   * {@link JobFolder#transcodedInput}, which appears whole or not at all.
   *
   * @param charset as declared; empty: UTF-8 unless a byte order mark says UTF-16
   * @return the input itself or its copy; whether the input itself is valid UTF-8 is not checked
   * @throws InputRejected with the code {@code not_a_file}, {@code empty_input}, {@code
   *     binary_input}, or {@code invalid_charset} with the line that is not in that charset
   * @throws IOException when reading or writing fails, or the work shall stop
   */
  public static Path utf8(JobFolder folder, Path input, Optional<String> charset, StopCheck stop)
      throws IOException, InputRejected {
    return utf8(folder, input, String.valueOf(input.getFileName()), charset, stop);
  }

  /** As the other one, of a file that people know by another name. */
  static Path utf8(
      JobFolder folder, Path input, String name, Optional<String> charset, StopCheck stop)
      throws IOException, InputRejected {
    if (Tree.look(input).filter(BasicFileAttributes::isRegularFile).isEmpty()) {
      throw notAFile(name);
    }
    Files.deleteIfExists(folder.transcodedInput());
    byte[] head = InputSniff.head(input);
    Charset from =
        charset
            .or(() -> InputSniff.utf16(head))
            .map(Charset::forName)
            .orElse(StandardCharsets.UTF_8);
    if (from.equals(StandardCharsets.UTF_8)) {
      InputSniff.requireText(head, name);
      return input;
    }
    boolean wide = from.name().startsWith("UTF-16") || from.name().startsWith("UTF-32");
    if (!wide || head.length == 0) {
      InputSniff.requireText(head, name);
    }
    Path target = folder.transcodedInput();
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    Files.deleteIfExists(temporary);
    copy(input, temporary, from, stop);
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return target;
  }

  static InputRejected notAFile(String name) {
    return new InputRejected(
        "not_a_file", name, "'" + name + "' is no regular file; expected one text file");
  }

  private static void copy(Path input, Path target, Charset from, StopCheck stop)
      throws IOException, InputRejected {
    CharsetDecoder decoder =
        from.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try (InputStream in = Files.newInputStream(input);
        FileChannel channel =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = Channels.newOutputStream(channel)) {
      ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
      CharBuffer chars = CharBuffer.allocate(BLOCK);
      long line = 1;
      boolean atEnd = false;
      while (!atEnd) {
        stop.check();
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        atEnd = read < 0;
        bytes.position(bytes.position() + Math.max(0, read));
        bytes.flip();
        CoderResult result;
        do {
          result = decoder.decode(bytes, chars, atEnd);
          if (atEnd && result.isUnderflow()) {
            result = decoder.flush(chars);
          }
          line += write(chars.flip(), out);
          chars.clear();
          if (result.isError()) {
            throw new InputRejected(
                "invalid_charset",
                "line " + line,
                "line " + line + " is not valid " + from.name() + "; expected another charset");
          }
        } while (result.isOverflow());
        bytes.compact();
      }
      channel.force(true);
    }
  }

  /** Writes decoded text; how many line feeds it has. */
  private static long write(CharBuffer chars, OutputStream out) throws IOException {
    String text = chars.toString();
    // Half a surrogate pair can't end a block: a decoder writes both or overflows before.
    out.write(text.getBytes(StandardCharsets.UTF_8));
    return text.chars().filter(c -> c == '\n').count();
  }
}
