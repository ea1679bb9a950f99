package org.batchdrop.job;

import java.util.Locale;

/** The way on which a part's rows reach their answers. */
public enum Lane {
  /** All rows as one batch, at the price of batches. */
  BATCH,
  /** Each row in a call of its own, answered at once. */
  REALTIME;

  /** The lane's word in the journal and for people. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The lane of a word.
   *
   * @throws IllegalArgumentException when it names none
   */
  public static Lane of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
