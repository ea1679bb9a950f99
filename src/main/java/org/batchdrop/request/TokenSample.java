package org.batchdrop.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.batchdrop.input.JsonScan;

/**
 * What was seen of a part's request lines: how dense their bodies are, and how long answers may be.
 */
final class TokenSample {

  /** More than any answer has; a greater number in a body is not believed. */
  private static final long MOST_OUTPUT = 1_000_000_000;

  private static final byte[] BODY = ascii("body");
  private static final byte[] BODY_NAME = ascii("\"body\":");
  private static final List<byte[]> MAXIMA =
      List.of(ascii("max_completion_tokens"), ascii("max_tokens"), ascii("max_output_tokens"));
  private static final byte[] THINKING = ascii("thinking_budget");
  private static final byte[] CHOICES = ascii("n");

  private final JsonScan line = new JsonScan();
  private final JsonScan body = new JsonScan();
  private final int assumed;

  private final Spread density = new Spread();
  private final Spread outputs = new Spread();
  private long weight;
  private long bytes;
  private long envelopes;
  private long envelopeBytes;
  private long blockWeight;
  private long blockBytes;
  private long withMaximum;
  private long hinted;

  /**
   * An empty sample.
   *
   * @param assumed output tokens of a request that names no maximum
   */
  TokenSample(int assumed) {
    this.assumed = assumed;
  }

  /**
   * Looks at some bytes of the file.
   *
   * @param atStart whether they begin where a line does
   * @param atEnd whether they end where the file does
   */
  void add(byte[] block, int length, boolean atStart, boolean atEnd) {
    blockWeight = 0;
    blockBytes = 0;
    int from = 0;
    if (!atStart) {
      from = lineEnd(block, 0, length);
      piece(block, 0, from);
    }
    while (from < length) {
      int end = lineEnd(block, from, length);
      if (block[end - 1] == '\n' || (atEnd && end == length)) {
        whole(block, from, end);
      } else {
        head(block, from, end);
      }
      from = end;
    }
    weight += blockWeight;
    bytes += blockBytes;
    if (blockBytes > 0) {
      density.add((double) blockWeight / blockBytes);
    }
  }

  private static int lineEnd(byte[] b, int from, int length) {
    for (int i = from; i < length; i++) {
      if (b[i] == '\n') {
        return i + 1;
      }
    }
    return length;
  }

  private void whole(byte[] b, int from, int to) {
    int at = line.check(b, from, to) == null ? line.find(BODY) : -1;
    if (at < 0 || body.check(b, line.valueStart(at), line.valueEnd(at)) != null) {
      piece(b, from, to);
      return;
    }
    int start = line.valueStart(at);
    int end = line.valueEnd(at);
    count(TextWeight.ofJson(b, start, end), end - start);
    envelopes++;
    envelopeBytes += to - from - (end - start);
    long most = 0;
    for (byte[] name : MAXIMA) {
      most = Math.max(most, number(b, name));
    }
    if (most > 0) {
      withMaximum++;
      most += number(b, THINKING);
    }
    long each = most > 0 ? most : assumed;
    outputs.add((double) Math.min(MOST_OUTPUT, each * Math.max(1, number(b, CHOICES))));
  }

  /** A whole number of the body, from 1; 0 when there is none. */
  private long number(byte[] b, byte[] name) {
    int at = body.find(name);
    return at < 0 ? 0 : number(b, body.valueStart(at), body.valueEnd(at));
  }

  private static long number(byte[] b, int from, int to) {
    long number = 0;
    int i = from;
    while (i < to && b[i] >= '0' && b[i] <= '9') {
      number = Math.min(MOST_OUTPUT, number * 10 + b[i] - '0');
      i++;
    }
    return number;
  }

  private void head(byte[] b, int from, int to) {
    int name = find(b, from, to, BODY_NAME);
    int start = name < 0 ? from : name + BODY_NAME.length;
    if (name >= 0) {
      envelopes++;
      envelopeBytes += start - from;
    }
    piece(b, start, to);
  }

  private void piece(byte[] b, int from, int to) {
    count(TextWeight.ofPiece(b, from, to), to - from);
    for (byte[] name : MAXIMA) {
      hinted = Math.max(hinted, named(b, from, to, name));
    }
  }

  /** The greatest number behind a name; inside a text the name's quotes would be escaped. */
  private static long named(byte[] b, int from, int to, byte[] name) {
    byte[] quoted = ascii('"' + new String(name, StandardCharsets.US_ASCII) + "\":");
    long most = 0;
    int at = find(b, from, to, quoted);
    while (at >= 0) {
      int value = at + quoted.length;
      while (value < to && b[value] == ' ') {
        value++;
      }
      most = Math.max(most, number(b, value, to));
      at = find(b, value, to, quoted);
    }
    return most;
  }

  private static int find(byte[] b, int from, int to, byte[] what) {
    for (int i = from; i <= to - what.length; i++) {
      if (b[i] == what[0] && Arrays.equals(b, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }

  private void count(long more, int length) {
    blockWeight += more;
    blockBytes += length;
  }

  /** Tokens of what was seen itself. */
  double seen() {
    return (double) weight / TextWeight.TOKEN;
  }

  /**
   * Tokens of a file of that size with that many lines; on the high side by the sample's spread.
   */
  double scaled(long size, long rows) {
    if (bytes == 0) {
      return 0;
    }
    double envelope = envelopes == 0 ? 0 : (double) envelopeBytes / envelopes;
    double bodies = Math.max(0, size - rows * envelope);
    return bodies * ((double) weight / bytes + density.margin()) / TextWeight.TOKEN;
  }

  /** Output tokens a row, on the high side by the sample's spread. */
  double outputPerRow() {
    if (outputs.count() == 0) {
      return hinted > 0 ? hinted : assumed;
    }
    return outputs.mean() + outputs.margin();
  }

  /** Lines that were seen whole. */
  long lines() {
    return outputs.count();
  }

  /** Lines among them that name a maximum. */
  long linesWithMaximum() {
    return withMaximum;
  }

  /** Whether, with no line seen whole, a maximum was found in a piece of one. */
  boolean isMaximumHinted() {
    return outputs.count() == 0 && hinted > 0;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
