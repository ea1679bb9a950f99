package org.batchdrop.flow;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.batchdrop.config.Budget;
import org.batchdrop.job.Job;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.Usage;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.Journal.Scope;
import org.batchdrop.journal.Reservation;
import org.batchdrop.provider.Account;

/** Judges whether a part may cost what it may cost, by the budgets of its pipeline and account. */
final class Spending {

  private static final String WAYS_OUT = "; 'batchdrop approve JOB' buys it all the same";

  private final Job job;
  private final Part part;
  private final Budget pipeline;
  private final Account account;
  private final String unknown;

  /**
   * Prepares the judgement.
   *
   * @param part with its estimate, which is absent when its price is not known
   * @param pipeline the budget of the job's pipeline
   */
  Spending(Job job, Part part, Budget pipeline, Account account, Costs costs) throws IOException {
    this.job = job;
    this.part = part;
    this.pipeline = pipeline;
    this.account = account;
    this.unknown =
        part.purchase().estimate().isPresent()
            ? ""
            : costs
                .cost(part, Usage.expected(part.size().rows(), part.purchase().tokens(), 0))
                .reason();
  }

  /**
   * Tells why the part may not be bought.
   *
   * @param view what is spent and reserved; days and months begin at this machine's midnight
   */
  Optional<Reservation.Refused> refusal(Journal.View view, Instant now) {
    Budget profile = account.profile().budget();
    if (job.orders().approved() || !(pipeline.isBounded() || profile.isBounded())) {
      return Optional.empty();
    }
    if (part.purchase().estimate().isEmpty()) {
      return Optional.of(parked("its cost is not known: " + unknown));
    }
    Scope ofPipeline = new Scope.OfPipeline(job.pipeline());
    Scope ofAccount = new Scope.OfAccount(account.fingerprint());
    return refusal(pipeline, "pipeline " + job.pipeline(), ofPipeline, view, now)
        .or(() -> refusal(profile, "provider " + part.provider(), ofAccount, view, now))
        .map(Spending::parked);
  }

  private Optional<String> refusal(
      Budget budget, String whose, Scope scope, Journal.View view, Instant now) {
    Money estimate = part.purchase().estimate().orElseThrow();
    if (!budget.isBounded()) {
      return Optional.empty();
    }
    String currency = estimate.currency();
    if (!budget.currency().equals(Optional.of(currency))) {
      return Optional.of(
          "the budget of "
              + whose
              + " is in "
              + budget.currency().orElse("")
              + " and its price in "
              + currency
              + "; expected one currency");
    }
    Journal.Pending pending = view.pending(job.id());
    Money rest = new Money(Math.max(pending.nanos(), estimate.nanos()), currency);
    LocalDate today = LocalDate.ofInstant(now, ZoneId.systemDefault());
    Scope ofJob = new Scope.OfJob(job.id());
    Budget.Committed committed =
        new Budget.Committed(
            money(view.committed(ofJob, currency, Instant.EPOCH), currency),
            money(view.committed(scope, currency, start(today)), currency),
            money(view.committed(scope, currency, start(today.withDayOfMonth(1))), currency));
    return budget
        .refusal(rest, pending.isFirst() ? rest : estimate, committed)
        .map(reason -> "over the budget of " + whose + ": " + reason);
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneId.systemDefault()).toInstant();
  }

  private static Money money(long nanos, String currency) {
    return new Money(nanos, currency);
  }

  private static Reservation.Refused parked(String reason) {
    return new Reservation.Refused(reason + WAYS_OUT, true);
  }
}
