package org.batchdrop.input;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.RowSelection;

/**
 * Writes the rows of an input that have no answer, as an input of their own: a table keeps its
 * header, lines and records keep their bytes, files keep their paths. What is in another charset
 * than UTF-8 stays in it, character by character.
 *
 * @param format how the input was read
 * @param input what was dropped, as it was published
 * @param results the published folder, with {@code output.jsonl} and {@code errors.jsonl}
 * @param chosen which rows of the input were the job's
 * @param job whose results these are
 * @param rows how many rows the job had
 * @param failed how many of them have no answer
 */
public record RowPick(
    InputFormat format,
    Path input,
    Path results,
    RowSelection chosen,
    JobId job,
    long rows,
    long failed) {

  /**
   * What was written.
   *
   * @param failed rows without an answer: all there are
   * @param answered rows that have one and came along, because files go whole
   */
  public record Picked(long failed, long answered) {}

  /** Whether what is written is a folder: the input is one, or an archive that is unpacked. */
  public boolean isFolder() {
    return Files.isDirectory(input, LinkOption.NOFOLLOW_LINKS)
        || (format instanceof InputFormat.Source && Archive.isArchive(input));
  }

  /** Tells whether an input holds files: a folder, or an archive. */
  public static boolean holdsFiles(Path input) {
    return Files.isDirectory(input, LinkOption.NOFOLLOW_LINKS) || Archive.isArchive(input);
  }

  /**
   * Writes the rows.
   *
   * @param target new; a file, or a folder if {@link #isFolder}; nothing in it is durable yet
   * @param scratch an empty folder for what is needed on the way
   * @throws IOException when reading or writing fails, or the input or a result file is not what it
   *     was when the job was delivered; what stands in {@code target} is of no use then
   */
  public Picked write(Path target, JobFolder scratch) throws IOException {
    Path errors = results.resolve("errors.jsonl");
    try (ResultIds unanswered = ResultIds.open(errors, job)) {
      long walked = walk(unanswered, target, scratch);
      unanswered.requireEnd();
      require(input, walked, rows);
      require(errors, unanswered.taken(), failed);
      return new Picked(failed, isSplit() ? alongside(scratch, target) : 0);
    } catch (InputRejected e) {
      throw new IOException(input + ": not what it was when it was prepared", e);
    }
  }

  private boolean isSplit() {
    return format instanceof InputFormat.Source source && source.split() != InputFormat.Split.FILE;
  }

  /** Rows of the files that were written, as far as they have an answer. */
  private long alongside(JobFolder scratch, Path target) throws IOException {
    long written = 0;
    try (SourcePlaces places = new SourcePlaces(new UnitPlan.Reader(scratch.units()))) {
      while (places.next()) {
        boolean isThere =
            places.pieces().stream()
                .anyMatch(piece -> !isFolder() || Files.exists(target.resolve(piece.path())));
        written += isThere ? 1 : 0;
      }
    }
    return written - failed;
  }

  private static void require(Path file, long found, long expected) throws IOException {
    if (found != expected) {
      throw new IOException(
          "%s has %d rows, and the job had %d there; expected the file and the pipeline's 'input'"
                  .formatted(file, found, expected)
              + " as they were");
    }
  }

  private long walk(ResultIds unanswered, Path target, JobFolder scratch)
      throws IOException, InputRejected {
    if (format instanceof InputFormat.Source source) {
      return sources(source, unanswered, target, scratch);
    }
    Optional<String> charset =
        format instanceof InputFormat.Csv csv ? csv.charset() : Optional.empty();
    Path text = TextInput.utf8(scratch, input, charset, StopCheck.NEVER);
    boolean isUtf8 = text.equals(input);
    Path picked = isUtf8 ? target : scratch.root().resolve("picked.utf8");
    long walked;
    try (Output out = new Output(text, picked)) {
      if (format instanceof InputFormat.Csv csv) {
        walked = records(text, csv, unanswered, out);
      } else if (format instanceof InputFormat.Requests) {
        walked = requests(text, unanswered, out);
      } else {
        walked = lines(text, unanswered, out);
      }
    }
    if (!isUtf8) {
      TextOutput.write(picked, target, input, charset);
    }
    return walked;
  }

  private long records(Path text, InputFormat.Csv csv, ResultIds unanswered, Output out)
      throws IOException, InputRejected {
    try (CsvReader table = CsvReader.open(text, csv.delimiter())) {
      byte[] terminator = table.header().terminator().getBytes(StandardCharsets.UTF_8);
      out.copy(0, table.bodyOffset());
      long count = 0;
      while (table.next()) {
        boolean isChosen = chosen.contains(table.row());
        count += isChosen ? 1 : 0;
        if (!isChosen || !unanswered.take(table.row())) {
          continue;
        }
        if (table.tooLong()) {
          out.copy(table.offset(), table.length());
          out.write(terminator, 0, terminator.length);
        } else {
          CsvRecord record = table.record();
          out.write(record.bytes(), record.start(), record.next());
        }
      }
      return count;
    }
  }

  private long lines(Path text, ResultIds unanswered, Output out)
      throws IOException, InputRejected {
    try (LineReader lines = new LineReader(text, CsvReader.MOST_RECORD_BYTES, StopCheck.NEVER)) {
      out.copyMark();
      long count = 0;
      while (lines.next()) {
        boolean isChosen = chosen.contains(lines.row());
        count += isChosen ? 1 : 0;
        if (isChosen && unanswered.take(lines.row())) {
          out.write(lines);
        }
      }
      return count;
    }
  }

  private long requests(Path text, ResultIds unanswered, Output out)
      throws IOException, InputRejected {
    // Which urls are allowed does not matter: only the ids are wanted.
    try (ResultIds answered = ResultIds.open(results.resolve("output.jsonl"), job);
        RequestLinesReader requests =
            new RequestLinesReader(
                text, List.of(), CsvReader.MOST_RECORD_BYTES, chosen, StopCheck.NEVER)) {
      out.copyMark();
      long count = 0;
      while (requests.next()) {
        count++;
        if (isUnanswered(requests, answered, unanswered)) {
          out.write(requests.lines());
        }
      }
      answered.requireEnd();
      return count;
    }
  }

  private static boolean isUnanswered(
      RequestLinesReader request, ResultIds answered, ResultIds unanswered) throws IOException {
    String id = request.customId();
    if (id == null || request.isRepeated()) {
      // It was never sent: an answer to its id is the answer of the first line that has it.
      unanswered.takeAny();
      return true;
    }
    return !answered.take(id) && unanswered.take(id);
  }

  private long sources(
      InputFormat.Source source, ResultIds unanswered, Path target, JobFolder scratch)
      throws IOException, InputRejected {
    boolean isFolder = isFolder();
    boolean isWhole = !isSplit();
    SourceFiles files =
        SourceFiles.open(scratch, input, source, StopCheck.NEVER, ArchiveLimits.DEFAULT);
    if (!isWhole) {
      Planner.write(scratch, files, source, StopCheck.NEVER);
    }
    Set<String> copied = new HashSet<>();
    long row = 0;
    try (SourcePlaces places =
        isWhole
            ? new SourcePlaces(files.paths())
            : new SourcePlaces(new UnitPlan.Reader(scratch.units()))) {
      while (places.next()) {
        row++;
        if (unanswered.take(row)) {
          for (SourcePiece piece : places.pieces()) {
            if (copied.add(piece.path())) {
              copy(files, piece.path(), isFolder ? target.resolve(piece.path()) : target);
            }
          }
        }
      }
    }
    return row;
  }

  private static void copy(SourceFiles files, String path, Path target) throws IOException {
    Files.createDirectories(Objects.requireNonNull(target.getParent(), "it is in a folder"));
    files.copy(path, target);
  }

  /** Bytes of one file that go into another. */
  private static final class Output implements AutoCloseable {

    private static final int MARK = 3;

    private final Path from;
    private final FileChannel source;
    private final OutputStream out;

    Output(Path from, Path to) throws IOException {
      this.from = from;
      this.source = FileChannel.open(from, StandardOpenOption.READ);
      try {
        this.out =
            new BufferedOutputStream(
                Files.newOutputStream(to, StandardOpenOption.CREATE_NEW), 1 << 16);
      } catch (IOException | RuntimeException e) {
        source.close();
        throw e;
      }
    }

    void write(byte[] bytes, int start, int end) throws IOException {
      out.write(bytes, start, end - start);
    }

    void write(LineReader lines) throws IOException {
      if (lines.tooLong()) {
        copy(lines.offset(), lines.length());
        out.write('\n');
      } else {
        write(lines.bytes(), lines.start(), lines.nextStart());
      }
    }

    void copyMark() throws IOException {
      if (InputSniff.utf8Mark(InputSniff.head(from))) {
        copy(0, MARK);
      }
    }

    /** Copies a range of the file itself, for what does not fit into memory. */
    void copy(long offset, long length) throws IOException {
      long done = 0;
      while (done < length) {
        long count = source.transferTo(offset + done, length - done, Channels.newChannel(out));
        if (count <= 0) {
          throw new IOException(from + " is shorter than it was");
        }
        done += count;
      }
    }

    @Override
    public void close() throws IOException {
      try (source) {
        out.close();
      }
    }
  }
}
