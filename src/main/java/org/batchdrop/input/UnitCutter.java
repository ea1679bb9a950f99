package org.batchdrop.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.batchdrop.input.SourceUnit.Span;
import org.batchdrop.input.SyntaxItem.Role;

/**
 * Cuts a parsed file into units. Every byte but blank lines is in exactly one of them: comments
 * right above a unit, and behind it on its last line, belong to it; what stands between units is a
 * unit of its own, {@code rest}, which comes first. A pure function of the bytes and their items.
 */
final class UnitCutter {

  /** A file is given up when more than this part of it is broken. */
  private static final int BROKEN_SHARE = 4;

  private final String path;
  private final byte[] source;
  private final List<SyntaxItem> items;

  private UnitCutter(String path, byte[] source, List<SyntaxItem> items) {
    this.path = path;
    this.source = source;
    this.items = items;
  }

  /**
   * Cuts a file.
   *
   * @param slashes whether two slashes begin a comment
   * @return the rest, if there is one, then the units in order; empty when the file has no units or
   *     is largely broken
   */
  static Optional<List<SourceUnit>> cut(
      String path, byte[] source, List<SyntaxItem> items, boolean slashes) {
    long broken =
        items.stream()
            .filter(item -> item.role() == Role.BROKEN)
            .mapToLong(item -> item.to() - item.from())
            .sum();
    boolean hasUnits = items.stream().anyMatch(item -> item.role() == Role.UNIT);
    return hasUnits && broken * BROKEN_SHARE <= source.length
        ? Optional.of(new UnitCutter(path, source, items).units(slashes))
        : Optional.empty();
  }

  private List<SourceUnit> units(boolean slashes) {
    Declarations declarations = new Declarations(source, items, slashes);
    List<SourceUnit> units = new ArrayList<>();
    List<Span> gaps = new ArrayList<>();
    int end = hasByteOrderMark() ? 3 : 0;
    int line = 1;
    int counted = 0;
    int lastUnit = -1;
    for (int i = 0; i < items.size(); i++) {
      SyntaxItem item = items.get(i);
      if (item.role() != Role.UNIT) {
        continue;
      }
      Span span = new Span(Math.max(end, begin(i, lastUnit)), end(i));
      line += lines(counted, item.from());
      counted = item.from();
      gap(end, span.from()).ifPresent(gaps::add);
      units.add(
          new SourceUnit(
              new SourcePiece(path, item.name(), item.kind(), line),
              List.of(span),
              declarations.of(i)));
      end = span.to();
      lastUnit = i;
    }
    gap(end, source.length).ifPresent(gaps::add);
    if (!gaps.isEmpty()) {
      int first = 1 + lines(0, gaps.get(0).from());
      SourcePiece rest = new SourcePiece(path, SourcePiece.REST, SourcePiece.REST, first);
      units.add(0, new SourceUnit(rest, gaps, List.of()));
    }
    return units;
  }

  private boolean hasByteOrderMark() {
    return source.length >= 3
        && source[0] == (byte) 0xEF
        && source[1] == (byte) 0xBB
        && source[2] == (byte) 0xBF;
  }

  /** Where a unit begins, comments and indentation included. */
  private int begin(int unit, int lastUnit) {
    int from = items.get(unit).from();
    for (int i = unit - 1; i > lastUnit; i--) {
      SyntaxItem above = items.get(i);
      int lineEnds = blankLineEnds(above.to(), from) + (endsLine(above) ? 1 : 0);
      if (above.role() != Role.LEADING || lineEnds > 1 || !beginsLine(above.from())) {
        break;
      }
      from = above.from();
    }
    return beginsLine(from) ? indentation(from) : from;
  }

  private boolean endsLine(SyntaxItem item) {
    return item.to() > item.from() && source[item.to() - 1] == '\n';
  }

  /** How many line ends there are in a blank stretch; many when it is not blank. */
  private int blankLineEnds(int from, int to) {
    return isBlank(from, to) ? lines(from, to) : Integer.MAX_VALUE - 1;
  }

  /** Where a unit ends, a comment on its last line and the line's end included. */
  private int end(int unit) {
    int to = items.get(unit).to();
    if (unit + 1 < items.size() && items.get(unit + 1).role() == Role.LEADING) {
      SyntaxItem next = items.get(unit + 1);
      to = blankLineEnds(to, next.from()) == 0 && isLastOnLine(next) ? next.to() : to;
    }
    int p = to;
    while (p < source.length && source[p] != '\n' && isSpace(source[p])) {
      p++;
    }
    if (p == source.length) {
      return p;
    }
    return source[p] == '\n' && !endedLine(to) ? p + 1 : to;
  }

  private boolean endedLine(int at) {
    return at > 0 && source[at - 1] == '\n';
  }

  private boolean isLastOnLine(SyntaxItem item) {
    int p = item.to();
    while (p < source.length && source[p] != '\n' && isSpace(source[p])) {
      p++;
    }
    return endsLine(item) || p == source.length || source[p] == '\n';
  }

  private boolean beginsLine(int at) {
    int p = indentation(at);
    return p == 0 || source[p - 1] == '\n' || (p == 3 && hasByteOrderMark());
  }

  /** Where the blanks right before a place begin. */
  private int indentation(int at) {
    int p = at;
    while (p > 0 && source[p - 1] != '\n' && isSpace(source[p - 1])) {
      p--;
    }
    return p;
  }

  /** What stands between two units, without blank lines around it; empty when it is blank. */
  private Optional<Span> gap(int from, int to) {
    int begin = from;
    while (begin < to && isSpace(source[begin])) {
      begin++;
    }
    int end = to;
    while (end > begin && isSpace(source[end - 1])) {
      end--;
    }
    return begin == end
        ? Optional.empty()
        : Optional.of(new Span(Math.max(from, indentation(begin)), end));
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isSpace(source[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private int lines(int from, int to) {
    int lines = 0;
    for (int i = from; i < to; i++) {
      lines += source[i] == '\n' ? 1 : 0;
    }
    return lines;
  }
}
