package org.batchdrop.input;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.RowSelection;
import org.jspecify.annotations.Nullable;

/**
 * Walks ready-made Batch API lines, {@code
 * {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}}, and checks
 * each as a provider would, with the providers' own codes. Blank lines are no rows. Confined to one
 * thread; the caller closes it.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/batch/request-input">OpenAI: batch
 *     request input</a>
 */
public final class RequestLinesReader implements Closeable {

  private final LineReader lines;
  private final RequestLine line;
  private final RequestLine earlier;
  private final SeenIds seen = new SeenIds();
  private final FileChannel again;
  private final int mostLineBytes;
  private final RowSelection chosen;
  private @Nullable RowProblem problem;
  private boolean isRepeated;

  /**
   * Opens a file.
   *
   * @param file in UTF-8
   * @param endpoints the urls that are allowed
   * @param mostLineBytes a longer line is a row with a problem
   * @param chosen other rows are passed over, and their ids do not count; behind the last one
   *     nothing is read
   * @throws InputRejected with the code {@code empty_input} or {@code binary_input}
   * @throws IOException when the file can't be read
   */
  public RequestLinesReader(
      Path file, List<String> endpoints, int mostLineBytes, RowSelection chosen, StopCheck stop)
      throws IOException, InputRejected {
    this.chosen = chosen;
    this.line = new RequestLine(endpoints);
    this.earlier = new RequestLine(endpoints);
    this.mostLineBytes = mostLineBytes;
    this.again = FileChannel.open(file, StandardOpenOption.READ);
    try {
      this.lines = new LineReader(file, mostLineBytes, stop);
    } catch (IOException | InputRejected | RuntimeException e) {
      again.close();
      throw e;
    }
  }

  /**
   * Moves to the next row.
   *
   * @return false when there is none
   */
  public boolean next() throws IOException {
    do {
      if (chosen.endsBefore(lines.row() + 1) || !lines.next()) {
        return false;
      }
    } while (!chosen.contains(lines.row()));
    problem = check();
    return true;
  }

  private @Nullable RowProblem check() throws IOException {
    isRepeated = false;
    if (lines.tooLong()) {
      return RowProblem.recordTooLong(lines.length(), mostLineBytes);
    }
    RowProblem wrong = line.check(lines.bytes(), lines.start(), lines.end());
    String id = line.customId();
    if (id == null) {
      return wrong;
    }
    // An id counts from its first line on, even when that line can't be sent for another reason:
    // else the results could not tell the two apart.
    long hash = SeenIds.hash(id.getBytes(StandardCharsets.UTF_8));
    if (seen.add(hash, lines.line(), lines.offset(), offset -> id.equals(idAt(offset)))) {
      return wrong;
    }
    isRepeated = true;
    return new RowProblem(
        "duplicate_custom_id",
        "has the custom_id of line " + seen.foundLine() + "; expected each id once");
  }

  private @Nullable String idAt(long offset) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * 1024);
    while (true) {
      int read = again.read(bytes, offset + bytes.position());
      int end = ByteScan.indexOf(bytes.array(), 0, bytes.position(), (byte) '\n');
      if (end < bytes.position() || read < 0) {
        RowProblem unused = earlier.check(bytes.array(), 0, end);
        return earlier.customId();
      }
      if (!bytes.hasRemaining()) {
        bytes = ByteBuffer.allocate(bytes.capacity() * 2).put(bytes.flip());
      }
    }
  }

  /** The row's number, blank lines not counted, from 1. */
  public long row() {
    return lines.row();
  }

  /** Why the line can't be sent; null when it can. */
  public @Nullable RowProblem problem() {
    return problem;
  }

  /** Where the line stands: {@code line 17}, blank lines counted. */
  public String location() {
    return "line " + lines.line();
  }

  /** The array that holds the line. */
  public byte[] bytes() {
    return lines.bytes();
  }

  /** Where the line begins in {@link #bytes}. */
  public int start() {
    return lines.start();
  }

  /** Where the line ends, exclusive, without its terminator. */
  public int end() {
    return lines.end();
  }

  /** The line's {@code custom_id}; null when it has none that is usable. */
  public @Nullable String customId() {
    return lines.tooLong() ? null : line.customId();
  }

  /** True when an earlier line has the same {@code custom_id}. */
  boolean isRepeated() {
    return isRepeated;
  }

  /** The line as it stands in the file. */
  LineReader lines() {
    return lines;
  }

  /** The line's {@code url}, when there is no problem. */
  public String url() {
    return line.url();
  }

  /** The line's {@code body.model}, when there is no problem. */
  public String model() {
    return line.model();
  }

  /** The line's {@code body.enable_thinking} as JSON, when there is no problem; empty if absent. */
  public String thinking() {
    return line.thinking();
  }

  /**
   * How many stretches of the line are not to be sent: {@code body.stream} and {@code
   * body.stream_options}, which no batch takes, each with its comma. When there is no problem;
   * nearly always 0.
   */
  public int cuts() {
    return line.cuts();
  }

  /** Where a stretch that is not to be sent begins in {@link #bytes}; ascending. */
  public int cutStart(int cut) {
    return line.cutStart(cut);
  }

  /** Where a stretch that is not to be sent ends, exclusive. */
  public int cutEnd(int cut) {
    return line.cutEnd(cut);
  }

  @Override
  public void close() throws IOException {
    try (again) {
      lines.close();
    }
  }
}
