package org.batchdrop.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes texts as fields of one table: quoted exactly when they hold the delimiter, a quote, CR or
 * LF. The single place through which text that is not the input's own enters a table, so that a
 * guard against spreadsheet formulas has one place to stand.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class CsvCells {

  private final OutputFile out;
  private final long[] quoted;

  CsvCells(OutputFile out, char delimiter) {
    this.out = out;
    this.quoted =
        new long[] {
          JsonBytes.everywhere(delimiter),
          JsonBytes.everywhere('"'),
          JsonBytes.everywhere('\r'),
          JsonBytes.everywhere('\n')
        };
  }

  void put(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(bytes, 0, bytes.length);
  }

  void put(byte[] bytes, int from, int to) throws IOException {
    int p = JsonBytes.indexOfAny(bytes, from, to, quoted);
    if (p == to) {
      out.put(bytes, from, to);
      return;
    }
    out.put('"');
    int copied = from;
    p = JsonBytes.indexOf(bytes, p, to, (byte) '"');
    while (p < to) {
      out.put(bytes, copied, p + 1);
      copied = p;
      p = JsonBytes.indexOf(bytes, p + 1, to, (byte) '"');
    }
    out.put(bytes, copied, to);
    out.put('"');
  }
}
