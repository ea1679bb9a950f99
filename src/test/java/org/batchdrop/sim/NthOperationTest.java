package org.batchdrop.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.batchdrop.sim.WorldFaults.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One fault at each single operation of a job of three parts. */
class NthOperationTest {

  private static final int SEED = 7;
  private static final int DISK_CHANGES = 100;

  private final SimHome shared = new SimHome();

  @ParameterizedTest
  @CsvSource({
    "DISK_FAILS_AT_ANYTHING, 0, 300",
    "DISK_FAILS, 0, 80",
    "CRASH_AT_DISK, 0, 80",
    "CRASH_AT_DISK, 1, 80",
    "COMMIT_FAILS, 0, 15",
    "COMMIT_FAILS_AND_IS_DONE, 0, 15",
    "CRASH_BEFORE_COMMIT, 0, 15",
    "CRASH_BEFORE_COMMIT, 1, 15",
    "CRASH_AFTER_COMMIT, 0, 15",
    "CRASH_AFTER_COMMIT, 1, 15",
    "CALL_IS_LOST, 0, 12",
    "REPLY_IS_LOST, 0, 12",
    "CRASH_BEFORE_CALL, 0, 12",
    "CRASH_BEFORE_CALL, 1, 12",
    "CRASH_AFTER_CALL, 0, 12",
    "CRASH_AFTER_CALL, 1, 12"
  })
  void jobEndsRightWhateverOperationFails(Kind kind, double powerLoss, int atLeast) {
    WorldPlan plan = WorldPlan.threeParts(powerLoss);
    int n = 0;
    SimWorld world;
    do {
      n++;
      world = new SimWorld(shared, plan, SEED, false);
      List<String> broken = world.run(kind, n);
      if (!broken.isEmpty()) {
        SimWorld again = new SimWorld(shared, plan, SEED, true);
        assertThat(again.run(kind, n)).as("%s at %d:%n%s", kind, n, again.story()).isEmpty();
      }
      assertThat(broken).as("%s at %d, once only", kind, n).isEmpty();
    } while (world.hasFailed());

    assertThat(n).isGreaterThan(atLeast);
  }

  /** What a process saw on the disk need not be there after the machine has lost power. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void jobEndsRightWhenPowerIsLostSoonAfterACrash(int commits) {
    WorldPlan plan = WorldPlan.threeParts(1);
    for (int n = 1; n <= DISK_CHANGES; n++) {
      for (long seed = 1; seed <= 4; seed++) {
        List<String> broken = new SimWorld(shared, plan, seed, false).run(n, commits);

        assertThat(broken).as("at %d, %d commits, seed %d", n, commits, seed).isEmpty();
      }
    }
  }
}
