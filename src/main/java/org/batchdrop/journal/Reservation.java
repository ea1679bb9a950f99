package org.batchdrop.journal;

import org.batchdrop.job.Part;

/** What came of the wish to buy within bounds. */
public sealed interface Reservation {

  /**
   * There is room, and it is taken.
   *
   * @param part as it is now
   */
  record Granted(Part part) implements Reservation {}

  /**
   * There is none; nothing was changed.
   *
   * @param reason for people
   * @param parked whether a person must resolve it
   */
  record Refused(String reason, boolean parked) implements Reservation {}

  /** Somebody else changed the part first. */
  record Lost() implements Reservation {}
}
