package org.batchdrop.result;

import java.io.Closeable;
import java.io.IOException;
import org.batchdrop.result.DeliveryOrder.Reason;

/**
 * What is written per row beside the provider's lines. Rows come in input order, each once; after
 * the last one the caller closes it.
 */
sealed interface RowResults extends Closeable
    permits TableResults, FileResults, EmbeddingResults, RowResults.Both, RowResults.None {

  /** Tells whether {@link #answered} looks at the values. */
  boolean wantsValues();

  /**
   * Writes an answered row.
   *
   * @param values those of the row, when {@link #wantsValues}
   */
  void answered(long row, RowValues values) throws IOException;

  /** Writes a row without an answer. */
  void failed(long row, Reason reason) throws IOException;

  /** Two things are written. */
  record Both(RowResults one, RowResults other) implements RowResults {
    @Override
    public boolean wantsValues() {
      return one.wantsValues() || other.wantsValues();
    }

    @Override
    public void answered(long row, RowValues values) throws IOException {
      one.answered(row, values);
      other.answered(row, values);
    }

    @Override
    public void failed(long row, Reason reason) throws IOException {
      one.failed(row, reason);
      other.failed(row, reason);
    }

    @Override
    public void close() throws IOException {
      try (one) {
        other.close();
      }
    }
  }

  /** Nothing is written beside the provider's lines. */
  record None() implements RowResults {
    @Override
    public boolean wantsValues() {
      return false;
    }

    @Override
    public void answered(long row, RowValues values) {}

    @Override
    public void failed(long row, Reason reason) {}

    @Override
    public void close() {}
  }
}
