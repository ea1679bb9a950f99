package org.batchdrop.request;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.batchdrop.config.Units;
import org.batchdrop.job.Usage;

/**
 * How many tokens a part is expected to use, from a bounded sample of its file: at most 100 pieces
 * of 16 KB, evenly spread; a file that is no longer is read whole. The same file gives the same
 * estimate. Meant to be too high rather than too low.
 *
 * <p>Measured against exact counts of chat requests with 600 characters of text and a short system
 * message, by the vocabularies o200k and cl100k: English +15 to +22 %, code (C, Java, JavaScript,
 * Python) +21 to +38 %, Chinese +37 to +69 % (o200k) and +12 to +39 % (cl100k); with 80 characters,
 * where the JSON around a text weighs more than the roles that are billed, +25 to +53 %. Other
 * scripts go up to +165 % (Hindi, o200k) and down to -6 % (Vietnamese, cl100k). Too low by a third:
 * random letters, such as Base64 in short words. Not seen at all: images and files that a request
 * only links to, and what a provider adds by itself. The sampling adds about 3 points. A part of
 * 200 MB takes 20 to 350 ms on two busy cores, as one of 2 MB does.
 *
 * @param rows request lines in the part
 * @param input tokens of all requests
 * @param output tokens of all answers, at most, as far as the requests say
 * @param basis what it rests on
 */
public record TokenEstimate(long rows, long input, long output, Basis basis) {

  private static final int PIECE = 16 << 10;
  private static final int PIECES = 100;

  /**
   * What an estimate rests on.
   *
   * @param fileBytes size of the part's file
   * @param readBytes how much of it was looked at
   * @param lines request lines that were seen whole
   * @param linesWithMaximum those of them whose body names a maximum of output tokens
   * @param maximumInPiece whether no line was seen whole, and a maximum was found in a piece of one
   * @param assumedOutput tokens assumed of an answer whose request names no maximum
   */
  public record Basis(
      long fileBytes,
      long readBytes,
      long lines,
      long linesWithMaximum,
      boolean maximumInPiece,
      int assumedOutput) {

    /** Tells whether {@link #assumedOutput} had a part in the estimate. */
    public boolean isOutputAssumed() {
      return lines == 0 ? !maximumInPiece : linesWithMaximum < lines;
    }

    /** What was looked at and what was assumed, for people; one line. */
    public String show() {
      String input =
          readBytes == fileBytes
              ? "input: the whole file, by its characters"
              : "input: "
                  + Units.showSize(readBytes)
                  + " of "
                  + Units.showSize(fileBytes)
                  + ", by its characters";
      return input + "; output: " + showOutput();
    }

    private String showOutput() {
      if (!isOutputAssumed()) {
        return "the maximum that each request names";
      }
      String assumed = assumedOutput + " tokens assumed for each answer";
      return linesWithMaximum == 0
          ? assumed
          : assumed
              + " without a maximum, "
              + (lines - linesWithMaximum)
              + " of "
              + lines
              + " seen";
    }
  }

  /** The estimate as a usage: nothing of it comes from a cache. */
  public Usage usage() {
    return Usage.expected(rows, input, output);
  }

  /**
   * Estimates a part.
   *
   * @param file request lines
   * @param rows how many there are, from 0
   * @param assumedOutput tokens assumed of an answer whose request names no maximum, from 0; 0 for
   *     endpoints whose answers have none, such as embeddings
   * @throws IOException when the file can't be read, or got shorter meanwhile
   * @throws IllegalArgumentException when a number is below 0
   */
  public static TokenEstimate of(Path file, long rows, int assumedOutput) throws IOException {
    if (rows < 0 || assumedOutput < 0) {
      throw new IllegalArgumentException(
          "%d rows, %d tokens: expected each from 0".formatted(rows, assumedOutput));
    }
    TokenSample sample = new TokenSample(assumedOutput);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      boolean whole = size <= (long) PIECES * PIECE;
      if (whole) {
        byte[] all = read(channel, 0, (int) size);
        sample.add(all, all.length, true, true);
      } else {
        readPieces(channel, size, sample);
      }
      double input = whole ? sample.seen() : sample.scaled(size, rows);
      Basis basis =
          new Basis(
              size,
              whole ? size : (long) PIECES * PIECE,
              sample.lines(),
              sample.linesWithMaximum(),
              sample.isMaximumHinted(),
              assumedOutput);
      double output = rows == 0 ? 0 : sample.outputPerRow() * rows;
      return new TokenEstimate(rows, (long) Math.ceil(input), (long) Math.ceil(output), basis);
    }
  }

  private static void readPieces(FileChannel channel, long size, TokenSample sample)
      throws IOException {
    for (int i = 0; i < PIECES; i++) {
      long offset = (size - PIECE) * i / (PIECES - 1);
      sample.add(read(channel, offset, PIECE), PIECE, i == 0, i == PIECES - 1);
    }
  }

  private static byte[] read(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException("the file got shorter while it was read");
      }
    }
    return buffer.array();
  }
}
