package org.batchdrop.request;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.input.CsvReader;
import org.batchdrop.input.CsvRows;
import org.batchdrop.input.DroppedTable;
import org.batchdrop.input.ImageFiles;
import org.batchdrop.input.JsonLinesReader;
import org.batchdrop.input.LineNumbers;
import org.batchdrop.input.RequestLinesReader;
import org.batchdrop.input.RowReader;
import org.batchdrop.input.Sources;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.TextInput;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.RowSelection;
import org.jspecify.annotations.Nullable;

/**
 * Turns a dropped input into part files: {@link JobFolder#requests}, {@link JobFolder#rows} and,
 * for rows that can't be sent, {@link JobFolder#unsentRows}.
 *
 * <p>A function of the input, the pipeline and the limits: run again, after a crash too, it leaves
 * the same bytes. Each file is written under a temporary name, made durable, and renamed; files of
 * an earlier run are removed first. Every row that the pipeline chooses counts, and each is in
 * exactly one part or among the unsent rows. Memory does not grow with the input, except for a
 * folder's list of paths and, for ready-made request lines, 16 bytes a row. Not for use by several
 * threads.
 */
public final class Preparation {

  /** A smaller table is converted by one thread. */
  private static final long PARALLEL_FROM = 4 << 20;

  private static final int CHUNK = 256 * 1024;

  /** The names this writes; those of later generations and of answers are not among them. */
  private static final Pattern OWN =
      Pattern.compile("(part-[0-9]{4,}[.](jsonl|rows)|unsent[.]jsonl)([.]tmp)?");

  /** The answers that an unfinished run decided to keep: nothing can have been bought then. */
  private static final Pattern REUSED =
      Pattern.compile("(part-[0-9]{4,}[.]output[.]jsonl|reused[.]rows)([.]tmp)?");

  private final JobId job;
  private final JobFolder folder;
  private final Pipeline pipeline;
  private final PartLimits limits;
  private final List<String> endpoints;
  private final KnownAnswers known;
  private final StopCheck stop;
  private final int threads;
  private final long parallelFrom;
  private final int chunk;
  private ImageFiles images = ImageFiles.NONE;

  /**
   * Prepares to prepare.
   *
   * @param pipeline the job's own copy
   * @param limits what the provider takes as one batch
   * @param endpoints the urls that ready-made lines may name
   * @param known answers that rows keep, if the pipeline reuses them
   * @param stop asked between blocks, several times a second
   */
  public Preparation(
      JobId job,
      JobFolder folder,
      Pipeline pipeline,
      PartLimits limits,
      List<String> endpoints,
      KnownAnswers known,
      BooleanSupplier stop) {
    this(
        job,
        folder,
        pipeline,
        limits,
        endpoints,
        known,
        stop,
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        PARALLEL_FROM,
        CHUNK);
  }

  /** As the other one, where nothing was answered before. */
  public Preparation(
      JobId job,
      JobFolder folder,
      Pipeline pipeline,
      PartLimits limits,
      List<String> endpoints,
      BooleanSupplier stop) {
    this(job, folder, pipeline, limits, endpoints, KnownAnswers.NONE, stop);
  }

  /** For tests: with bounds that small tables reach. */
  Preparation(
      JobId job,
      JobFolder folder,
      Pipeline pipeline,
      PartLimits limits,
      List<String> endpoints,
      BooleanSupplier stop,
      int threads,
      long parallelFrom,
      int chunk) {
    this(
        job,
        folder,
        pipeline,
        limits,
        endpoints,
        KnownAnswers.NONE,
        stop,
        threads,
        parallelFrom,
        chunk);
  }

  private Preparation(
      JobId job,
      JobFolder folder,
      Pipeline pipeline,
      PartLimits limits,
      List<String> endpoints,
      KnownAnswers known,
      BooleanSupplier stop,
      int threads,
      long parallelFrom,
      int chunk) {
    this.job = job;
    this.folder = folder;
    this.pipeline = pipeline;
    this.limits = limits;
    this.endpoints = List.copyOf(endpoints);
    this.known = known;
    this.stop = StopCheck.when(stop);
    this.threads = threads;
    this.parallelFrom = parallelFrom;
    this.chunk = chunk;
  }

  /**
   * Writes the part files.
   *
   * @param input the one entry of {@link JobFolder#input}
   * @throws InputRejected when the input can't be read as rows, the pipeline's body does not fit
   *     it, or no row can be sent; with the code of each reason
   * @throws java.io.InterruptedIOException when the work shall stop; it can be started again
   * @throws IOException when reading or writing fails; it can be started again
   */
  public Prepared run(Path input) throws IOException, InputRejected {
    removeEarlier();
    InputFormat format = pipeline.input();
    if (format instanceof InputFormat.Csv csv) {
      DroppedTable dropped = DroppedTable.of(folder, input, csv, stop);
      images = new ImageFiles(dropped, pipeline.intake().images());
      return table(dropped.utf8(folder, csv, stop), csv);
    }
    if (format instanceof InputFormat.JsonLines) {
      DroppedTable dropped = DroppedTable.of(folder, input, format, stop);
      images = new ImageFiles(dropped, pipeline.intake().images());
      Path text = dropped.utf8(folder, format, stop);
      BodyTemplate body = body();
      return rows(
          new JsonLinesReader(text, body.fieldNames(), CsvReader.MOST_RECORD_BYTES, chosen(), stop),
          body,
          new LineNumbers(text));
    }
    if (format instanceof InputFormat.Source source) {
      return rows(Sources.rows(folder, input, source, stop), body(), new LineNumbers(input));
    }
    return requestLines(TextInput.utf8(folder, input, Optional.empty(), stop));
  }

  private Prepared table(Path text, InputFormat.Csv csv) throws IOException, InputRejected {
    BodyTemplate body = body();
    long bodyOffset;
    char delimiter;
    List<String> names;
    try (CsvReader reader =
        CsvReader.open(text, csv.delimiter(), stop, CsvReader.MOST_RECORD_BYTES)) {
      bodyOffset = reader.bodyOffset();
      delimiter = reader.header().delimiter();
      names = reader.header().names();
      requireFields(body, names);
      // A chunk of rows with images would be too much for memory; these make a block one by one.
      boolean isSequential = threads < 2 || !chosen().isAll() || !body.images().isEmpty();
      if (isSequential || Files.size(text) < parallelFrom) {
        return rows(chosenOf(reader), body, new LineNumbers(text));
      }
    }
    Prepared prepared = parallel(text, bodyOffset, delimiter, names, body);
    if (prepared != null) {
      return prepared;
    }
    removeEarlier();
    try (CsvReader again =
        CsvReader.open(text, csv.delimiter(), stop, CsvReader.MOST_RECORD_BYTES)) {
      return rows(chosenOf(again), body, new LineNumbers(text));
    }
  }

  private CsvRows chosenOf(CsvReader reader) {
    return new CsvRows(reader, CsvReader.MOST_RECORD_BYTES, chosen());
  }

  private RowSelection chosen() {
    return pipeline.intake().rows();
  }

  /** Null when the table's quotes are irregular: then only one thread gets it right. */
  private @Nullable Prepared parallel(
      Path text, long bodyOffset, char delimiter, List<String> names, BodyTemplate body)
      throws IOException, InputRejected {
    try (CsvChunks chunks = new CsvChunks(text, bodyOffset, chunk, stop);
        PartSequence parts = sequence(body, names, new LineNumbers(text))) {
      new ParallelCsv(
              chunks,
              chunk,
              () -> new CsvWorker(delimiter, names.size(), template(body, names)),
              parts)
          .run();
      return parts.finish();
    } catch (CsvChunks.Irregular e) {
      return null;
    }
  }

  private Prepared rows(RowReader opened, BodyTemplate body, LineNumbers lineNumbers)
      throws IOException, InputRejected {
    try (RowReader reader = opened;
        PartSequence parts = sequence(body, reader.fieldNames(), lineNumbers)) {
      requireFields(body, reader.fieldNames());
      return drain(new TemplateBlocks(reader, template(body, reader.fieldNames()), stop), parts);
    }
  }

  private Prepared requestLines(Path text) throws IOException, InputRejected {
    try (RequestLinesReader reader =
            new RequestLinesReader(text, endpoints, CsvReader.MOST_RECORD_BYTES, chosen(), stop);
        RequestLineBlocks blocks = new RequestLineBlocks(reader, limits.longestLine(), stop);
        PartSequence parts =
            new PartSequence(
                job,
                folder,
                limits,
                blocks.groups(),
                -1,
                new LineNumbers(text),
                chosen(),
                reuse())) {
      Prepared prepared = drain(blocks, parts);
      return new Prepared(
          prepared.rows(), prepared.unsent(), blocks.destreamed(), prepared.parts());
    }
  }

  private static Prepared drain(BlockSource source, PartSequence parts)
      throws IOException, InputRejected {
    Block block = new Block();
    while (source.fill(block)) {
      parts.accept(block);
      block.clear();
    }
    return parts.finish();
  }

  private @Nullable Reuse reuse() throws IOException {
    return pipeline.reuse() ? Reuse.of(folder, known) : null;
  }

  private PartSequence sequence(BodyTemplate body, List<String> names, LineNumbers lineNumbers)
      throws IOException, InputRejected {
    requireFields(body, names);
    Group group = new Group(request().url(), body.model(), body.enableThinking().orElse(""));
    int numberAt = template(body, names).numberAt();
    return new PartSequence(
        job, folder, limits, List.of(group), numberAt, lineNumbers, chosen(), reuse());
  }

  private LineTemplate template(BodyTemplate body, List<String> names) {
    return new LineTemplate(job, request().url(), body, names, limits.longestLine(), images);
  }

  private Pipeline.Request request() {
    return pipeline
        .request()
        .orElseThrow(
            () -> new IllegalStateException("pipeline " + pipeline.name() + " has no request"));
  }

  private BodyTemplate body() throws InputRejected {
    BodyTemplate.Compilation compiled = BodyTemplate.compile(request().body());
    if (compiled instanceof BodyTemplate.Refused refused) {
      throw rejected("invalid_body", refused.problems());
    }
    return ((BodyTemplate.Compiled) compiled).template();
  }

  private static void requireFields(BodyTemplate body, List<String> names) throws InputRejected {
    List<TemplateProblem> unknown = body.unknownFields(names);
    if (!unknown.isEmpty()) {
      throw rejected("unknown_field", unknown);
    }
  }

  private static InputRejected rejected(String code, List<TemplateProblem> problems) {
    return new InputRejected(
        problems.stream()
            .map(p -> new InputRejected.Problem(code, p.location().toString(), p.message()))
            .toList());
  }

  /** Removes what a crashed run has left; nothing else knows of these files yet. */
  private void removeEarlier() throws IOException {
    boolean isUndecided = pipeline.reuse() && !Reuse.isDecided(folder);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder.root(),
            file -> {
              String name = String.valueOf(file.getFileName());
              return OWN.matcher(name).matches() || (isUndecided && REUSED.matcher(name).matches());
            })) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
