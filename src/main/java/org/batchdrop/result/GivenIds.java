package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.batchdrop.request.RowRanges;

/**
 * Ids that came with ready-made request lines. The part's request file is walked once into a hash
 * table of about 16 bytes a row; a match is checked against the id in that file, so that a hash
 * never decides.
 */
final class GivenIds implements RowIds {

  private static final int EMPTY = 0;
  private static final int TAG_SHIFT = 24;
  private static final int SLOT_MASK = (1 << TAG_SHIFT) - 1;
  private static final int LENGTH_BITS = 20;

  private final AnswerFile requests;

  /** Slot + 1 in the low bits, some more bits of the hash above. */
  private final int[] table;

  /** Where each id's content stands: offset, then {@value #LENGTH_BITS} bits of length. */
  private final long[] places;

  private final Scratch mine = new Scratch(64);
  private final Scratch other = new Scratch(64);

  private GivenIds(AnswerFile requests, int rows) {
    this.requests = requests;
    this.table = new int[Integer.highestOneBit(Math.max(8, rows) * 2 - 1) * 2];
    this.places = new long[rows];
  }

  /**
   * Walks a part's request file.
   *
   * @param rows the part's rows; line n of the file is slot n - 1
   * @throws IOException when the file can't be read
   * @throws IllegalStateException when the file does not hold one line with a {@code custom_id} for
   *     each row
   */
  static GivenIds read(Path file, RowRanges rows, int longestLine) throws IOException {
    if (rows.size() >= SLOT_MASK) {
      throw new IllegalStateException(
          file + ": " + rows.size() + " rows; expected fewer than " + SLOT_MASK);
    }
    AnswerFile requests = AnswerFile.open(file, new HeapShare(0), longestLine);
    try {
      GivenIds ids = new GivenIds(requests, rows.size());
      ids.fill();
      return ids;
    } catch (IOException | RuntimeException e) {
      try (requests) {
        throw e;
      }
    }
  }

  private void fill() throws IOException {
    int[] start = new int[1];
    int[] end = new int[1];
    JsonPaths paths = new JsonPaths();
    paths.add("/custom_id", 0);
    JsonScan scan = new JsonScan(paths, start, end);
    int[] slot = {0};
    requests.walk(
        (bytes, from, to, offset, number) -> {
          boolean found = scan.scan(bytes, from, to) && start[0] >= 0 && bytes[start[0]] == '"';
          int length = end[0] - start[0] - 2;
          if (!found || slot[0] == places.length || length >= 1 << LENGTH_BITS) {
            throw new IllegalStateException(
                requests.path() + " line " + number + ": expected one custom_id for each row");
          }
          places[slot[0]] = (offset + start[0] + 1 - from) << LENGTH_BITS | length;
          add(slot[0], hash(bytes, start[0] + 1, end[0] - 1));
          slot[0]++;
        });
    if (slot[0] != places.length) {
      throw new IllegalStateException(
          requests.path() + ": " + slot[0] + " lines; expected " + places.length);
    }
  }

  private void add(int slot, long hash) {
    int at = (int) hash & (table.length - 1);
    while (table[at] != EMPTY) {
      at = (at + 1) & (table.length - 1);
    }
    table[at] = tag(hash) | (slot + 1);
  }

  private static int tag(long hash) {
    return (int) (hash >>> 56) << TAG_SHIFT;
  }

  /** FNV-1a over what the id says, mixed so that its low and high bits are both good. */
  private long hash(byte[] bytes, int from, int to) {
    byte[] source = bytes;
    int p = from;
    int last = to;
    if (JsonBytes.contains(bytes, from, to, (byte) '\\')) {
      other.clear();
      JsonBytes.unescape(bytes, from, to, other);
      source = other.array();
      p = 0;
      last = other.size();
    }
    long hash = 0xCBF29CE484222325L;
    for (; p < last; p++) {
      hash = (hash ^ source[p]) * 0x100000001B3L;
    }
    hash = (hash ^ hash >>> 32) * 0x9E3779B97F4A7C15L;
    return hash ^ hash >>> 29;
  }

  @Override
  public int slotOf(byte[] bytes, int from, int to) throws IOException {
    long hash = hash(bytes, from, to);
    int at = (int) hash & (table.length - 1);
    for (; table[at] != EMPTY; at = (at + 1) & (table.length - 1)) {
      int slot = (table[at] & SLOT_MASK) - 1;
      if ((table[at] & ~SLOT_MASK) == tag(hash) && isAt(slot, bytes, from, to)) {
        return slot;
      }
    }
    return FOREIGN;
  }

  private boolean isAt(int slot, byte[] bytes, int from, int to) throws IOException {
    int length = (int) places[slot] & ((1 << LENGTH_BITS) - 1);
    requests.fetch(places[slot] >>> LENGTH_BITS, length);
    int at = requests.position();
    if (Arrays.equals(requests.bytes(), at, at + length, bytes, from, to)) {
      return true;
    }
    mine.clear();
    JsonBytes.unescape(requests.bytes(), at, at + length, mine);
    other.clear();
    JsonBytes.unescape(bytes, from, to, other);
    return Arrays.equals(mine.array(), 0, mine.size(), other.array(), 0, other.size());
  }

  @Override
  public void putId(int slot, Scratch out) throws IOException {
    int length = (int) places[slot] & ((1 << LENGTH_BITS) - 1);
    requests.fetch(places[slot] >>> LENGTH_BITS, length);
    out.put('"');
    out.put(requests.bytes(), requests.position(), requests.position() + length);
    out.put('"');
  }

  @Override
  public void close() throws IOException {
    requests.close();
  }
}
