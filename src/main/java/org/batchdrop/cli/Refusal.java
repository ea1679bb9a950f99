package org.batchdrop.cli;

import java.util.List;
import org.batchdrop.flow.DaemonRefused;

/** Prints why the daemon does not start. */
final class Refusal {

  private Refusal() {}

  static void print(Console console, DaemonRefused refused) {
    List<String> reasons = refused.reasons();
    console.error(
        "batchdrop does not start: "
            + (reasons.size() == 1 ? "1 problem" : reasons.size() + " problems"));
    reasons.forEach(reason -> console.error("  " + reason));
  }
}
