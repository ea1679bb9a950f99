package org.batchdrop.sandbox;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The states of a batch, as the API names them. */
enum BatchStatus {
  /** Entered at creation; leaves to in_progress, failed or cancelling. */
  VALIDATING,
  /** Entered when the input is unusable; final. */
  FAILED,
  /** Entered when the input is good; leaves to finalizing, expired or cancelling. */
  IN_PROGRESS,
  /** Entered when every row has run; leaves to completed or cancelling. */
  FINALIZING,
  /** Entered when the result files are there; final. */
  COMPLETED,
  /** Entered when the window closed before every row had run; final. */
  EXPIRED,
  /** Entered on request; leaves to cancelled. */
  CANCELLING,
  /** Entered when the rows that ran are in the result files; final. */
  CANCELLED;

  /** Returns the word that the API uses. */
  @JsonValue
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Tells whether nothing comes after this state. */
  boolean isFinal() {
    return switch (this) {
      case FAILED, COMPLETED, EXPIRED, CANCELLED -> true;
      case VALIDATING, IN_PROGRESS, FINALIZING, CANCELLING -> false;
    };
  }
}
