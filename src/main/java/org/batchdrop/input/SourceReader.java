package org.batchdrop.input;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;
import org.jspecify.annotations.Nullable;

/** The rows of a source file, a folder, or an archive: one a file, in the order of the paths. */
public final class SourceReader implements RowReader {

  /** The fields of each row. */
  public static final List<String> FIELDS =
      List.of("path", "name", "extension", "language", "content");

  private final SourceFiles files;
  private final StopCheck stop;
  private final Fields fields = new Fields(FIELDS.size());
  private int index = -1;
  private @Nullable RowProblem problem;

  private SourceReader(SourceFiles files, StopCheck stop) {
    this.files = files;
    this.stop = stop;
  }

  /**
   * Lists the files of a dropped source. An archive is unpacked into {@link
   * JobFolder#unpackedInput} first.
   *
   * @throws InputRejected with the code {@code no_rows} when no file is wanted, {@code not_a_file}
   *     for what is neither file nor folder, {@code unsafe_archive} or {@code broken_archive}
   * @throws IOException when reading or writing fails, or the work shall stop
   */
  public static SourceReader open(
      JobFolder folder, Path input, InputFormat.Source source, StopCheck stop)
      throws IOException, InputRejected {
    return open(folder, input, source, stop, ArchiveLimits.DEFAULT);
  }

  static SourceReader open(
      JobFolder folder, Path input, InputFormat.Source source, StopCheck stop, ArchiveLimits limits)
      throws IOException, InputRejected {
    return new SourceReader(SourceFiles.open(folder, input, source, stop, limits), stop);
  }

  @Override
  public List<String> fieldNames() {
    return FIELDS;
  }

  @Override
  public boolean next() throws IOException {
    stop.check();
    if (index + 1 >= files.paths().size()) {
      return false;
    }
    index++;
    String path = files.paths().get(index);
    SourceFiles.Look look = files.read(path);
    problem = look.problem();
    if (problem == null) {
      String extension = SourceFiles.extension(path);
      fields.fill(
          Fields.utf8(path),
          Fields.utf8(SourceFiles.name(path)),
          Fields.utf8(extension),
          Fields.utf8(Languages.of(extension)),
          look.content());
    }
    return true;
  }

  @Override
  public long row() {
    return index + 1L;
  }

  @Override
  public @Nullable RowProblem problem() {
    return problem;
  }

  @Override
  public Fields fields() {
    return fields;
  }

  @Override
  public String location() {
    return files.paths().get(index);
  }

  @Override
  public void close() {}
}
