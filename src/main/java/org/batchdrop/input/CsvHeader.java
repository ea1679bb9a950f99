package org.batchdrop.input;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.batchdrop.job.InputRejected;

/**
 * The first record of a table.
 *
 * @param names the columns' names, unquoted, otherwise as written; distinct and not blank even when
 *     stripped
 * @param delimiter what separates fields
 * @param byteOrderMark true when the file begins with EF BB BF
 * @param line the header as written, without the byte order mark and the terminator
 * @param terminator CRLF, LF, CR, or empty when the file ends after the header
 */
public record CsvHeader(
    List<String> names, char delimiter, boolean byteOrderMark, String line, String terminator) {

  /** The greatest number of columns. */
  public static final int MOST_COLUMNS = 16_384;

  /** Keeps its own copy of the names. */
  public CsvHeader {
    names = List.copyOf(names);
  }

  /**
   * Finds a column by its exact name, else by its name without surrounding white space.
   *
   * @return from 0, or -1
   */
  public int indexOf(String name) {
    return indexOf(names, name);
  }

  /** As {@link #indexOf(String)}, for any reader's field names. */
  public static int indexOf(List<String> names, String name) {
    int exact = names.indexOf(name);
    for (int i = 0; exact < 0 && i < names.size(); i++) {
      if (names.get(i).strip().equals(name)) {
        return i;
      }
    }
    return exact;
  }

  /**
   * Guesses the delimiter: of comma, semicolon, tab and bar the one that stands most often outside
   * quotes in the first line, the comma when none does.
   */
  static char guessDelimiter(byte[] bytes, int from, int limit) {
    int[] counts = new int[4];
    String candidates = ",;\t|";
    boolean quoted = false;
    int p = from;
    while (p < limit && (bytes[p] == '\n' || bytes[p] == '\r')) {
      p++;
    }
    for (; p < limit; p++) {
      char c = (char) (bytes[p] & 0xFF);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        if (c == '\n' || c == '\r') {
          break;
        }
        int which = candidates.indexOf(c);
        if (which >= 0) {
          counts[which]++;
        }
      }
    }
    int best = 0;
    for (int i = 1; i < counts.length; i++) {
      if (counts[i] > counts[best]) {
        best = i;
      }
    }
    return candidates.charAt(best);
  }

  /**
   * Refuses names that a hole could not tell apart.
   *
   * @throws InputRejected naming each empty and each repeated column
   */
  static void checkNames(List<String> names) throws InputRejected {
    List<InputRejected.Problem> problems = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    Set<String> repeated = new TreeSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i).strip();
      if (name.isEmpty()) {
        problems.add(
            new InputRejected.Problem(
                "empty_column",
                "line 1",
                "column " + (i + 1) + " of " + names.size() + " has no name; expected a name"));
        continue;
      }
      Integer first = seen.putIfAbsent(name, i + 1);
      if (first != null && repeated.add(name)) {
        problems.add(
            new InputRejected.Problem(
                "duplicate_column",
                "line 1",
                "columns %d and %d are both named '%s'; expected each name once"
                    .formatted(first, i + 1, name)));
      }
    }
    if (!problems.isEmpty()) {
      throw new InputRejected(problems);
    }
  }
}
