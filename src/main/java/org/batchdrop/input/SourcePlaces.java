package org.batchdrop.input;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the rows of a source are about, in input order. Confined to one thread. */
public final class SourcePlaces implements Closeable {

  private final Iterator<String> paths;
  private final UnitPlan.@Nullable Reader plan;
  private @Nullable PlannedRow current;

  SourcePlaces(List<String> paths) {
    this.paths = paths.iterator();
    this.plan = null;
  }

  SourcePlaces(UnitPlan.Reader plan) {
    this.paths = List.<String>of().iterator();
    this.plan = plan;
  }

  /**
   * Moves to the next row.
   *
   * @return false when there is none
   * @throws IOException when the plan can't be read
   */
  public boolean next() throws IOException {
    if (plan != null) {
      current = plan.next();
    } else {
      current = paths.hasNext() ? PlannedRow.of(SourceUnit.wholeFile(paths.next(), 0)) : null;
    }
    return current != null;
  }

  /** The pieces that the row asks about, at least one. */
  public List<SourcePiece> pieces() {
    return row().units().stream().map(SourceUnit::piece).toList();
  }

  /** How many {@code =} the row's {@link MarkerLine}s have; 0 when it has none. */
  public int marks() {
    return row().marks();
  }

  private PlannedRow row() {
    if (current == null) {
      throw new IllegalStateException("no row; expected next() to have said that there is one");
    }
    return current;
  }

  @Override
  public void close() throws IOException {
    if (plan != null) {
      plan.close();
    }
  }
}
