package org.batchdrop.sandbox;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds rows that two unfinished batches held at one time, from digests on the disk. Memory is
 * bounded: rows are looked at in passes of about {@value #ROWS_A_PASS}.
 */
final class RowOverlaps {
  private static final int ROWS_A_PASS = 500_000;

  private final List<Span> spans;
  private final Map<String, Set<Long>> found = new TreeMap<>();
  private final Map<String, int[]> pairs = new HashMap<>();

  private RowOverlaps(List<Span> spans) {
    this.spans = spans;
  }

  /**
   * A batch's life.
   *
   * @param batchId its id
   * @param createdAt when it began to be live
   * @param endedAt when it was no longer; {@link Long#MAX_VALUE} while it is
   * @param digests file with the digests of its custom_ids, 8 bytes each
   */
  record Span(String batchId, long createdAt, long endedAt, Path digests) {}

  /**
   * Two batches with rows in common.
   *
   * @param first the batch that was created first
   * @param second the other one
   * @param digests of the rows
   */
  record Pair(Span first, Span second, Set<Long> digests) {

    /** Returns the pair with a custom_id that a person can look for. */
    Ledger.Overlap overlap(Ledger ledger) {
      String[] example = {""};
      for (String batch : List.of(first.batchId(), second.batchId())) {
        ledger.forEachExecution(
            batch,
            execution -> {
              if (digests.contains(Fingerprint.of(execution.customId(), 0))) {
                example[0] = execution.customId();
              }
            });
      }
      return new Ledger.Overlap(first.batchId(), second.batchId(), digests.size(), example[0]);
    }
  }

  /** Returns every pair of batches that held a row at one time; of three, two pairs at least. */
  static List<Pair> among(List<Span> lives) throws IOException {
    List<Span> ordered = new ArrayList<>(lives);
    ordered.removeIf(span -> !Files.exists(span.digests()));
    ordered.sort(Comparator.comparingLong(Span::createdAt));
    long rows = 0;
    for (Span span : ordered) {
      rows += Files.size(span.digests()) / Long.BYTES;
    }
    int passes = (int) (rows / ROWS_A_PASS + 1);
    RowOverlaps overlaps = new RowOverlaps(ordered);
    for (int pass = 0; pass < passes; pass++) {
      overlaps.look(pass, passes);
    }
    List<Pair> result = new ArrayList<>();
    overlaps.found.forEach(
        (key, digests) -> {
          int[] pair = overlaps.pairs.getOrDefault(key, new int[2]);
          result.add(new Pair(ordered.get(pair[0]), ordered.get(pair[1]), digests));
        });
    return result;
  }

  /** Batches come in the order of their creation, so the one that ends last is the one to ask. */
  private void look(int pass, int passes) throws IOException {
    Map<Long, Integer> lastToEnd = new HashMap<>();
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      long left = Files.size(span.digests()) / Long.BYTES;
      try (InputStream file = Files.newInputStream(span.digests());
          DataInputStream in = new DataInputStream(new BufferedInputStream(file, 64 * 1024))) {
        for (; left > 0; left--) {
          long digest = in.readLong();
          if (Long.remainderUnsigned(digest, passes) == pass) {
            add(lastToEnd, digest, i);
          }
        }
      }
    }
  }

  private void add(Map<Long, Integer> lastToEnd, long digest, int i) {
    Integer holder = lastToEnd.putIfAbsent(digest, i);
    if (holder == null) {
      return;
    }
    if (spans.get(holder).endedAt() > spans.get(i).createdAt()) {
      String key = holder + " " + i;
      found.computeIfAbsent(key, pair -> new HashSet<>()).add(digest);
      pairs.putIfAbsent(key, new int[] {holder, i});
    }
    if (spans.get(i).endedAt() > spans.get(holder).endedAt()) {
      lastToEnd.put(digest, i);
    }
  }
}
