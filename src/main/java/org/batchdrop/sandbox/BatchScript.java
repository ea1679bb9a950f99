package org.batchdrop.sandbox;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one batch misbehaves; chosen when it is created, and kept with it. Null and empty parts
 * change nothing.
 *
 * @param letters {@code upper} or {@code title}: the letters of the status
 * @param words other words for some states, by label
 * @param skipped states that are never shown
 * @param stuck a state that the batch does not leave by itself
 * @param stuckMillis how long it stays there; null = for ever
 * @param end the final state, whatever the rows say
 * @param share share of the rows that run before it ends or is stuck in in_progress, 0 to 1
 * @param restAbsent whether rows that did not run are in no file, instead of the error file
 * @param problems what is wrong with its input
 * @param failing share of its rows that answer with an HTTP error
 * @param counts how request_counts look
 * @param noFile how an id looks when there is no such file
 * @param earlyIds whether file ids are shown while the files do not exist
 * @param emptyErrorFile whether there is an error file of 0 bytes when nothing failed
 * @param errors how the errors look
 * @param lines damage to its result files
 */
record BatchScript(
    @Nullable String letters,
    Map<String, String> words,
    List<String> skipped,
    @Nullable String stuck,
    @Nullable Long stuckMillis,
    @Nullable String end,
    @Nullable Double share,
    boolean restAbsent,
    List<BatchProblem> problems,
    @Nullable Double failing,
    @Nullable Counts counts,
    @Nullable NoFile noFile,
    boolean earlyIds,
    boolean emptyErrorFile,
    @Nullable Errors errors,
    List<LineDamage> lines) {

  /** How request_counts look. */
  enum Counts {
    /** All zero, also in the end. */
    FROZEN,
    /** All zero until the end. */
    LATE,
    /** Null. */
    NULL,
    /** Not there. */
    ABSENT,
    /** The total as a plain number. */
    INTEGER;

    @JsonValue
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the id of a file that does not exist looks. */
  enum NoFile {
    /** An empty text. */
    EMPTY,
    /** Not there. */
    ABSENT;

    @JsonValue
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the errors look. */
  enum Errors {
    /** A bare array. */
    ARRAY,
    /** A plain text. */
    TEXT;

    @JsonValue
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns a script that only damages lines. */
  static BatchScript of(LineDamage damage) {
    return new BatchScript(
        null,
        Map.of(),
        List.of(),
        null,
        null,
        null,
        null,
        false,
        List.of(),
        null,
        null,
        null,
        false,
        false,
        null,
        List.of(damage));
  }

  /** Returns both in one; where both say something, this one counts. */
  BatchScript and(BatchScript other) {
    boolean stays = stuck != null;
    return new BatchScript(
        or(letters, other.letters),
        words.isEmpty() ? other.words : words,
        skipped.isEmpty() ? other.skipped : skipped,
        stays ? stuck : other.stuck,
        stays ? stuckMillis : other.stuckMillis,
        or(end, other.end),
        or(share, other.share),
        restAbsent || other.restAbsent,
        problems.isEmpty() ? other.problems : problems,
        or(failing, other.failing),
        or(counts, other.counts),
        or(noFile, other.noFile),
        earlyIds || other.earlyIds,
        emptyErrorFile || other.emptyErrorFile,
        or(errors, other.errors),
        Stream.concat(lines.stream(), other.lines.stream()).toList());
  }

  private static <T> @Nullable T or(@Nullable T one, @Nullable T other) {
    return one == null ? other : one;
  }

  /** Tells whether the batch stays in a state that it entered at a time. */
  boolean holds(BatchStatus status, long enteredAt, long now) {
    return status.label().equals(stuck) && (stuckMillis == null || now < enteredAt + stuckMillis);
  }

  /** Tells whether the batch fails before the first row. */
  boolean failsValidation() {
    return "failed".equals(end) && (share == null || share == 0) && !problems.isEmpty();
  }

  /** Returns the share of rows that answer with an HTTP error. */
  double failingShare() {
    return failing == null ? 0 : failing;
  }

  /** Returns how many rows run before the batch is stuck or ends. */
  int rowsToRun(int total, boolean held) {
    boolean limited = held || end != null;
    return !limited ? total : (int) Math.ceil((share == null ? 0 : share) * total - 1e-9);
  }
}
