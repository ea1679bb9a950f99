package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.batchdrop.config.Suggestion;
import org.batchdrop.input.CsvReader;
import org.batchdrop.input.Fields;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;
import org.batchdrop.result.MergeRefused.Fault;

/**
 * Ids that stand in a column of the table: a hash of 8 bytes a row, and a table of 6 to 12 bytes a
 * row that finds it. A hash never decides: while the rows are written, each id is compared with its
 * row's own. Confined to one thread; the caller closes it.
 */
final class ColumnIds implements IdSlots, Closeable {

  /** The hash of a row without an id. */
  private static final long NONE = 0;

  private final Path table;
  private final CsvReader second;
  private final int column;
  private final String name;
  private final Scratch plain = new Scratch(64);
  private long[] hashes = new long[1024];
  private int[] slots = {};
  private int rows;

  private ColumnIds(Path table, CsvReader second, int column, String name) {
    this.table = table;
    this.second = second;
    this.column = column;
    this.name = name;
  }

  /**
   * Reads a column of a table.
   *
   * @throws MergeRefused when there is no such column, or two rows have the same id
   */
  static ColumnIds read(Path table, Optional<Character> delimiter, String name, StopCheck stop)
      throws IOException, InputRejected, MergeRefused {
    try (CsvReader reader = CsvReader.open(table, delimiter, stop, CsvReader.MOST_RECORD_BYTES)) {
      int column = reader.header().indexOf(name);
      if (column < 0) {
        throw new MergeRefused(
            Fault.REQUEST,
            "the table has no column '"
                + name
                + "'"
                + Suggestion.hint(name, reader.header().names()));
      }
      CsvReader second = CsvReader.open(table, delimiter, stop, CsvReader.MOST_RECORD_BYTES);
      ColumnIds ids = new ColumnIds(table, second, column, name);
      try {
        ids.fill(reader);
        return ids;
      } catch (IOException | InputRejected | MergeRefused | RuntimeException e) {
        try (second) {
          throw e;
        }
      }
    }
  }

  private void fill(CsvReader reader) throws IOException, InputRejected, MergeRefused {
    while (reader.next()) {
      if (rows == hashes.length) {
        hashes = Arrays.copyOf(hashes, MergeRows.room(rows));
      }
      boolean found = take(reader);
      hashes[rows++] = found ? hash(plain.array(), 0, plain.size()) : NONE;
    }
    // Between 1.5 and 3 places a row: few steps from place to place, and no row without one.
    slots = new int[Math.max(16, Integer.highestOneBit(rows + rows / 2) * 2)];
    for (int slot = 0; slot < rows; slot++) {
      if (hashes[slot] != NONE) {
        add(slot);
      }
    }
  }

  /** Unquotes the id of the row that a reader holds; false when it has none. */
  private boolean take(CsvReader reader) {
    Fields fields = reader.record().fields();
    plain.clear();
    if (reader.tooLong() || column >= fields.count()) {
      return false;
    }
    byte[] bytes = fields.bytes();
    int end = fields.end(column);
    for (int p = fields.start(column); p < end; p++) {
      plain.put(bytes[p]);
      p += fields.kind(column) == Fields.QUOTED && bytes[p] == '"' ? 1 : 0;
    }
    return plain.size() > 0;
  }

  private void add(int slot) throws MergeRefused {
    int at = (int) hashes[slot] & (slots.length - 1);
    for (; slots[at] != 0; at = (at + 1) & (slots.length - 1)) {
      if (hashes[slots[at] - 1] == hashes[slot]) {
        throw new MergeRefused(
            Fault.REQUEST,
            "column '"
                + name
                + "' has the same id in rows "
                + slots[at]
                + " and "
                + (slot + 1)
                + "; expected a column with distinct ids");
      }
    }
    slots[at] = slot + 1;
  }

  /** FNV-1a, mixed so that its low bits are good; never {@link #NONE}. */
  private static long hash(byte[] bytes, int from, int to) {
    long hash = 0xCBF29CE484222325L;
    for (int p = from; p < to; p++) {
      hash = (hash ^ bytes[p]) * 0x100000001B3L;
    }
    hash = (hash ^ hash >>> 32) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 29;
    return hash == NONE ? 1 : hash;
  }

  int rows() {
    return rows;
  }

  @Override
  public int slotOf(byte[] bytes, int from, int to) {
    long hash;
    if (JsonBytes.contains(bytes, from, to, (byte) '\\')) {
      plain.clear();
      JsonBytes.unescape(bytes, from, to, plain);
      hash = hash(plain.array(), 0, plain.size());
    } else {
      hash = hash(bytes, from, to);
    }
    int at = (int) hash & (slots.length - 1);
    for (; slots[at] != 0; at = (at + 1) & (slots.length - 1)) {
      if (hashes[slots[at] - 1] == hash) {
        return slots[at] - 1;
      }
    }
    return FOREIGN;
  }

  /**
   * Checks that a line's id is its row's own. Rows are to be asked for in ascending order.
   *
   * @param bytes hold the id as the content of a JSON string
   * @throws MergeRefused when it is not
   */
  void verify(int slot, byte[] bytes, int from, int to) throws IOException, MergeRefused {
    try {
      while (second.row() <= slot) {
        if (!second.next()) {
          throw new IOException(table + ": shorter than it was");
        }
      }
    } catch (InputRejected e) {
      throw new IOException(table + ": not what it was a moment ago", e);
    }
    if (!take(second)
        || !JsonBytes.says(bytes, from, to, Arrays.copyOf(plain.array(), plain.size()))) {
      throw new MergeRefused(
          Fault.FILE,
          "row "
              + (slot + 1)
              + ": its id in column '"
              + name
              + "' has the hash of another one; take that line out of the results");
    }
  }

  @Override
  public void close() throws IOException {
    second.close();
  }
}
