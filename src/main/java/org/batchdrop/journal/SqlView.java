package org.batchdrop.journal;

import java.time.Duration;
import java.time.Instant;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.Standing;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** What one transaction sees of what is under way beside a part. */
record SqlView(Handle handle, PartId without) implements Journal.View {

  private static final Duration HOUR = Duration.ofHours(1);

  @Override
  public Standing standing(String account, String model, Instant now) {
    int creates =
        query(Statements.CREATES)
            .bind("account", account)
            .bind("since", now.minus(HOUR).toEpochMilli())
            .mapTo(int.class)
            .one();
    return query(Statements.UNDER_WAY)
        .bind("account", account)
        .bind("model", model)
        .map((row, context) -> new Standing(row.getLong(1), row.getInt(2), creates))
        .one();
  }

  @Override
  public long committed(Journal.Scope scope, String currency, Instant since) {
    String condition;
    String value;
    if (scope instanceof Journal.Scope.OfPipeline of) {
      condition = "job.pipeline = :scope";
      value = of.pipeline();
    } else if (scope instanceof Journal.Scope.OfAccount of) {
      condition = "part.account = :scope";
      value = of.account();
    } else {
      condition = "part.job = :scope";
      value = ((Journal.Scope.OfJob) scope).job().value();
    }
    return query(Statements.COMMITTED.formatted(condition))
        .bind("scope", value)
        .bind("currency", currency)
        .bind("since", since.toEpochMilli())
        .mapTo(long.class)
        .one();
  }

  @Override
  public Journal.Pending pending(JobId job) {
    return handle
        .createQuery(Statements.PENDING)
        .bind("job", job.value())
        .map((row, context) -> new Journal.Pending(row.getLong(1), row.getInt(2) == 0))
        .one();
  }

  private Query query(String text) {
    return handle
        .createQuery(text)
        .bind("job", without.job().value())
        .bind("number", without.number())
        .bind("generation", without.generation());
  }
}
