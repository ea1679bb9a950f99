package org.batchdrop.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.Pipeline;
import org.batchdrop.input.SourcePiece;
import org.batchdrop.input.SourcePlaces;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Writes one file per answered source: the source's path below {@code files/}, its extension
 * replaced. When that name is taken already, as {@code a.h} after {@code a.c} for {@code .rs}, the
 * full name is kept before the new extension: {@code a.h.rs}.
 *
 * <p>The pieces of one source follow each other and are put together again in that order; a piece
 * without an answer leaves a comment line. A source of which no piece was answered makes no file.
 *
 * <p>No path leaves the folder, whatever the source is called.
 */
final class FileResults implements RowResults {

  private static final int MOST_TRIES = 1_000;

  /** Of one name on the usual file systems. */
  private static final int MOST_NAME_BYTES = 255;

  private static final byte[] BLANK_LINE = {'\n'};

  private final SourcePlaces sources;
  private final Path folder;
  private final Optional<String> extension;
  private final Pipeline.Extract extract;
  private final Problems problems;
  private final Scratch text = new Scratch(4096);
  private final StringBuilder comments = new StringBuilder();
  private String path = "";
  private @Nullable OutputFile file;
  private boolean endsLine;
  private long row;

  /**
   * @param sources the rows of the input, before the first; closed together with this
   * @param folder to be made, new
   */
  FileResults(SourcePlaces sources, Path folder, Pipeline.Files files, Problems problems)
      throws IOException {
    this.sources = sources;
    this.folder = Files.createDirectory(folder);
    this.extension = files.extension();
    this.extract = files.extract();
    this.problems = problems;
  }

  @Override
  public boolean wantsValues() {
    return true;
  }

  @Override
  public void answered(long number, RowValues values) throws IOException {
    List<SourcePiece> pieces = next(number);
    int from = values.valueStart(0);
    byte[] bytes = values.values();
    if (from < 0 || bytes[from] == 'n') {
      for (SourcePiece piece : pieces) {
        problems.add(Problems.Kind.TEXT_MISSING, piece.place());
        leaveOut(piece, "text_missing");
      }
      return;
    }
    text.clear();
    if (bytes[from] == '"') {
      JsonBytes.unescape(bytes, from + 1, values.valueEnd(0) - 1, text);
    } else {
      text.put(bytes, from, values.valueEnd(0));
    }
    String answer = new String(text.array(), 0, text.size(), StandardCharsets.UTF_8);
    List<AnswerPieces.Piece> parts =
        AnswerPieces.of(answer, extract, pieces.size(), sources.marks());
    for (int i = 0; i < parts.size(); i++) {
      SourcePiece piece = pieces.get(i);
      if (parts.get(i).isLacking()) {
        String lack = " " + parts.get(i).lack() + "; no file is written for it";
        problems.add(Problems.Kind.INVALID_ANSWER, piece.place(), lack);
        leaveOut(piece, "invalid_answer");
      } else {
        append(piece, parts.get(i).text());
      }
    }
  }

  @Override
  public void failed(long number, Reason reason) throws IOException {
    for (SourcePiece piece : next(number)) {
      String why = ": " + reason.code() + ": " + reason.message();
      problems.add(Problems.Kind.SOURCE_UNANSWERED, piece.place(), why);
      leaveOut(piece, reason.code());
    }
  }

  private List<SourcePiece> next(long number) throws IOException {
    row++;
    if (row != number || !sources.next()) {
      throw new IOException("source of row " + number + ": not there any more; the input changed");
    }
    return sources.pieces();
  }

  private void append(SourcePiece piece, String content) throws IOException {
    turnTo(piece.path());
    OutputFile out = file;
    if (out == null) {
      out = OutputFile.create(place(path));
      file = out;
      endsLine = true;
      if (comments.length() > 0) {
        put(out, comments.toString());
        out.put(BLANK_LINE);
      }
    } else {
      separate(out);
    }
    put(out, content);
  }

  private void leaveOut(SourcePiece piece, String code) throws IOException {
    turnTo(piece.path());
    String name = path + extension.orElse("");
    String line =
        CommentLine.of(name, "batchdrop: no answer for " + piece.place() + " (" + code + ")");
    if (file == null) {
      comments.append(line).append('\n');
    } else {
      separate(file);
      put(file, line + "\n");
    }
  }

  private void separate(OutputFile out) throws IOException {
    if (!endsLine) {
      out.put(BLANK_LINE);
    }
    out.put(BLANK_LINE);
  }

  private void put(OutputFile out, String content) throws IOException {
    if (!content.isEmpty()) {
      out.put(content.getBytes(StandardCharsets.UTF_8));
      endsLine = content.endsWith("\n");
    }
  }

  private void turnTo(String next) throws IOException {
    if (!next.equals(path)) {
      endFile();
      path = next;
    }
  }

  private void endFile() throws IOException {
    comments.setLength(0);
    if (file != null) {
      file.close();
      file = null;
    }
  }

  /** The file for a source; its folder is there, the file is not. */
  private Path place(String source) throws IOException {
    Path parent = folder;
    String[] names = source.split("/");
    for (int i = 0; i < names.length - 1; i++) {
      parent = folderIn(parent, names[i]);
    }
    String name = names.length == 0 ? "" : safe(names[names.length - 1]);
    Path first = parent.resolve(replaced(name));
    if (!exists(first)) {
      return first;
    }
    for (int i = 1; i < MOST_TRIES; i++) {
      Path other = parent.resolve(fitted(name, (i == 1 ? "" : "." + i) + extension.orElse("")));
      if (!exists(other)) {
        return other;
      }
    }
    throw new IOException("result file for '" + source + "': no free name in " + parent);
  }

  private Path folderIn(Path parent, String name) throws IOException {
    if (name.isEmpty() || name.equals(".")) {
      return parent;
    }
    Path child = parent.resolve(safe(name));
    while (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
      // A result took the folder's name: a.rs beside a.rs/b.c.
      child = parent.resolve(child.getFileName() + "_");
    }
    return Files.createDirectories(child);
  }

  private static String safe(String name) {
    String plain = name.replaceAll("[\\x00-\\x1F\\x7F/\\\\]", "_");
    return plain.isEmpty() || plain.equals(".") || plain.equals("..") ? "_" : plain;
  }

  private String replaced(String name) {
    if (extension.isEmpty()) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    return fitted(dot > 0 ? name.substring(0, dot) : name, extension.get());
  }

  /** A name that a disk takes; of one that is too long the end before {@code ending} is cut. */
  private static String fitted(String stem, String ending) {
    int most = MOST_NAME_BYTES - bytes(ending);
    if (bytes(stem) <= most) {
      return stem + ending;
    }
    int end = stem.length();
    while (end > 0 && bytes(stem.substring(0, end)) >= most) {
      end = stem.offsetByCodePoints(end, -1);
    }
    return stem.substring(0, end) + "~" + ending;
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void close() throws IOException {
    try (sources) {
      endFile();
    }
  }
}
