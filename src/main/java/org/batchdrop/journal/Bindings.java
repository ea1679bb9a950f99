package org.batchdrop.journal;

import java.time.Instant;
import java.util.Optional;
import org.batchdrop.job.Job;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Turns values into the parameters of {@link Statements}. */
final class Bindings {

  private static final int MAX_TEXT = 2000;

  private Bindings() {}

  static Update bind(Update update, Job job) {
    return update
        .bind("id", job.id().value())
        .bind("pipeline", job.pipeline())
        .bind("inputName", job.inputName())
        .bind("inputBytes", job.inputBytes())
        .bind("inputKey", job.inputKey())
        .bind("state", job.state().label())
        .bind("provider", job.provider())
        .bind("rows", job.totals().rows())
        .bind("unsent", job.totals().unsent())
        .bind("answered", job.totals().answered())
        .bind("failed", job.totals().failed())
        .bind("parts", job.totals().parts())
        .bind("receivedAt", job.times().received().toEpochMilli())
        .bind("preparedAt", millis(job.times().prepared()))
        .bind("collectedAt", millis(job.times().collected()))
        .bind("deliveredAt", millis(job.times().delivered()))
        .bind("outbox", job.outbox().orElse(null))
        .bind("problem", job.problem().map(Bindings::cut).orElse(null))
        .bind("contents", job.contents())
        .bind("approved", job.orders().approved() ? 1 : 0)
        .bind("cancelled", job.orders().cancelled() ? 1 : 0);
  }

  static Update bind(Update update, Part part) {
    Optional<PartState.BatchEnd> end = Records.end(part.state());
    Optional<PartState.Unbought> unbought =
        part.state() instanceof PartState.Unbought state ? Optional.of(state) : Optional.empty();
    return update
        .bind("job", part.id().job().value())
        .bind("number", part.id().number())
        .bind("generation", part.id().generation())
        .bind("lane", part.lane().label())
        .bind("state", part.state().label())
        .bind("rows", part.size().rows())
        .bind("firstRow", part.size().firstRow())
        .bind("lastRow", part.size().lastRow())
        .bind("bytes", part.size().bytes())
        .bind("endpoint", part.endpoint())
        .bind("model", part.model())
        .bind("provider", part.provider())
        .bind("account", part.account())
        .bind("fileId", part.state().fileId().orElse(null))
        .bind("batchId", part.state().batchId().orElse(null))
        .bind("endStatus", end.map(PartState.BatchEnd::status).orElse(null))
        .bind("outputFile", end.flatMap(PartState.BatchEnd::outputFile).orElse(null))
        .bind("errorFile", end.flatMap(PartState.BatchEnd::errorFile).orElse(null))
        .bind(
            "code",
            end.map(PartState.BatchEnd::code)
                .or(() -> unbought.map(PartState.Unbought::code))
                .orElse(null))
        .bind(
            "message",
            end.map(PartState.BatchEnd::message)
                .or(() -> unbought.map(PartState.Unbought::message))
                .map(Bindings::cut)
                .orElse(null))
        .bind("seenStatus", part.seen().status())
        .bind("seenCompleted", part.seen().completed())
        .bind("seenFailed", part.seen().failed())
        .bind("tries", part.pause().tries())
        .bind("begunAt", part.pause().begun().toEpochMilli())
        .bind("sinceAt", part.pause().since().toEpochMilli())
        .bind("dueAt", part.pause().due().toEpochMilli())
        .bind("reason", part.pause().reason().map(Bindings::cut).orElse(null))
        .bind("parked", part.pause().parked() ? 1 : 0)
        .bind("attempt", part.purchase().attempt())
        .bind("refusals", part.purchase().refusals())
        .bind("tokens", part.purchase().tokens())
        .bind("currency", currency(part.purchase()))
        .bind("estimate", part.purchase().estimate().map(Money::nanos).orElse(null))
        .bind("spent", part.purchase().spent().map(Money::nanos).orElse(null))
        .bind("intendedAt", millis(part.purchase().intended()));
  }

  private static @Nullable String currency(Part.Purchase purchase) {
    return purchase.spent().or(purchase::estimate).map(Money::currency).orElse(null);
  }

  private static @Nullable Long millis(Optional<Instant> time) {
    return time.map(Instant::toEpochMilli).orElse(null);
  }

  /** A text as long as a column takes. */
  static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
