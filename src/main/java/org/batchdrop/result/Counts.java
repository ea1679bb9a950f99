package org.batchdrop.result;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counts by name. Names come from strangers, so their number and length are bounded: beyond {@value
 * #MOST} different ones the rest count as {@code other}. Confined to one thread.
 */
final class Counts {

  static final int MOST = 100;
  private static final int LONGEST = 100;
  private static final String OTHER = "other";

  private final Map<String, Long> counts = new TreeMap<>();

  /** Counts one; the name under which it was counted. */
  String add(String name) {
    String key = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    boolean room = counts.size() < MOST || counts.containsKey(key);
    String counted = room ? key : OTHER;
    counts.merge(counted, 1L, Long::sum);
    return counted;
  }

  /** All, sorted by name. */
  Map<String, Long> all() {
    return new TreeMap<>(counts);
  }
}
