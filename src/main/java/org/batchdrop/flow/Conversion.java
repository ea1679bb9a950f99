package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.batchdrop.config.Home;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Intake;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.input.CsvReader;
import org.batchdrop.input.DroppedTable;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Lane;
import org.batchdrop.request.KnownAnswers;
import org.batchdrop.request.PartLimits;
import org.batchdrop.request.Preparation;
import org.batchdrop.request.Prepared;
import org.batchdrop.request.PreparedPart;
import org.batchdrop.result.ResultColumns;

/**
 * Turns an input into part files that a provider takes. The same for a job and for a look
 * beforehand, so that the one finds what the other does.
 *
 * @param home that relative folders of the pipeline begin at
 * @param pipeline with the rows of the job
 * @param profile of the pipeline's provider
 */
record Conversion(Home home, Pipeline pipeline, ProviderProfile profile) {

  /** Fewer than most texts have, so that a part of so many bytes has no more tokens. */
  private static final long BYTES_PER_TOKEN = 3;

  /**
   * Writes the part files.
   *
   * @param folder where they are made
   * @param known answers that rows keep, if the pipeline reuses them
   * @param stop asked several times a second
   * @throws InputRejected when nothing of the input can be sent, with each reason
   * @throws IOException when the disk fails, or the work shall stop
   */
  Prepared run(JobId id, JobFolder folder, Path input, KnownAnswers known, BooleanSupplier stop)
      throws IOException, InputRejected {
    if (pipeline.input() instanceof InputFormat.Source && !pipeline.intake().rows().isAll()) {
      throw new InputRejected(
          "invalid_rows",
          "",
          "rows "
              + pipeline.intake().rows()
              + " were asked for, and sources have no row numbers; expected include and exclude"
              + " in the pipeline");
    }
    List<String> endpoints = pipeline.lanes().endpoints(profile);
    ProviderProfile.BatchApi batch = profile.batch();
    PartLimits limits = new PartLimits(batch.maxRequests(), mostBytes(batch), batch.maxLineBytes());
    Intake intake = pipeline.intake();
    Pipeline placed = pipeline.with(new Intake(intake.rows(), intake.images().in(home.root())));
    Prepared prepared =
        new Preparation(id, folder, placed, limits, endpoints, known, stop).run(input);
    requireOneLane(prepared);
    requireFreeColumns(folder, input, StopCheck.when(stop));
    return prepared;
  }

  /** Ready-made lines may name several urls. */
  private void requireOneLane(Prepared prepared) throws InputRejected {
    List<String> urls = urls(prepared).stream().sorted().toList();
    boolean isBatch = lane(prepared) == Lane.BATCH;
    if (isBatch && !profile.batch().endpoints().containsAll(urls)) {
      throw new InputRejected(
          "invalid_url",
          "",
          "the lines have urls that go in no one way, "
              + urls
              + "; expected urls of single calls, "
              + profile.realtime().endpoints()
              + ", or urls of batches, "
              + profile.batch().endpoints()
              + ", in one file");
    }
  }

  private static Set<String> urls(Prepared prepared) {
    return prepared.parts().stream().map(PreparedPart::endpoint).collect(Collectors.toSet());
  }

  /** The way that the parts go first. */
  Lane lane(Prepared prepared) {
    return pipeline.lanes().first(prepared.rows(), urls(prepared), profile);
  }

  /** A batch that alone is above the token limit would never be accepted. */
  private static long mostBytes(ProviderProfile.BatchApi batch) {
    return batch
        .limits()
        .enqueuedTokens()
        .map(tokens -> Math.min(batch.maxFileBytes(), tokens * BYTES_PER_TOKEN))
        .orElse(batch.maxFileBytes());
  }

  private void requireFreeColumns(JobFolder folder, Path input, StopCheck stop)
      throws IOException, InputRejected {
    if (!(pipeline.input() instanceof InputFormat.Csv csv)) {
      return;
    }
    try (CsvReader table =
        CsvReader.open(DroppedTable.prepared(folder, input, csv, stop), csv.delimiter())) {
      List<String> taken =
          ResultColumns.collisions(table.header().names(), pipeline.result().columns().keySet());
      if (!taken.isEmpty()) {
        throw new InputRejected(
            "column_collision",
            "line 1",
            "the input has columns that the results would add: '"
                + String.join("', '", taken)
                + "'; expected other names in the pipeline's 'result.columns'");
      }
    }
  }
}
