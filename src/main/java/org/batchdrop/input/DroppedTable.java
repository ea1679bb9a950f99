package org.batchdrop.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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

  private static final int BLOCK = 64 * 1024;
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
    if (Tree.look(folder.transcodedInput()).isPresent()) {
      return folder.transcodedInput();
    }
    try {
      boolean isLost = Archive.isArchive(input) && Tree.look(folder.unpackedInput()).isEmpty();
      DroppedTable found =
          isLost ? of(folder, input, format, stop) : find(folder, input, format, stop);
      return found.mayChange(folder) ? found.utf8(folder, format, stop) : found.file();
    } catch (InputRejected e) {
      throw new IOException(input + ": not what it was when it was prepared", e);
    }
  }

  /**
   * Finds or makes the UTF-8 form of the table, for good: a table in a dropped folder, which
   * somebody may still be changing, is copied to {@link JobFolder#transcodedInput} first, and no
   * link is followed on the way.
   *
   * @throws InputRejected as {@link TextInput#utf8}
   * @throws IOException when reading or writing fails, or the work shall stop
   */
  public Path utf8(JobFolder folder, InputFormat format, StopCheck stop)
      throws IOException, InputRejected {
    Optional<String> charset =
        format instanceof InputFormat.Csv csv ? csv.charset() : Optional.empty();
    if (!mayChange(folder)) {
      return TextInput.utf8(folder, file, charset, stop);
    }
    String name = String.valueOf(file.getFileName());
    Path own = folder.transcodedInput();
    Path copy = own.resolveSibling(own.getFileName() + ".dropped");
    copy(this.folder + name, copy, stop);
    Path text = TextInput.utf8(folder, copy, name, charset, stop);
    if (text.equals(copy)) {
      Files.move(copy, own, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(copy);
    }
    return own;
  }

  /** What was unpacked, and what was dropped alone, stands in a folder of our own. */
  private boolean mayChange(JobFolder job) {
    return root.filter(at -> !at.equals(job.unpackedInput())).isPresent();
  }

  private void copy(String path, Path target, StopCheck stop) throws IOException, InputRejected {
    Files.deleteIfExists(target);
    try (InputStream in = ContainedFile.open(root.orElseThrow(), path);
        FileChannel channel =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = Channels.newOutputStream(channel)) {
      byte[] block = new byte[BLOCK];
      int read = in.read(block);
      while (read >= 0) {
        stop.check();
        out.write(block, 0, read);
        read = in.read(block);
      }
      channel.force(true);
    } catch (ContainedFile.NotRegular | NotDirectoryException | NoSuchFileException e) {
      throw TextInput.notAFile(String.valueOf(file.getFileName()));
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
