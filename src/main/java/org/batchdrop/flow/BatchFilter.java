package org.batchdrop.flow;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which batches of a list are wanted.
 *
 * @param statuses in lower case, synonyms made one; empty: any
 * @param name a text within a metadata value, in any letters; empty: any
 * @param after created at or after this; a batch without a time is none
 * @param before created before this; a batch without a time is none
 * @param inputFile its uploaded file; empty: any
 * @param ours whether it belongs to a job of this home; empty: either
 * @param most so many at most, from 1
 */
public record BatchFilter(
    Set<String> statuses,
    Optional<String> name,
    Optional<Instant> after,
    Optional<Instant> before,
    Optional<String> inputFile,
    Optional<Boolean> ours,
    int most) {

  public BatchFilter {
    statuses = Set.copyOf(statuses);
  }

  /** Tells whether a batch is wanted. */
  boolean accepts(RemoteBatch batch) {
    boolean isHome = batch.belonging().kind() == Belonging.Kind.HOME;
    Instant created = batch.createdAt().orElse(null);
    return (statuses.isEmpty() || statuses.contains(batch.status()))
        && name.map(text -> isNamed(batch, text)).orElse(true)
        && after.map(at -> created != null && !created.isBefore(at)).orElse(true)
        && before.map(at -> created != null && created.isBefore(at)).orElse(true)
        && inputFile.map(id -> batch.inputFile().equals(Optional.of(id))).orElse(true)
        && ours.map(wanted -> wanted == isHome).orElse(true);
  }

  private static boolean isNamed(RemoteBatch batch, String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    return batch.metadata().values().stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(wanted));
  }
}
