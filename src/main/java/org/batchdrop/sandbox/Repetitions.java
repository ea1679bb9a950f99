package org.batchdrop.sandbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts how often custom_ids were executed, with 8 bytes of memory for each execution. */
final class Repetitions {

  private Repetitions() {}

  /** Returns, by input file id, how often the most executed custom_id of that file ran. */
  static Map<String, Integer> byInputFile(Ledger ledger) {
    Map<String, List<String>> batchesOfFile = new TreeMap<>();
    for (Ledger.BatchEntry batch : ledger.batches()) {
      batchesOfFile
          .computeIfAbsent(batch.inputFileId(), file -> new ArrayList<>())
          .add(batch.batchId());
    }
    Map<String, Integer> most = new TreeMap<>();
    batchesOfFile.forEach((file, sources) -> most.put(file, longestRun(digests(ledger, sources))));
    return most;
  }

  /** Returns each custom_id that ran more than once, over all batches and realtime requests. */
  static Map<String, Integer> all(Ledger ledger) {
    List<String> sources =
        new ArrayList<>(ledger.batches().stream().map(Ledger.BatchEntry::batchId).toList());
    sources.add(Ledger.REALTIME);
    long[] digests = digests(ledger, sources);
    Arrays.sort(digests);
    Set<Long> repeated = new HashSet<>();
    for (int i = 1; i < digests.length; i++) {
      if (digests[i] == digests[i - 1]) {
        repeated.add(digests[i]);
      }
    }
    Map<String, Integer> counts = new TreeMap<>();
    if (!repeated.isEmpty()) {
      ledger.forEachExecution(
          execution -> {
            if (repeated.contains(Fingerprint.of(execution.customId(), 0))) {
              counts.merge(execution.customId(), 1, Integer::sum);
            }
          });
    }
    return counts;
  }

  private static long[] digests(Ledger ledger, List<String> sources) {
    int[] count = {0};
    long[][] all = {new long[1024]};
    for (String source : sources) {
      ledger.forEachExecution(
          source,
          execution -> {
            if (count[0] == all[0].length) {
              all[0] = Arrays.copyOf(all[0], count[0] * 2);
            }
            all[0][count[0]++] = Fingerprint.of(execution.customId(), 0);
          });
    }
    return Arrays.copyOf(all[0], count[0]);
  }

  private static int longestRun(long[] values) {
    Arrays.sort(values);
    int longest = 0;
    int run = 0;
    for (int i = 0; i < values.length; i++) {
      run = i > 0 && values[i] == values[i - 1] ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
