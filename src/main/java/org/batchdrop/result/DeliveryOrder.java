package org.batchdrop.result;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.Pipeline;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Money;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowFailure;

/**
 * Everything that is needed to publish the results of a job whose parts have all ended; plain
 * values, read from the journal by the caller.
 *
 * @param job the job
 * @param folder its work folder, unchanged by publishing
 * @param pipeline by which the job was run
 * @param outbox the folder that holds one folder for each pipeline
 * @param state {@code COMPLETED} or {@code CANCELLED}; of a cancelled job, too, every row is
 *     accounted for
 * @param endpoint the URL path of the requests, as {@code /v1/chat/completions}; several joined by
 *     comma
 * @param lane the way its rows went; several joined by comma
 * @param models the models that were asked, in no particular order
 * @param rows the number of rows of the input, unsent ones included
 * @param parts each generation of each part, in any order; every row is in exactly one part number
 *     or unsent
 * @param times when what happened
 * @param cost what it cost
 */
public record DeliveryOrder(
    JobId job,
    JobFolder folder,
    Pipeline pipeline,
    Path outbox,
    Delivery.State state,
    String endpoint,
    String lane,
    List<String> models,
    long rows,
    List<Part> parts,
    Times times,
    Cost cost) {

  /**
   * What the job cost.
   *
   * @param estimated at most, before anything was sent; empty when a price was not known
   * @param spent by the tokens that the answers used; empty when a price is not known
   * @param unknown why an amount is not known, for people; empty when all are
   * @param reused rows that keep answers of earlier jobs
   * @param saved what these answers would have cost; empty when a price is not known
   */
  public record Cost(
      Optional<Money> estimated,
      Optional<Money> spent,
      String unknown,
      long reused,
      Optional<Money> saved) {
    /** Nothing was bought. */
    public static final Cost NONE =
        new Cost(Optional.empty(), Optional.empty(), "", 0, Optional.empty());
  }

  /**
   * @throws IllegalArgumentException when {@code rows} is negative or a part belongs to another job
   */
  public DeliveryOrder {
    models = List.copyOf(models);
    parts = List.copyOf(parts);
    if (rows < 0) {
      throw new IllegalArgumentException("rows " + rows + ": expected 0 or more");
    }
    for (Part part : parts) {
      if (!part.id().job().equals(job)) {
        throw new IllegalArgumentException("part " + part.id() + ": expected one of job " + job);
      }
    }
  }

  /**
   * One try at buying one slice of the job. The row numbers of generation 1 must be in {@link
   * JobFolder#rows}; for ready-made requests its lines must be in {@link JobFolder#requests}.
   *
   * @param id the slice and the try
   * @param batchId empty when no batch was ever created
   * @param fileId the uploaded request file at the provider; empty when there is none
   * @param status the provider's last word about the batch, or ours when there is no batch
   * @param rows how many rows the try holds
   * @param hasOutput {@link JobFolder#output} was downloaded; it must then exist, it may be empty
   * @param hasErrors the same for {@link JobFolder#errors}
   * @param refusal why nothing was bought, for all rows of the try; empty when it was bought
   */
  public record Part(
      PartId id,
      Optional<String> batchId,
      Optional<String> fileId,
      String status,
      long rows,
      boolean hasOutput,
      boolean hasErrors,
      Optional<Reason> refusal) {}

  /**
   * Why rows have no answer.
   *
   * @param code one word in lower snake case
   * @param message for people
   */
  public record Reason(String code, String message) {

    /** Nothing is to be said. */
    public static final Reason NONE = new Reason("", "");

    /** No line of the provider speaks of a row. */
    static final Reason MISSING =
        new Reason("missing_answer", "the provider returned no line for this row");

    /** A line of the provider can't be read. */
    static final Reason MALFORMED =
        new Reason("malformed_line", "the provider's line for this row is not valid JSON");

    /** The reason of an unsent row; its message begins with the row's place in the input. */
    static Reason of(RowFailure failure) {
      boolean told = failure.location().isEmpty() || failure.message().contains(failure.location());
      return new Reason(
          failure.code(), told ? failure.message() : failure.location() + ": " + failure.message());
    }
  }

  /**
   * When what happened.
   *
   * @param received the input was claimed
   * @param prepared its requests were ready; empty when it was rejected before
   * @param firstSubmitted the first batch was created; empty when none was
   * @param ended the last part ended; empty when there was none
   * @param delivered now, as it shall stand in the report
   */
  public record Times(
      Instant received,
      Optional<Instant> prepared,
      Optional<Instant> firstSubmitted,
      Optional<Instant> ended,
      Instant delivered) {}
}
