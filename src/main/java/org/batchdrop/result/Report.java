package org.batchdrop.result;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.input.FetchedInput;
import org.batchdrop.job.InputRejected.Problem;
import org.batchdrop.result.DeliveryOrder.Part;

/**
 * The content of {@code report.json}.
 *
 * @param models the models that were asked; empty when nothing was sent
 * @param lane the way its rows went; empty when nothing was sent
 * @param input what was dropped
 * @param failedByCode rows without an answer by {@code error.code}
 * @param answeredByBatch how many rows each of {@code batches} answered, in the same order
 * @param problems the first ones
 * @param problemCount all of them
 * @param lines what was odd about the provider's lines
 */
record Report(
    String job,
    String pipeline,
    String provider,
    List<String> models,
    String endpoint,
    String lane,
    Delivery.State state,
    Input input,
    long rows,
    long answered,
    long failed,
    Map<String, Long> failedByCode,
    Tokens tokens,
    DeliveryOrder.Cost cost,
    DeliveryOrder.Times times,
    List<Part> batches,
    List<Long> answeredByBatch,
    List<Problem> problems,
    long problemCount,
    Lines lines) {

  /**
   * What was dropped; the size is that of all its files together.
   *
   * @param chosen the rows that are the job's; empty: all
   * @param fetched the file whose address was dropped; empty: no address was dropped, or it gave
   *     none
   */
  record Input(String name, long bytes, Optional<String> chosen, Optional<FetchedInput> fetched) {}

  /** How many lines of the provider were left out, by reason. */
  record Lines(long duplicate, long conflicting, long foreign, long nameless, long malformed) {
    static final Lines NONE = new Lines(0, 0, 0, 0, 0);
  }
}
