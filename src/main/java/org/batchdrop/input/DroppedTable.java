package org.batchdrop.input;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.batchdrop.config.InputFormat;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.JobFolder;

/**
 * A table, or a file of JSON lines, that was dropped alone, or inside a folder or an archive
 * together with the images that it names.
 *
 * @param file the table
 * @param root the dropped folder, or the unpacked archive; empty: it was dropped alone
 * @param folder of the table below {@code root}, {@code /} as separator, with one at its end unless
 *     it is empty
 */
public record DroppedTable(Path file, Optional<Path> root, String folder) {

  private static final List<String> TABLES = List.of(".csv", ".tsv");
  private static final List<String> JSON_LINES = List.of(".jsonl", ".ndjson");

  /**
   * Finds the table of an input that is about to be prepared; an archive is unpacked into {@link
   * JobFolder#unpackedInput}.
   *
   * @throws InputRejected with the code {@code no_table} or {@code several_tables}, {@code
   *     unsafe_archive} or {@code broken_archive}
   * @throws IOException when reading or writing fails, or the work shall stop
   */
  public static DroppedTable of(JobFolder folder, Path input, InputFormat format, StopCheck stop)
      throws IOException, InputRejected {
    Optional<BasicFileAttributes> look = Tree.look(input);
    boolean isFile = look.filter(BasicFileAttributes::isRegularFile).isPresent();
    if (isFile && Archive.isArchive(input)) {
      new Archive(input, ArchiveLimits.DEFAULT, stop).unpack(folder.unpackedInput());
    }
    return find(folder, input, format, stop);
  }

  /**
   * The UTF-8 form of the table of an input that was prepared.
   *
   * @throws IOException when it is not there any more
   */
  public static Path prepared(JobFolder folder, Path input, InputFormat format, StopCheck stop)
      throws IOException {
    try {
      boolean isLost =
          Archive.isArchive(input)
              && Tree.look(folder.transcodedInput()).isEmpty()
              && Tree.look(folder.unpackedInput()).isEmpty();
      DroppedTable found =
          isLost ? of(folder, input, format, stop) : find(folder, input, format, stop);
      return TextInput.prepared(folder, found.file());
    } catch (InputRejected e) {
      throw new IOException(input + ": not what it was when it was prepared", e);
    }
  }

  private static DroppedTable find(JobFolder folder, Path input, InputFormat format, StopCheck stop)
      throws IOException, InputRejected {
    Optional<BasicFileAttributes> look = Tree.look(input);
    boolean isFolder = look.filter(BasicFileAttributes::isDirectory).isPresent();
    boolean isUnpacked =
        look.filter(BasicFileAttributes::isRegularFile).isPresent() && Archive.isArchive(input);
    if (!isFolder && !isUnpacked) {
      return new DroppedTable(input, Optional.empty(), "");
    }
    Path root = isFolder ? input : folder.unpackedInput();
    List<String> endings = format instanceof InputFormat.Csv ? TABLES : JSON_LINES;
    List<String> tables =
        SourceFiles.list(root, stop).stream().filter(path -> hasEnding(path, endings)).toList();
    String name = String.valueOf(input.getFileName());
    String expected = "; expected exactly one file that ends in " + String.join(" or ", endings);
    if (tables.isEmpty()) {
      throw new InputRejected("no_table", name, "'" + name + "' holds no table" + expected);
    }
    if (tables.size() > 1) {
      throw new InputRejected(
          "several_tables",
          name,
          "'"
              + name
              + "' holds "
              + tables.size()
              + " tables, '"
              + tables.get(0)
              + "' and '"
              + tables.get(1)
              + "' among them"
              + expected);
    }
    String table = tables.get(0);
    return new DroppedTable(
        root.resolve(table), Optional.of(root), table.substring(0, table.lastIndexOf('/') + 1));
  }

  private static boolean hasEnding(String path, List<String> endings) {
    String name = path.toLowerCase(Locale.ROOT);
    return endings.stream().anyMatch(name::endsWith);
  }
}
