package org.batchdrop.result;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What stands in the outbox.
 *
 * @param folder the published folder; complete, and never changed again
 * @param state how the job ended
 * @param rows the rows of the input
 * @param answered rows with an answer
 * @param failed rows without one; {@code answered + failed = rows}
 * @param tokens what the answers used
 */
public record Delivery(
    Path folder, State state, long rows, long answered, long failed, Tokens tokens) {

  /** How a job ended. */
  public enum State {
    /** Every part has ended. */
    COMPLETED,
    /** The input could not become requests; nothing was sent. */
    REJECTED,
    /** Someone stopped the job; rows that were paid for are delivered. */
    CANCELLED;

    /** The state as it stands in {@code report.json}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The state of a label.
     *
     * @throws IllegalArgumentException when there is none, with the label in the message
     */
    public static State of(String label) {
      for (State state : values()) {
        if (state.label().equals(label)) {
          return state;
        }
      }
      throw new IllegalArgumentException(
          "state '" + label + "': expected completed, rejected or cancelled");
    }
  }

  /**
   * @throws IllegalArgumentException when the balance does not add up
   */
  public Delivery {
    if (answered + failed != rows) {
      throw new IllegalArgumentException(
          "balance: %d answered and %d failed; expected %d rows".formatted(answered, failed, rows));
    }
  }
}
