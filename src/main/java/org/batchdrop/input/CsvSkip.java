package org.batchdrop.input;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Walks over one record that is too long to be kept, by the same rules as {@link CsvRecord}. */
final class CsvSkip {

  private enum State {
    FIELD_START,
    UNQUOTED,
    QUOTED,
    QUOTE_IN_QUOTED,
    AFTER_RETURN
  }

  private final byte delimiter;
  private State state = State.FIELD_START;
  private long openQuote = -1;
  private long contentEnd;

  CsvSkip(char delimiter) {
    this.delimiter = (byte) delimiter;
  }

  /**
   * Moves the window behind the record that begins at its position.
   *
   * @return the file offset of a quote that is never closed, else null
   */
  @Nullable Long run(ByteWindow window) throws IOException {
    while (true) {
      int p = window.position;
      for (; p < window.limit; p++) {
        if (ends(window.bytes[p], window.offset + p)) {
          boolean beforeThis = state == State.AFTER_RETURN && window.bytes[p] != '\n';
          window.position = beforeThis ? p : p + 1;
          return null;
        }
      }
      window.position = window.limit;
      if (window.atEnd) {
        if (state != State.AFTER_RETURN) {
          contentEnd = window.offset + window.limit;
        }
        return state == State.QUOTED ? openQuote : null;
      }
      window.more();
    }
  }

  /** The file offset of the record's end, its terminator not included. */
  long contentEnd() {
    return contentEnd;
  }

  private boolean ends(byte c, long at) {
    return switch (state) {
      case AFTER_RETURN -> true;
      case QUOTED -> {
        if (c == '"') {
          state = State.QUOTE_IN_QUOTED;
        }
        yield false;
      }
      case FIELD_START -> quoteLeadsToQuoted(c, at, at);
      case QUOTE_IN_QUOTED -> quoteLeadsToQuoted(c, at, openQuote);
      case UNQUOTED -> outside(c, at);
    };
  }

  private boolean quoteLeadsToQuoted(byte c, long at, long opened) {
    if (c != '"') {
      return outside(c, at);
    }
    openQuote = opened;
    state = State.QUOTED;
    return false;
  }

  private boolean outside(byte c, long at) {
    if (c == delimiter) {
      state = State.FIELD_START;
    } else if (c == '\r') {
      contentEnd = at;
      state = State.AFTER_RETURN;
    } else if (c == '\n') {
      contentEnd = at;
      return true;
    } else {
      state = State.UNQUOTED;
    }
    return false;
  }
}
