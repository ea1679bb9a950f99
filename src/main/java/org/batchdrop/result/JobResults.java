package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.Pipeline.Embeddings;
import org.batchdrop.input.DroppedTable;
import org.batchdrop.input.InputEntry;
import org.batchdrop.input.SourcePlaces;
import org.batchdrop.input.Sources;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.PartId;

/**
 * Merges all parts of a job into result files, in one pass over the rows in input order. The same
 * downloads always give the same bytes.
 *
 * <p>A part is opened when its first row is next and closed behind its last one, so that of
 * ordinary jobs one part is open at a time. Of ready-made requests the parts of different models
 * interleave: then as many are open as there are models.
 *
 * @param balance every row of the input, once
 * @param answeredByPart how many rows each try answered; absent for none
 * @param tokens what the answers used
 * @param problems what was odd about the provider's files
 */
record JobResults(
    Balance balance, Map<PartId, Long> answeredByPart, Tokens tokens, Problems problems) {

  /**
   * Writes the result files.
   *
   * @param folder an empty folder; nothing in it is durable yet when this returns
   * @param stop asked every few thousand rows
   * @throws IOException when a file can't be read or written, or the work shall stop
   * @throws IllegalStateException when the rows do not add up, or a row is in two parts
   */
  static JobResults write(DeliveryOrder order, Path folder, StopCheck stop) throws IOException {
    Problems problems = new Problems();
    ResultLine line = new ResultLine(pointers(order.pipeline()), AnswerCheck.of(order.pipeline()));
    RowResults results = rowResults(order, folder, problems, stop);
    Tokens tokens;
    try (results) {
      ResultWriter writer =
          new ResultWriter(folder, line, results, order.pipeline().intake().rows());
      try (writer) {
        RowCursor.Slice.Merge merge =
            new RowCursor.Slice.Merge(line, HeapShare.ofMachine(), problems, stop);
        try (RowCursors cursors = RowCursors.of(order, merge)) {
          tokens = cursors.writeAll(writer);
        }
      }
      writer.balance().require(order.rows(), order.job().value());
      return new JobResults(writer.balance(), writer.answeredByPart(), tokens, problems);
    }
  }

  private static List<String> pointers(Pipeline pipeline) {
    List<String> pointers = new ArrayList<>();
    if (pipeline.input() instanceof InputFormat.Csv) {
      pointers.addAll(new CellValues(pipeline.result().columns().values()).pointers());
    } else if (pipeline.input() instanceof InputFormat.Source) {
      pointers.add(pipeline.result().files().text());
    }
    if (pipeline.result().embeddings().isPresent()) {
      pointers.addAll(EmbeddingResults.POINTERS);
    }
    return pointers;
  }

  private static RowResults rowResults(
      DeliveryOrder order, Path folder, Problems problems, StopCheck stop) throws IOException {
    RowResults results = ownResults(order, folder, problems, stop);
    Optional<Embeddings> form = order.pipeline().result().embeddings();
    if (form.isEmpty()) {
      return results;
    }
    try {
      int first = pointers(order.pipeline()).size() - EmbeddingResults.POINTERS.size();
      return new RowResults.Both(
          results, EmbeddingResults.make(folder, form.get(), order.rows(), first, problems));
    } catch (IOException e) {
      try (results) {
        throw e;
      }
    }
  }

  /** What is written for the kind of input. */
  private static RowResults ownResults(
      DeliveryOrder order, Path folder, Problems problems, StopCheck stop) throws IOException {
    Pipeline pipeline = order.pipeline();
    if (pipeline.input() instanceof InputFormat.Csv csv) {
      Path target = folder.resolve("results.csv");
      return TableResults.open(
          DroppedTable.prepared(
              order.folder(), InputEntry.of(order.folder().input()).read(), csv, stop),
          csv.delimiter(),
          target,
          pipeline.result().columns(),
          pipeline.result().csvSafe(),
          problems,
          stop);
    }
    if (pipeline.input() instanceof InputFormat.Source source) {
      SourcePlaces places = places(order.folder(), source, stop);
      return new FileResults(places, folder.resolve("files"), pipeline.result().files(), problems);
    }
    return new RowResults.None();
  }

  private static SourcePlaces places(JobFolder folder, InputFormat.Source source, StopCheck stop)
      throws IOException {
    Path input = InputEntry.of(folder.input()).read();
    try {
      return Sources.places(folder, input, source, stop);
    } catch (InputRejected e) {
      throw new IOException(input + ": not what it was when it was prepared", e);
    }
  }
}
