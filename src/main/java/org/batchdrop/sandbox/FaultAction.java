package org.batchdrop.sandbox;

import java.util.List;

/** What a fault does. Immutable; {@code docs/sandbox.md} lists the words that stand for each. */
sealed interface FaultAction {

  /** The API does something to the reply, or replies without acting; a call has at most one. */
  sealed interface OfReply extends FaultAction {}

  /**
   * Replies without acting.
   *
   * @param answer the reply
   */
  record Instead(FaultAnswer answer) implements OfReply {}

  /**
   * Acts, and gives another reply.
   *
   * @param answer the reply
   */
  record Afterwards(FaultAnswer answer) implements OfReply {}

  /**
   * Closes the connection without a byte.
   *
   * @param acts whether the request is carried out first
   */
  record Drop(boolean acts) implements OfReply {}

  /**
   * Acts, and replies later.
   *
   * @param millis time between the two
   */
  record Delay(long millis) implements OfReply {}

  /**
   * Acts, and announces the whole length of the reply, but closes the connection early.
   *
   * @param keep share of the body that is sent, 0 to 1
   */
  record Truncate(double keep) implements OfReply {}

  /**
   * Closes the connection at once, and acts later.
   *
   * @param millis time between the two
   * @param unchecked whether a batch is created even from a file that was deleted meanwhile
   */
  record Late(long millis, boolean unchecked) implements OfReply {}

  /** Says that a file was deleted, and keeps it. */
  record PretendDelete() implements OfReply {}

  /**
   * Knows nothing of files and batches that are younger than an age: a call about one is answered
   * with an error.
   *
   * @param millis the age
   * @param answer the error; null = what the API says of an unknown id
   */
  record NotYet(long millis, FaultAnswer answer) implements OfReply {}

  /**
   * Refuses uploads while there are many files.
   *
   * @param most number of files from which on uploads are refused
   * @param answer the error
   */
  record FileQuota(int most, FaultAnswer answer) implements OfReply {}

  /**
   * Refuses calls above a rate.
   *
   * @param calls calls that pass in each window
   * @param millis length of the window
   * @param answer the error; {@code Retry-After} is added
   */
  record RateLimit(int calls, long millis, FaultAnswer answer) implements OfReply {}

  /**
   * Leaves what is younger than an age out of lists.
   *
   * @param millis the age
   */
  record Hide(long millis) implements FaultAction {}

  /**
   * Gives lists a wild but steady order.
   *
   * @param seed seed of the order
   */
  record Shuffle(long seed) implements FaultAction {}

  /**
   * Caps the pages of lists.
   *
   * @param most items in a page
   */
  record PageSize(int most) implements FaultAction {}

  /**
   * Takes fields out of a reply, also out of the items of a list.
   *
   * @param fields their names
   */
  record Strip(List<String> fields) implements FaultAction {}

  /** Gives a list as a bare array. */
  record BareArray() implements FaultAction {}

  /**
   * Damages the lines of a result file: of a batch when it stands on {@code create}, of a download
   * when it stands on {@code content}.
   *
   * @param damage how
   */
  record Lines(LineDamage damage) implements FaultAction {}

  /**
   * Chooses how a new batch behaves.
   *
   * @param script how
   */
  record Behave(BatchScript script) implements FaultAction {}
}
