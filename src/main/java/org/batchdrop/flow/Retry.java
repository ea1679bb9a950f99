package org.batchdrop.flow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.PipelineFile;
import org.batchdrop.config.Problems;
import org.batchdrop.input.Contents;
import org.batchdrop.input.InputAddress;
import org.batchdrop.input.RowPick;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobState;
import org.batchdrop.job.RowOrder;
import org.batchdrop.job.RowSelection;

/**
 * Makes a new input of a finished job: its rows without an answer, or all of it. Reads the outbox
 * and the job's work folder, changes neither, and hands nothing over itself.
 *
 * @param home where the job was
 * @param job as the journal knows it
 */
public record Retry(Home home, Job job) {

  private static final String PACKED_TAR = ".tar.gz";
  private static final Pattern RETRIED = Pattern.compile("(?s)(.*)-retry(\\d{1,8})");
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * A new input.
   *
   * @param entry what is to be dropped; empty when no row lacks an answer
   * @param rows how many rows it was made for; 0 when the job was rejected, because nobody has
   *     counted them
   * @param along how many rows with an answer it has beside those
   * @param keepsAnswers whether the pipeline, as it is now, reuses what it was answered before
   */
  public record Ready(Job job, Optional<Entry> entry, long rows, long along, boolean keepsAnswers) {

    /**
     * The same for programs: {@code {"job":"...","pipeline":"...","rows":3,"answered_rows":0,
     * "input":"..."}}, {@code input} null when there is nothing to hand over.
     *
     * @param shown where the entry was put, relative to the home
     */
    public String toJson(Optional<String> shown) throws IOException {
      StringWriter text = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(text)) {
        json.writeStartObject();
        json.writeStringField("job", job.id().value());
        json.writeStringField("pipeline", job.pipeline());
        json.writeNumberField("rows", rows);
        json.writeNumberField("answered_rows", along);
        json.writeFieldName("input");
        if (shown.isPresent()) {
          json.writeString(shown.get());
        } else {
          json.writeNull();
        }
        json.writeEndObject();
      }
      return text.toString();
    }
  }

  /**
   * What is to be dropped.
   *
   * @param source a file or folder
   * @param name the name that it is to be dropped with
   * @param rows which of its rows are to be taken, in place of what the pipeline says
   */
  public record Entry(Path source, String name, RowOrder rows) {}

  /** The job can't be handed over again; the message says why and what to do. */
  public static final class Impossible extends Exception {

    private static final long serialVersionUID = 1;

    Impossible(String message) {
      super(message);
    }
  }

  /**
   * Makes the input.
   *
   * @param isWhole every row, whether it has an answer or not; a rejected job has no other way
   * @param scratch an empty folder, to be removed once the entry was handed over
   * @throws Impossible when the job is not finished, its results or its pipeline are gone, or the
   *     whole input would be rejected as a duplicate
   * @throws IOException when reading or writing fails, or the published files were changed
   */
  public Ready make(boolean isWhole, Path scratch) throws IOException, Impossible {
    if (!job.state().isFinal()) {
      throw new Impossible(
          job.id()
              + " is "
              + job.state().label()
              + " and not finished; expected a job that is delivered or rejected; 'batchdrop show "
              + job.id()
              + "' tells what it waits for, 'batchdrop cancel "
              + job.id()
              + "' delivers what there is");
    }
    Catalog.PipelineText current = pipelineText();
    boolean isRejected = job.state() instanceof JobState.Rejected;
    if (!isRejected && !isWhole && job.totals().failed() == 0) {
      return new Ready(job, Optional.empty(), 0, 0, false);
    }
    Path results = home.root().resolve(job.outbox().orElse("outbox"));
    Path dropped = results.resolve("input").resolve(job.inputName());
    requireThere(dropped);
    Path input = fetched(results, dropped);
    requireThere(input);
    requireNoLink(input);
    String inputName = String.valueOf(input.getFileName());
    if (isRejected || isWhole) {
      requireNew(current, input, scratch);
      String name = newName(inputName, Files.isDirectory(input, LinkOption.NOFOLLOW_LINKS));
      return new Ready(
          job,
          Optional.of(new Entry(input, name, rowOrder(results))),
          job.totals().rows(),
          0,
          false);
    }
    requireThere(results.resolve("output.jsonl"));
    requireThere(results.resolve("errors.jsonl"));
    return failedRows(current, input, results, scratch);
  }

  private Ready failedRows(Catalog.PipelineText current, Path input, Path results, Path scratch)
      throws IOException, Impossible {
    Pipeline pipeline = asPrepared(current);
    if (RowPick.holdsFiles(input) && !(pipeline.input() instanceof InputFormat.Source)) {
      throw new Impossible(
          job.inputName()
              + " is a folder or an archive with a table, of which no rows can be taken out; expected --all, or"
              + " the failed rows dropped again by hand with their files");
    }
    RowOrder order = rowOrder(results);
    RowPick pick =
        new RowPick(
            pipeline.input(),
            input,
            results,
            order.applyTo(pipeline.intake().rows()),
            job.id(),
            job.totals().rows(),
            job.totals().failed());
    boolean isUnpacked = pick.isFolder() && Files.isRegularFile(input, LinkOption.NOFOLLOW_LINKS);
    String inputName = String.valueOf(input.getFileName());
    String name = newName(isUnpacked ? stem(inputName) : inputName, pick.isFolder());
    Path picked = scratch.resolve("picked");
    if (pick.isFolder()) {
      Files.createDirectory(picked);
    }
    RowPick.Picked rows =
        pick.write(picked, new JobFolder(Files.createDirectory(scratch.resolve("on-the-way"))));
    // The pipeline's own choice of rows was made when the job was, and is not made again.
    Pipeline now = read(current);
    boolean wouldChoose = !now.intake().rows().isAll();
    RowOrder every =
        wouldChoose ? new RowOrder(Optional.of(RowSelection.ALL), Optional.empty()) : RowOrder.NONE;
    return new Ready(
        job,
        Optional.of(new Entry(picked, name, every)),
        rows.failed(),
        rows.answered(),
        now.reuse());
  }

  /** What was fetched is not fetched again: its address may give another file by now. */
  private static Path fetched(Path results, Path dropped) throws IOException {
    if (!InputAddress.isOne(dropped)) {
      return dropped;
    }
    String name = report(results).at("/input/fetched/name").asText("");
    return name.isEmpty() ? dropped : dropped.resolveSibling(name);
  }

  private static JsonNode report(Path results) throws IOException {
    return new ObjectMapper().readTree(Files.readString(results.resolve("report.json")));
  }

  /** Which rows of the input were the job's, where somebody had said so. */
  private RowOrder rowOrder(Path results) throws IOException, Impossible {
    JobFolder folder = home.job(job.id());
    if (Tree.look(folder.pipeline()).isPresent()) {
      return JobPipelines.rowOrder(folder);
    }
    if (job.state() instanceof JobState.Rejected) {
      throw new Impossible(
          "the work folder of "
              + job.id()
              + " is gone, and with it whether only some rows were asked for; drop "
              + home.show(results.resolve("input").resolve(job.inputName()))
              + " again");
    }
    JsonNode chosen = report(results).at("/input/chosen_rows");
    return RowSelection.parse(chosen.asText(""))
        .map(rows -> new RowOrder(Optional.of(rows), Optional.empty()))
        .orElse(RowOrder.NONE);
  }

  private void requireThere(Path path) throws IOException, Impossible {
    if (Tree.look(path).isEmpty()) {
      throw new Impossible(
          home.show(path)
              + " is gone: the results of "
              + job.id()
              + " were moved or deleted; drop the original file into "
              + home.show(home.inbox(job.pipeline())));
    }
  }

  private void requireNoLink(Path input) throws IOException, Impossible {
    boolean isReadable =
        Tree.look(input).filter(look -> look.isRegularFile() || look.isDirectory()).isPresent();
    if (!isReadable) {
      throw new Impossible(
          home.show(input)
              + " is a link or a device, and no file of its own; drop the file itself into "
              + home.show(home.inbox(job.pipeline())));
    }
  }

  private Catalog.PipelineText pipelineText() throws IOException, Impossible {
    return new Catalog(home, "sandbox")
        .pipelineText(job.pipeline())
        .orElseThrow(
            () ->
                new Impossible(
                    "there is no pipeline '"
                        + job.pipeline()
                        + "' any more in "
                        + home.pipelines()
                        + "; expected the pipeline of "
                        + job.id()));
  }

  /** The pipeline by which the rows were counted: the job's own copy, as long as it is kept. */
  private Pipeline asPrepared(Catalog.PipelineText current) throws IOException, Impossible {
    Path copy = home.job(job.id()).pipeline();
    boolean isKept = Tree.look(copy).isPresent();
    return read(
        isKept ? new Catalog.PipelineText(home.show(copy), Files.readString(copy)) : current);
  }

  private Pipeline read(Catalog.PipelineText text) throws Impossible {
    Problems problems = new Problems();
    Optional<Pipeline> pipeline =
        PipelineFile.read(job.pipeline(), text.file(), text.text(), problems);
    if (pipeline.isEmpty()) {
      throw new Impossible(problems.all().get(0) + "; expected a pipeline without problems");
    }
    return pipeline.get();
  }

  /** Says before anything is copied what the daemon would say after it. */
  private void requireNew(Catalog.PipelineText current, Path input, Path scratch)
      throws IOException, Impossible {
    boolean counts =
        job.state() instanceof JobState.Delivered
            && job.totals().failed() == 0
            && !job.orders().cancelled();
    if (!counts || read(current).onDuplicate() == Pipeline.OnDuplicate.RUN) {
      return;
    }
    Path text = scratch.resolve("pipeline.yaml");
    Tree.write(text, current.text());
    if (Contents.hash(List.of(text), input, StopCheck.NEVER).equals(job.contents())) {
      throw new Impossible(
          job.id()
              + " has an answer for every row, so the same input would be rejected as a duplicate"
              + " and nothing bought; to buy all of it again, set 'on-duplicate: run' in "
              + current.file());
    }
  }

  /** {@code tickets-retry1.csv} for {@code tickets.csv}, {@code tickets-retry2.csv} for that. */
  static String newName(String name, boolean isFolder) {
    String stem = isFolder ? name : stem(name);
    String extension = name.substring(stem.length());
    Matcher earlier = RETRIED.matcher(stem);
    return earlier.matches()
        ? earlier.group(1) + "-retry" + (Integer.parseInt(earlier.group(2)) + 1) + extension
        : stem + "-retry1" + extension;
  }

  private static String stem(String name) {
    if (name.length() > PACKED_TAR.length()
        && name.regionMatches(
            true, name.length() - PACKED_TAR.length(), PACKED_TAR, 0, PACKED_TAR.length())) {
      return name.substring(0, name.length() - PACKED_TAR.length());
    }
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
