package org.batchdrop.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a fault script: which calls go wrong, how often, and how. {@code docs/sandbox.md}
 * lists every action.
 *
 * @param on the kinds of calls; never empty
 * @param skip how many matching calls pass first, at least 0
 * @param times how many are hit then; 0 = all
 * @param match a text that a name of the call must contain: the uploaded file's name, the name of
 *     the batch's input file, a value of its metadata; "" = every call
 * @param afterMillis how long after it was added the rule begins to act
 * @param forMillis how long it acts then; null = for ever
 * @param action what happens
 * @param source the rule as it was written
 */
record FaultRule(
    Set<CallKind> on,
    int skip,
    int times,
    String match,
    long afterMillis,
    @Nullable Long forMillis,
    FaultAction action,
    Map<String, Object> source) {

  /**
   * Reads rules from YAML, of which JSON is a part: one rule, or a list of them.
   *
   * @throws IllegalArgumentException when the text is not YAML, or a rule has an unknown key, a
   *     missing one, or a value out of its bounds; the message names the rule and the key
   */
  static List<FaultRule> parse(String text) {
    return FaultScript.parse(text);
  }
}
