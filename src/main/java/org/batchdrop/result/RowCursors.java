package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.batchdrop.request.UnsentRows;
import org.batchdrop.result.DeliveryOrder.Part;

/** All sources of a job's rows, merged by row number. The caller closes it. */
final class RowCursors implements Closeable {

  private final List<RowCursor> all = new ArrayList<>();

  private RowCursors() {}

  /** Makes the sources of a job; no downloaded file is opened yet. */
  static RowCursors of(DeliveryOrder order, RowCursor.Slice.Merge merge) throws IOException {
    Map<Integer, List<Part>> slices = new TreeMap<>();
    for (Part part : order.parts()) {
      slices.computeIfAbsent(part.id().number(), number -> new ArrayList<>()).add(part);
    }
    RowCursors cursors = new RowCursors();
    for (List<Part> generations : slices.values()) {
      generations.sort(Comparator.comparing(Part::id));
      cursors.all.add(new RowCursor.Slice(order, generations, merge));
    }
    cursors.all.add(new RowCursor.Unsent(UnsentRows.open(order.folder().unsentRows())));
    return cursors;
  }

  /**
   * Writes all rows in input order.
   *
   * @return what the answers used
   */
  Tokens writeAll(ResultWriter writer) throws IOException {
    PriorityQueue<RowCursor> cursors =
        new PriorityQueue<>(Comparator.comparingLong(RowCursor::row));
    cursors.addAll(all);
    Tokens tokens = Tokens.NONE;
    while (!cursors.isEmpty()) {
      RowCursor cursor = cursors.remove();
      RowCursor other = cursors.peek();
      long limit = other == null ? RowCursor.END : other.row();
      if (cursor.row() < RowCursor.END) {
        // A row that two sources claim is written by both, and the second write fails.
        cursor.write(writer, Math.max(limit, cursor.row() + 1));
      }
      if (cursor.row() < RowCursor.END) {
        cursors.add(cursor);
      } else {
        // At once: what it holds must not stay while the next part is open.
        tokens = tokens.plus(cursor.tokens());
        cursor.close();
      }
    }
    return tokens;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (RowCursor cursor : all) {
      try {
        cursor.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
