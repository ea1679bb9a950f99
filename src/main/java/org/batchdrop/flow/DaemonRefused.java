package org.batchdrop.flow;

import java.util.List;

/** The daemon does not start, for reasons that a person must mend. */
public final class DaemonRefused extends Exception {

  private static final long serialVersionUID = 1;

  private final transient List<String> reasons;

  /** Refuses for one reason or more. */
  public DaemonRefused(List<String> reasons) {
    super(String.join("; ", reasons));
    this.reasons = List.copyOf(reasons);
  }

  /** The reasons, each in one line. */
  public List<String> reasons() {
    return reasons;
  }
}
