package org.batchdrop.input;

/**
 * Splits one CSV record at a time out of a byte array, and holds the result until the next.
 *
 * <p>A field that begins with a quote ends at the next single quote; two quotes inside stand for
 * one. A quote inside a field that does not begin with one is an ordinary character. A record ends
 * at CRLF, LF or a lone CR outside quotes. Confined to one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
public final class CsvRecord {

  /** The array ends inside the record, and more may follow. */
  public static final int INCOMPLETE = -1;

  private static final byte QUOTE = '"';

  private final byte delimiter;
  private final long delimiters;
  private final boolean[] special = new boolean[256];
  private final Fields fields;
  private int start;
  private int end;
  private int next;
  private int openQuote;
  private boolean malformed;
  private boolean irregular;

  /**
   * Prepares for one table.
   *
   * @param delimiter an ASCII character other than quote, CR and LF
   * @param columns how many fields of a record are kept; further ones are counted
   */
  public CsvRecord(char delimiter, int columns) {
    this.delimiter = (byte) delimiter;
    this.delimiters = ByteScan.pattern((byte) delimiter);
    this.fields = new Fields(columns);
    special[delimiter] = true;
    special['\r'] = true;
    special['\n'] = true;
    special[QUOTE] = true;
  }

  /** The array of the last record; the same as {@code fields().bytes()}. */
  public byte[] bytes() {
    return fields.bytes();
  }

  /** The fields of the last record, without their surrounding quotes. */
  public Fields fields() {
    return fields;
  }

  /** Where the last record begins. */
  public int start() {
    return start;
  }

  /** Where the last record ends, exclusive, its terminator not included. */
  public int end() {
    return end;
  }

  /** Where the next record begins; {@code [end, next)} is the terminator, empty at the end. */
  public int next() {
    return next;
  }

  /** True when text followed a closing quote; the field then ends at that quote. */
  public boolean malformed() {
    return malformed;
  }

  /**
   * True when the record has a quote that neither opens nor closes a field nor is doubled, so that
   * counting quotes does not tell what is inside of them.
   */
  public boolean irregular() {
    return irregular;
  }

  /** True when the record is an empty line, which is no row. */
  public boolean blank() {
    return start == end;
  }

  /** Where a quote was opened that the end of the input leaves open; -1 when there is none. */
  public int openQuote() {
    return openQuote;
  }

  /**
   * Splits the record that begins at {@code from}.
   *
   * @param limit the end of the array's content, exclusive; greater than {@code from}
   * @param atEnd true when nothing follows {@code limit}
   * @return where the next record begins, or {@link #INCOMPLETE}; never that when {@code atEnd}
   */
  // One loop over the bytes, kept whole: it is the hottest of the program after escaping, and the
  // compiler keeps its state in registers only so.
  public int split(byte[] b, int from, int limit, boolean atEnd) {
    final boolean[] stops = special;
    final long separators = delimiters;
    final byte comma = delimiter;
    fields.reset(b);
    start = from;
    openQuote = -1;
    malformed = false;
    irregular = false;
    int p = from;
    while (true) {
      if (p < limit && b[p] == QUOTE) {
        int content = p + 1;
        int kind = Fields.PLAIN;
        int q = ByteScan.indexOf(b, content, limit, QUOTE);
        while (q + 1 < limit && b[q + 1] == QUOTE) {
          kind = Fields.QUOTED;
          q = ByteScan.indexOf(b, q + 2, limit, QUOTE);
        }
        if (q + 1 >= limit && !atEnd) {
          return INCOMPLETE;
        }
        if (q >= limit) {
          openQuote = p;
          fields.add(content, limit, kind);
          end = limit;
          next = limit;
          return limit;
        }
        fields.add(content, q, kind);
        p = q + 1;
        if (p < limit && b[p] != comma && b[p] != '\n' && b[p] != '\r') {
          malformed = true;
          irregular = true;
          while (p < limit && (b[p] == QUOTE || !stops[b[p] & 0xFF])) {
            p++;
          }
        }
      } else {
        int content = p;
        while (p < limit) {
          p = ByteScan.skipPlain(b, p, separators);
          if (p >= limit) {
            p = limit;
            break;
          }
          byte c = b[p];
          if (stops[c & 0xFF]) {
            if (c != QUOTE) {
              break;
            }
            irregular = true;
          }
          p++;
        }
        fields.add(content, p, Fields.PLAIN);
      }
      if (p >= limit) {
        return atEnd ? finish(limit, limit) : INCOMPLETE;
      }
      byte c = b[p];
      if (c == comma) {
        p++;
        continue;
      }
      if (c == '\r') {
        if (p + 1 == limit && !atEnd) {
          return INCOMPLETE;
        }
        return finish(p, p + 1 < limit && b[p + 1] == '\n' ? p + 2 : p + 1);
      }
      return finish(p, p + 1);
    }
  }

  private int finish(int recordEnd, int nextStart) {
    end = recordEnd;
    next = nextStart;
    return nextStart;
  }

  /** Makes the record one that has no fields in memory, because it is too long. */
  void clear() {
    fields.reset(new byte[0]);
    start = 0;
    end = 0;
    next = 0;
    openQuote = -1;
    malformed = false;
    irregular = true;
  }
}
