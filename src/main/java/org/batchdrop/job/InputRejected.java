package org.batchdrop.job;

import java.util.List;

/**
 * Says that an input can't become requests at all. Nothing was sent; the job ends as rejected and
 * the reasons are published with the input.
 */
public final class InputRejected extends Exception {

  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /**
   * One reason.
   *
   * @param code one word in lower snake case
   * @param location where, for people: a file and line; empty when the whole input is meant
   * @param message what is wrong, what was expected, what to do next
   */
  public record Problem(String code, String location, String message) {}

  /** Rejects for one reason. */
  public InputRejected(String code, String location, String message) {
    this(List.of(new Problem(code, location, message)));
  }

  /**
   * Rejects for several reasons.
   *
   * @throws IllegalArgumentException when there is none
   */
  public InputRejected(List<Problem> problems) {
    super(problems.isEmpty() ? "" : problems.get(0).message());
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a rejection needs a reason");
    }
    this.problems = List.copyOf(problems);
  }

  /** The reasons, at least one. */
  public List<Problem> problems() {
    return problems;
  }
}
