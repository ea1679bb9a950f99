package org.batchdrop.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which rows of an input are the job's: ascending ranges of row numbers, from 1, that neither touch
 * nor overlap. Immutable.
 *
 * @param ranges at least one
 */
public record RowSelection(List<Range> ranges) {

  /** Every row. */
  public static final RowSelection ALL = new RowSelection(List.of(new Range(1, Long.MAX_VALUE)));

  private static final Pattern RANGE = Pattern.compile("([0-9]{0,18})( *- *)?([0-9]{0,18})");

  /**
   * Rows that follow each other.
   *
   * @param first from 1
   * @param last included; {@link Long#MAX_VALUE}: up to the input's end
   */
  public record Range(long first, long last) {
    /**
     * @throws IllegalArgumentException when {@code first} is below 1 or above {@code last}
     */
    public Range {
      if (first < 1 || last < first) {
        throw new IllegalArgumentException(
            "rows %d-%d: expected ascending from 1".formatted(first, last));
      }
    }

    private boolean isOpen() {
      return last == Long.MAX_VALUE;
    }

    @Override
    public String toString() {
      return last == first ? Long.toString(first) : first + "-" + (isOpen() ? "" : last);
    }
  }

  /** Sorts the ranges, and joins those that touch. */
  public RowSelection {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("no rows; expected at least one range");
    }
    List<Range> joined = new ArrayList<>();
    for (Range range : ranges.stream().sorted(Comparator.comparingLong(Range::first)).toList()) {
      Range before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (before != null && (before.isOpen() || range.first() <= before.last() + 1)) {
        long last = Math.max(before.last(), range.last());
        joined.set(joined.size() - 1, new Range(before.first(), last));
      } else {
        joined.add(range);
      }
    }
    ranges = List.copyOf(joined);
  }

  /**
   * Reads ranges: {@code 100-200}, {@code 100-}, {@code -200}, {@code 7}, or several with commas
   * between them.
   *
   * @return empty when the text is nothing of that kind
   */
  public static Optional<RowSelection> parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      Optional<Range> range = range(one.strip());
      if (range.isEmpty()) {
        return Optional.empty();
      }
      ranges.add(range.get());
    }
    return Optional.of(new RowSelection(ranges));
  }

  private static Optional<Range> range(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches() || (matcher.group(1) + matcher.group(3)).isEmpty()) {
      return Optional.empty();
    }
    String from = matcher.group(1);
    String to = matcher.group(3);
    long first = from.isEmpty() ? 1 : Long.parseLong(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
    if (matcher.group(2) == null) {
      // Without a dash the first group has taken all digits.
      last = first;
    }
    return first < 1 || last < first ? Optional.empty() : Optional.of(new Range(first, last));
  }

  /**
   * The first rows of these.
   *
   * @param most how many, from 1
   */
  public RowSelection limitedTo(long most) {
    List<Range> kept = new ArrayList<>();
    long left = most;
    for (Range range : ranges) {
      if (left == 0) {
        break;
      }
      long size = range.isOpen() ? Long.MAX_VALUE : range.last() - range.first() + 1;
      long taken = Math.min(left, size);
      boolean whole = taken == size;
      kept.add(whole ? range : new Range(range.first(), range.first() + taken - 1));
      left -= taken;
    }
    return new RowSelection(kept);
  }

  /** Tells whether each row of an input is in it. */
  public boolean isAll() {
    return equals(ALL);
  }

  /** Tells whether a row is in it. */
  public boolean contains(long row) {
    for (Range range : ranges) {
      if (row <= range.last()) {
        return row >= range.first();
      }
    }
    return false;
  }

  /** Tells whether no row from {@code row} on is in it. */
  public boolean endsBefore(long row) {
    return row > ranges.get(ranges.size() - 1).last();
  }

  /**
   * The next row in it.
   *
   * @param row from 0
   * @return the smallest one above {@code row}; {@link Long#MAX_VALUE} when there is none
   */
  public long after(long row) {
    for (Range range : ranges) {
      if (row < range.last()) {
        return Math.max(range.first(), row + 1);
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * The last row of the range that a row is in.
   *
   * @param row that is in it
   * @throws IllegalArgumentException when it is in none
   */
  public long endOfRange(long row) {
    for (Range range : ranges) {
      if (row >= range.first() && row <= range.last()) {
        return range.last();
      }
    }
    throw new IllegalArgumentException("row " + row + ": expected one of " + this);
  }

  /** As it is read: {@code 1-10,50}. */
  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
  }
}
