package org.batchdrop.job;

import java.util.Locale;
import java.util.Optional;

/**
 * What a person wants to become of a job.
 *
 * @param verb what
 * @param job which one
 */
public record JobOrder(Verb verb, JobId job) {

  /** What can be wanted. */
  public enum Verb {
    /** Go on, whatever it may cost. */
    APPROVE,
    /** Buy nothing more, and deliver what there is. */
    CANCEL;

    /** The verb in lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The order as one line: {@code approve JOB}. */
  public String text() {
    return verb.label() + " " + job + "\n";
  }

  /**
   * Reads an order.
   *
   * @return empty when the text is none
   */
  public static Optional<JobOrder> read(String text) {
    String[] words = text.strip().split(" ", -1);
    if (words.length != 2 || !JobId.isValid(words[1])) {
      return Optional.empty();
    }
    for (Verb verb : Verb.values()) {
      if (verb.label().equals(words[0])) {
        return Optional.of(new JobOrder(verb, new JobId(words[1])));
      }
    }
    return Optional.empty();
  }
}
