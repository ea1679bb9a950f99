package org.batchdrop.result;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of the result columns of one row, one after the other. A column is a JSON pointer into
 * the answer's body, or one such, {@code #}, and a JSON pointer into the JSON that stands there as
 * a text: {@code /choices/0/message/content#/label}. Confined to one thread.
 *
 * <p>A text counts as JSON when all of it is, or else when one of its code fences ({@code ```})
 * holds JSON; the first such fence counts. A value that is no text is looked into as it is.
 */
final class CellValues {

  private static final String NESTED = "#";
  private static final byte[] FENCE = {'`', '`', '`'};

  private final List<String> pointers = new ArrayList<>();
  private final List<@Nullable Nested> nested = new ArrayList<>();
  private final int[] slots;
  private final Map<String, Nested> texts = new LinkedHashMap<>();
  private RowValues row = NOTHING;

  private static final RowValues NOTHING =
      new RowValues() {
        @Override
        public byte[] values() {
          return new byte[0];
        }

        @Override
        public int valueStart(int pointer) {
          return -1;
        }

        @Override
        public int valueEnd(int pointer) {
          return -1;
        }
      };

  /**
   * @param columns of the form above
   * @throws IllegalArgumentException when one is not of that form
   */
  CellValues(Collection<String> columns) {
    slots = new int[columns.size()];
    for (String column : columns) {
      int at = split(column);
      int place = pointers.size();
      pointers.add(column.substring(0, at));
      if (at == column.length()) {
        nested.add(null);
        continue;
      }
      Nested text = texts.computeIfAbsent(pointers.get(place), base -> new Nested(place));
      slots[place] = text.add(column.substring(at + 1));
      nested.add(text);
    }
    texts.values().forEach(Nested::finish);
  }

  /** Where the pointer into the body ends. */
  private static int split(String column) {
    int at = column.indexOf(NESTED + "/");
    if (at < 0 && column.endsWith(NESTED)) {
      at = column.length() - 1;
    }
    return at < 0 ? column.length() : at;
  }

  /** The places in the body that a line is to be read for, one for each column. */
  List<String> pointers() {
    return pointers;
  }

  /** How many columns there are. */
  int count() {
    return slots.length;
  }

  /**
   * Turns to a row.
   *
   * @param values those of {@link #pointers}, valid until the next row
   * @return whether every text that a column looks into is JSON
   */
  boolean read(RowValues values) {
    row = values;
    boolean readable = true;
    for (Nested text : texts.values()) {
      readable &= text.read(values);
    }
    return readable;
  }

  /** The bytes in which a column's value stands. */
  byte[] bytes(int column) {
    Nested text = nested.get(column);
    return text == null ? row.values() : text.bytes;
  }

  /** Where a column's value begins, quotes included; -1 when it is absent. */
  int start(int column) {
    Nested text = nested.get(column);
    return text == null ? row.valueStart(column) : text.start[slots[column]];
  }

  /** Where it ends, exclusive. */
  int end(int column) {
    Nested text = nested.get(column);
    return text == null ? row.valueEnd(column) : text.end[slots[column]];
  }

  /** A text of the answer, with the places that are wanted in it. */
  private static final class Nested {

    private final int pointer;
    private final JsonPaths paths = new JsonPaths();
    private final Scratch text = new Scratch(1024);
    private int[] start = {};
    private int[] end = {};
    private JsonScan scan = new JsonScan(paths, start, end);
    private byte[] bytes = {};

    Nested(int pointer) {
      this.pointer = pointer;
    }

    int add(String inner) {
      int slot = paths.slots();
      paths.add(inner, slot);
      return slot;
    }

    void finish() {
      start = new int[paths.slots()];
      end = new int[paths.slots()];
      scan = new JsonScan(paths, start, end);
    }

    boolean read(RowValues values) {
      int from = values.valueStart(pointer);
      int to = values.valueEnd(pointer);
      bytes = values.values();
      if (from >= 0 && bytes[from] == '"') {
        text.clear();
        JsonBytes.unescape(bytes, from + 1, to - 1, text);
        bytes = text.array();
        if (scan.scan(bytes, 0, text.size()) || scanFences()) {
          return true;
        }
      } else if (from >= 0 && bytes[from] != 'n') {
        return scan.scan(bytes, from, to);
      }
      Arrays.fill(start, -1);
      Arrays.fill(end, -1);
      return false;
    }

    private boolean scanFences() {
      int open = indexOfFence(0);
      while (open < text.size()) {
        int from = JsonBytes.indexOf(bytes, open, text.size(), (byte) '\n');
        int close = indexOfFence(from);
        if (close < text.size() && scan.scan(bytes, from, close)) {
          return true;
        }
        // The fence that closes this block may as well open the next one.
        open = close;
      }
      return false;
    }

    /** Where three backticks stand at or after a place; the text's size when nowhere. */
    private int indexOfFence(int from) {
      int p = from;
      while (p < text.size()) {
        p = JsonBytes.indexOf(bytes, p, text.size(), FENCE[0]);
        if (p + FENCE.length <= text.size()
            && bytes[p + 1] == FENCE[1]
            && bytes[p + 2] == FENCE[2]) {
          return p;
        }
        p++;
      }
      return text.size();
    }
  }
}
