package org.batchdrop.config;

import java.util.Optional;
import org.batchdrop.job.Money;

/** Reads {@code budget:} of a pipeline or a profile. */
final class BudgetKeys {

  private BudgetKeys() {}

  /** A pipeline's: every bound, and what is expected of an answer. */
  static Budget ofPipeline(Keys keys) {
    Optional<Money> perJob = keys.money("per-job");
    int outputTokens = keys.count("output-tokens").orElse(Budget.DEFAULT_OUTPUT_TOKENS);
    return read(keys, perJob, outputTokens);
  }

  /** A profile's: what all its pipelines may spend together. */
  static Budget ofProfile(Keys keys) {
    return read(keys, Optional.empty(), Budget.DEFAULT_OUTPUT_TOKENS);
  }

  private static Budget read(Keys keys, Optional<Money> perJob, int outputTokens) {
    Optional<Money> perDay = keys.money("per-day");
    Optional<Money> perMonth = keys.money("per-month");
    keys.finish();
    checkOrder(keys, "per-job", perJob, "per-day", perDay);
    checkOrder(keys, "per-day", perDay, "per-month", perMonth);
    if (perDay.isEmpty()) {
      checkOrder(keys, "per-job", perJob, "per-month", perMonth);
    }
    return new Budget(perJob, perDay, perMonth, outputTokens);
  }

  /** What can never be spent because a longer time allows less is a slip. */
  private static void checkOrder(
      Keys keys, String shorter, Optional<Money> less, String longer, Optional<Money> more) {
    if (less.isEmpty() || more.isEmpty()) {
      return;
    }
    String both = "'budget." + shorter + ": " + less.get() + "'";
    if (!less.get().isSameCurrency(more.get())) {
      keys.problem(
          shorter,
          both
              + " and 'budget."
              + longer
              + ": "
              + more.get()
              + "' are of two currencies; expected one");
    } else if (less.get().isMoreThan(more.get())) {
      keys.problem(
          shorter,
          both
              + " is more than 'budget."
              + longer
              + ": "
              + more.get()
              + "'; expected at most that");
    }
  }
}
