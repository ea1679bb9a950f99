package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.batchdrop.input.Tree;
import org.junit.jupiter.api.Test;

/**
 * The daemon killed at its named points and at random moments, by default 120 times: {@code mvn
 * verify -Dit.test=KillLoopIT -Dkills=1000 -Dseed=7} for a long run.
 */
class KillLoopIT {

  @Test
  void noKillBuysARowTwiceOrLosesOneOrShowsAHalfFinishedFolder() throws Exception {
    int kills = Integer.getInteger("kills", 120);
    long seed = Long.getLong("seed", 1);
    Path directory = Path.of("target", "kill-loop", String.valueOf(seed)).toAbsolutePath();
    Tree.remove(directory);
    Files.createDirectories(directory);
    KillLoop.Outcome outcome = new KillLoop(kills, seed, directory).run();
    StringBuilder table = new StringBuilder("| point | kills |\n|---|---|\n");
    outcome.killed().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(at -> table.append("| " + at.getKey() + " | " + at.getValue() + " |\n"));
    Files.writeString(directory.resolve("points.md"), table);
    System.out.printf(
        "%d kills with seed %d: %d of %d points, %d random moments, %d ms each%n",
        kills,
        seed,
        outcome.reached(),
        outcome.killed().size(),
        outcome.moments(),
        outcome.perKill().toMillis());
    assertThat(outcome.reached()).isGreaterThanOrEqualTo(Math.min(kills / 2, 40));
  }
}
