package org.batchdrop.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.batchdrop.config.InputFormat.Split;
import org.batchdrop.input.SourceUnit.Span;
import org.jspecify.annotations.Nullable;

/** The rows of a source by its plan. */
final class SplitRows implements RowReader {

  static final List<String> UNIT_FIELDS =
      List.of(
          "path",
          "name",
          "extension",
          "language",
          "content",
          "unit",
          "kind",
          "line",
          "declarations");
  static final List<String> GROUP_FIELDS =
      List.of("paths", "units", "count", "language", "content");

  private final SourceFiles files;
  private final UnitPlan.Reader plan;
  private final Split split;
  private final StopCheck stop;
  private final Fields fields = new Fields(UNIT_FIELDS.size());
  private String lastPath = "";
  private SourceFiles.Look lastLook = new SourceFiles.Look(new byte[0], null);
  private @Nullable PlannedRow current;
  private @Nullable RowProblem problem;
  private long row;

  SplitRows(SourceFiles files, UnitPlan.Reader plan, Split split, StopCheck stop) {
    this.files = files;
    this.plan = plan;
    this.split = split;
    this.stop = stop;
  }

  @Override
  public List<String> fieldNames() {
    return split == Split.FUNCTION ? UNIT_FIELDS : GROUP_FIELDS;
  }

  @Override
  public boolean next() throws IOException {
    stop.check();
    PlannedRow planned = plan.next();
    current = planned;
    if (planned == null) {
      return false;
    }
    row++;
    problem = planned.problem();
    if (problem == null) {
      problem = split == Split.FUNCTION ? unit(planned.units().get(0)) : group(planned);
    }
    return true;
  }

  private @Nullable RowProblem unit(SourceUnit unit) throws IOException {
    String path = unit.piece().path();
    RowProblem bad = look(path);
    if (bad != null) {
      return bad;
    }
    if (isBeyond(unit.content()) || isBeyond(unit.declarations())) {
      return changed();
    }
    String extension = SourceFiles.extension(path);
    fields.fill(
        Fields.utf8(path),
        Fields.utf8(SourceFiles.name(path)),
        Fields.utf8(extension),
        Fields.utf8(Languages.of(extension)),
        joined(unit.content()),
        Fields.utf8(unit.piece().unit()),
        Fields.utf8(unit.piece().kind()),
        Fields.utf8(Integer.toString(unit.piece().line())),
        joined(unit.declarations()));
    return null;
  }

  private @Nullable RowProblem group(PlannedRow planned) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    int number = 0;
    for (SourceUnit unit : planned.units()) {
      RowProblem bad = look(unit.piece().path());
      if (bad != null) {
        return bad;
      }
      if (isBeyond(unit.content())) {
        return changed();
      }
      number++;
      String marker = MarkerLine.of(planned.marks(), number, unit.piece().path());
      content.writeBytes(Fields.utf8(marker + "\n"));
      content.writeBytes(lastLook.content());
      if (!endsLine(content)) {
        content.write('\n');
      }
    }
    List<String> paths = planned.units().stream().map(unit -> unit.piece().path()).toList();
    String markers =
        IntStream.range(0, paths.size())
            .mapToObj(i -> MarkerLine.of(planned.marks(), i + 1, paths.get(i)))
            .collect(Collectors.joining("\n"));
    List<String> languages =
        paths.stream().map(path -> Languages.of(SourceFiles.extension(path))).distinct().toList();
    fields.fill(
        Fields.utf8(String.join("\n", paths)),
        Fields.utf8(markers),
        Fields.utf8(Integer.toString(paths.size())),
        Fields.utf8(languages.size() == 1 ? languages.get(0) : ""),
        content.toByteArray());
    return null;
  }

  private boolean endsLine(ByteArrayOutputStream content) {
    byte[] last = lastLook.content();
    return last.length == 0 || last[last.length - 1] == '\n' || content.size() == 0;
  }

  private @Nullable RowProblem look(String path) throws IOException {
    if (!path.equals(lastPath)) {
      lastLook = files.read(path);
      lastPath = path;
    }
    return lastLook.problem();
  }

  private boolean isBeyond(List<Span> spans) {
    return spans.stream().anyMatch(span -> span.to() > lastLook.content().length);
  }

  private static RowProblem changed() {
    return new RowProblem(
        "unreadable_file", "changed while it was read; expected that nobody changes the input");
  }

  /** The texts of spans, each ending a line when another follows. */
  private byte[] joined(List<Span> spans) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] source = lastLook.content();
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      out.write(source, span.from(), span.length());
      if (i + 1 < spans.size() && source[span.to() - 1] != '\n') {
        out.write('\n');
      }
    }
    return out.toByteArray();
  }

  @Override
  public long row() {
    return row;
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
    return Sources.location(Objects.requireNonNull(current, "no row yet"));
  }

  @Override
  public void close() throws IOException {
    plan.close();
  }
}
