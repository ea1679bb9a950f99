package org.batchdrop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.batchdrop.input.StopCheck;
import org.batchdrop.result.Outbox;

/**
 * Publishes the job of {@link MergeData} as the daemon does, all files and fsync included: {@code
 * MergeMain HOME PARTS ROWS_PER_PART [REPETITIONS]}. Prints the seconds of each repetition.
 */
public final class MergeMain {

  private MergeMain() {}

  public static void main(String[] args) throws IOException {
    Path home = Path.of(args[0]);
    int repetitions = args.length > 3 ? Integer.parseInt(args[3]) : 1;
    for (int i = 0; i < repetitions; i++) {
      long start = System.nanoTime();
      remove(home.resolve("outbox"));
      Outbox.publish(
          MergeData.order(home, Integer.parseInt(args[1]), Integer.parseInt(args[2])),
          StopCheck.NEVER);
      System.out.printf("%.3f%n", (System.nanoTime() - start) / 1e9);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
