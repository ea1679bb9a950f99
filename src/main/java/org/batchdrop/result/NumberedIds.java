package org.batchdrop.result;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchdrop.job.RowId;
import org.batchdrop.result.MergeRefused.Fault;
import org.jspecify.annotations.Nullable;

/**
 * Ids that hold the number of a row; nothing is kept for a row. While it is not known whether rows
 * are numbered from 0 or from 1, the slot of an id is its number, and there is one slot more than
 * rows; {@link #first} tells afterwards. Confined to one thread.
 */
final class NumberedIds implements IdSlots {

  /** Of so many first ids each must have the common prefix; later ones may be foreign. */
  static final int JUDGED = 1000;

  private static final int MOST_DIGITS = 18;
  private static final Pattern OWN = Pattern.compile("[0-9a-f]{6}-");

  private final @Nullable Matcher matcher;
  private final OptionalInt given;
  private final int rows;
  private final Scratch plain = new Scratch(64);
  private byte @Nullable [] prefix;
  private long judged;
  private int shortestNumber = Integer.MAX_VALUE;
  private String strange = "";
  private boolean zero;
  private boolean last;

  private NumberedIds(@Nullable Pattern pattern, OptionalInt given, int rows) {
    this.matcher = pattern == null ? null : pattern.matcher("");
    this.given = given;
    this.rows = rows;
  }

  /** Ids that end in a number behind a common prefix, which the first id tells. */
  static NumberedIds behindPrefix(OptionalInt firstRow, int rows) {
    return new NumberedIds(null, firstRow, rows);
  }

  /** Ids with a number in the group of a pattern. */
  static NumberedIds matching(IdScheme.Matching scheme, int rows) {
    return new NumberedIds(scheme.pattern(), scheme.firstRow(), rows);
  }

  /** How many slots there are. */
  int slots() {
    return given.isPresent() ? rows : rows + 1;
  }

  @Override
  public int slotOf(byte[] bytes, int from, int to) {
    byte[] id = bytes;
    int first = from;
    int end = to;
    if (JsonBytes.contains(bytes, from, to, (byte) '\\')) {
      plain.clear();
      JsonBytes.unescape(bytes, from, to, plain);
      id = plain.array();
      first = 0;
      end = plain.size();
    }
    long number = matcher == null ? behindPrefix(id, first, end) : matched(id, first, end);
    long slot = number - given.orElse(0);
    if (number < 0 || slot < 0 || slot >= slots()) {
      return FOREIGN;
    }
    zero |= number == 0;
    last |= number == rows;
    return (int) slot;
  }

  private long behindPrefix(byte[] id, int from, int to) {
    int digits = to;
    while (digits > from && id[digits - 1] >= '0' && id[digits - 1] <= '9') {
      digits--;
    }
    byte[] common = prefix;
    if (common == null) {
      common = Arrays.copyOfRange(id, from, digits);
      prefix = common;
    }
    int length = digits - from;
    boolean same = digits < to && Arrays.equals(common, 0, common.length, id, from, from + length);
    if (judged < JUDGED) {
      judged++;
      shortestNumber = Math.min(shortestNumber, to - digits);
      if (!same && strange.isEmpty()) {
        strange = new String(id, from, to - from, StandardCharsets.UTF_8);
      }
    }
    return same ? number(id, digits, to) : FOREIGN;
  }

  private static long number(byte[] id, int from, int to) {
    int p = from;
    while (p < to - 1 && id[p] == '0') {
      p++;
    }
    if (to - p > MOST_DIGITS) {
      return FOREIGN;
    }
    long value = 0;
    for (; p < to; p++) {
      value = value * 10 + id[p] - '0';
    }
    return value;
  }

  private long matched(byte[] id, int from, int to) {
    Matcher found = Objects.requireNonNull(matcher, "there is a pattern");
    if (!found.reset(new String(id, from, to - from, StandardCharsets.UTF_8)).matches()) {
      return FOREIGN;
    }
    String digits = found.group(1);
    if (digits == null || !digits.matches("[0-9]+")) {
      return FOREIGN;
    }
    byte[] number = digits.getBytes(StandardCharsets.US_ASCII);
    return number(number, 0, number.length);
  }

  /**
   * The number of the first row, when all ids were seen.
   *
   * @throws MergeRefused when the ids do not say it
   */
  int first() throws MergeRefused {
    if (!strange.isEmpty()) {
      throw new MergeRefused(
          Fault.REQUEST,
          "the custom_ids do not share one prefix and a number: '"
              + strange
              + "' does not look like '"
              + prefixText()
              + "<number>'; name the column that holds them with --id-column, or describe them"
              + " with --id-pattern 'row-(\\d+)'");
    }
    if (given.isPresent()) {
      return given.getAsInt();
    }
    if (isOwn() || (last && !zero)) {
      return 1;
    }
    if (zero && !last) {
      return 0;
    }
    throw new MergeRefused(
        Fault.REQUEST,
        zero
            ? "the custom_ids have both number 0 and number "
                + rows
                + ", but the table has "
                + rows
                + " rows; is it the right one? If so, say --first-row 0 or 1"
            : "the custom_ids have neither number 0 nor number "
                + rows
                + ", so that nobody can tell whether the first of the "
                + rows
                + " rows is number 0 or 1; say --first-row 0 or --first-row 1");
  }

  private boolean isOwn() {
    return matcher == null && OWN.matcher(prefixText()).matches() && shortestNumber >= RowId.DIGITS;
  }

  private String prefixText() {
    return prefix == null ? "" : new String(prefix, StandardCharsets.UTF_8);
  }

  /** How ids found their rows, for people, when the first row is known. */
  String words(int first) {
    if (matcher == null && isOwn() && first == 1) {
      return "custom_ids of Batchdrop, '" + prefixText() + "<row>'";
    }
    String shape = matcher == null ? "'" + prefixText() + "<number>'" : matcher.pattern().pattern();
    return "custom_ids like "
        + shape
        + ", the first row is number "
        + first
        + (given.isPresent() ? "" : " (found)");
  }
}
