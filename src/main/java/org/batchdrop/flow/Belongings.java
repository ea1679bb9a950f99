package org.batchdrop.flow;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.job.Job;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.BatchView;

/**
 * Knows which batches and files at providers belong to parts of a home's journal: by their ids, and
 * by the key that they carry. Memory grows with the number of parts.
 */
public final class Belongings {

  private static final int MOST_JOBS = 1_000_000;

  private final Map<String, Belonging> batches = new HashMap<>();
  private final Map<String, Belonging> files = new HashMap<>();
  private final Map<PartId, Belonging> parts = new HashMap<>();

  private final String provider;
  private boolean isBuying;

  private Belongings(String provider) {
    this.provider = provider;
  }

  /**
   * Reads a journal; without one nothing belongs to the home.
   *
   * @param provider whose batches and files are asked for: ids of another one mean nothing there
   */
  public static Belongings of(Optional<Journal> journal, String provider) {
    Belongings known = new Belongings(provider);
    journal.ifPresent(
        found ->
            found
                .jobs(MOST_JOBS)
                .forEach(job -> found.parts(job.id()).forEach(part -> known.add(job, part))));
    return known;
  }

  private void add(Job job, Part part) {
    parts.put(part.id(), of(job, part, "input"));
    if (!part.provider().equals(provider)) {
      return;
    }
    isBuying |= part.lane() == Lane.BATCH && !part.state().isFinal();
    part.state().batchId().ifPresent(id -> batches.put(id, of(job, part, "batch")));
    part.state().fileId().ifPresent(id -> files.put(id, of(job, part, "input")));
    if (part.state().batchId().isEmpty()) {
      // In the realtime lane the names of files are Batchdrop's own.
      return;
    }
    end(part.state())
        .ifPresent(
            end -> {
              end.outputFile().ifPresent(id -> files.put(id, of(job, part, "output")));
              end.errorFile().ifPresent(id -> files.put(id, of(job, part, "errors")));
            });
  }

  private static Optional<PartState.BatchEnd> end(PartState state) {
    if (state instanceof PartState.Ended ended) {
      return Optional.of(ended.end());
    }
    return state instanceof PartState.Collected collected
        ? Optional.of(collected.end())
        : Optional.empty();
  }

  private static Belonging of(Job job, Part part, String use) {
    return new Belonging(
        Belonging.Kind.HOME,
        Optional.of(part.id()),
        use,
        !part.state().isFinal(),
        job.times().delivered().filter(at -> job.state().isFinal()),
        part.state().batchId());
  }

  /** Whose a batch is. */
  Belonging of(BatchView batch) {
    Belonging known = batches.get(batch.id());
    if (known == null) {
      // Of a batch whose create was not answered only the file is known.
      known = batch.inputFile().map(files::get).orElse(null);
    }
    return known == null ? keyed(BatchOwners.named(batch), "batch") : known;
  }

  /**
   * Tells whether parts of this home are under way at the provider: files may hold their answers of
   * which the journal does not know yet.
   */
  public boolean isBuying() {
    return isBuying;
  }

  /** Whose a file is. */
  Belonging ofFile(String id, Optional<String> name) {
    Belonging known = files.get(id);
    return known == null ? keyed(name.flatMap(PartId::ofUploadName), "input") : known;
  }

  private Belonging keyed(Optional<PartId> part, String use) {
    if (part.isEmpty()) {
      return Belonging.FOREIGN;
    }
    Belonging known = parts.get(part.get());
    return known == null
        ? new Belonging(
            Belonging.Kind.ELSEWHERE, part, use, false, Optional.empty(), Optional.empty())
        : new Belonging(
            known.kind(), part, use, known.isUnderWay(), known.published(), known.batch());
  }
}
