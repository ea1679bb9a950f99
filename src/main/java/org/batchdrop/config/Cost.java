package org.batchdrop.config;

import java.util.Optional;
import org.batchdrop.job.Money;

/**
 * What something costs, if that is known.
 *
 * @param amount empty: not known, which is never the same as nothing
 * @param reason why it is not known, for people; {@code ""} exactly when it is
 */
public record Cost(Optional<Money> amount, String reason) {

  /**
   * @throws IllegalArgumentException when there are both an amount and a reason, or neither
   */
  public Cost {
    if (amount.isPresent() != reason.isEmpty()) {
      throw new IllegalArgumentException("a cost has an amount or a reason: " + amount + reason);
    }
  }
}
