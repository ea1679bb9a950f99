package org.batchdrop.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules of money under faults. {@code -Dseed=N} replays one world, {@code -Dseeds=N -Dfirst=M}
 * runs others than usual.
 */
class SimWorldTest {

  private static final int THREADS = 2;
  private static final int MOST_FAILURES = 5;

  private final SimHome shared = new SimHome();

  @Test
  void everyWorldKeepsTheRulesOfMoney() throws InterruptedException {
    Long single = Long.getLong("seed");
    long first = single == null ? Long.getLong("first", 1) : single;
    long count = single == null ? Long.getLong("seeds", 20_000) : 1;
    AtomicLong next = new AtomicLong(first);
    Queue<Long> bad = new ConcurrentLinkedQueue<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    for (int i = 0; i < THREADS; i++) {
      threads.execute(
          () -> {
            long seed = next.getAndIncrement();
            while (seed < first + count && bad.size() < MOST_FAILURES) {
              if (!holds(seed)) {
                bad.add(seed);
              }
              seed = next.getAndIncrement();
            }
          });
    }
    threads.shutdown();

    assertThat(threads.awaitTermination(1, TimeUnit.DAYS)).isTrue();
    assertThat(bad).as(() -> SimWorld.explain(shared, bad.element())).isEmpty();
  }

  private boolean holds(long seed) {
    try {
      return SimWorld.run(shared, seed).isEmpty();
    } catch (Error e) {
      return false;
    }
  }

  /** Seeds that broke a rule once, and what they found. */
  @ParameterizedTest
  @CsvSource({
    "38, a claim that the journal could not take was found by the next start only",
    "86, the same for ready-made request lines",
    "469, a batch whose reply was still looked for was cancelled as one too many",
    "1117, the same; and a page of HTML instead of the list parked a part for good",
    "1535, the same after a journal was brought back",
    "1879, the same after a failed commit",
    "3354, why an input was refused was replaced by why it could not be published",
    "3438, {} instead of the list was taken for an empty list, and rows were bought again",
    "3525, why an input was refused was gone after a power loss",
    "3799, a process died between the name of a download and its sync; it is not fetched again",
    "5466, a clock hours ahead hid a batch on the second page, and its rows were bought again",
    "5915, the same",
    "8932, the files of a next generation were gone after a power loss",
    "10719, the same on a sick disk",
    "10947, a clock ahead hid a batch",
    "11085, the files of a next generation were gone after a power loss",
    "1026798, what a restored journal did not know to be published was bought in vain",
    "1060934, a power loss left an input in both places, and it was a job twice",
    "326769, a claim was recorded whose rename was not durable; its input was claimed again",
    "309264, a journal from a backup knew a try only whose next one was bought; both were",
    "334240, a download failed between its name and its sync; it is not fetched again"
  })
  void whatWasFoundStaysFixed(long seed, String finding) {
    WorldPlan plan = WorldPlan.of(seed).with(WorldPlan.Lanes.BATCHES);

    assertThat(new SimWorld(shared, plan, seed, false).run()).as(finding).isEmpty();
  }

  /** The same since rows go other ways than batches. */
  @ParameterizedTest
  @CsvSource({
    "190, rows were asked for while the journal could not be written",
    "2244, a journal from a backup forgot when a file was taken, and so its deadline",
    "5427, a cancelled job of such a journal lost what its next try had answered",
    "6839, the same of rows that had gone on without a batch",
    "56809, a cancelled job of such a journal was refused although it had been prepared",
    "24566929, the same of a job that kept only earlier answers",
    "170195, a cancelled job of such a journal did not wait for its next try's batch to be found",
    "325973, such a journal numbered tries anew, and rows of a later log were asked for again",
    "20040756, the same",
    "21005702, a log's name was not durable when whoever made the file had failed",
    "21612976, the same on a sick disk",
    "24009588, an approval of a budget bought rows again whose part waited for its account"
  })
  void whatWasFoundInOtherLanesStaysFixed(long seed, String finding) {
    assertThat(SimWorld.run(shared, seed)).as(finding).isEmpty();
  }

  @Test
  void sameSeedGivesTheSameWorld() {
    for (long seed = 1; seed <= 20; seed++) {
      SimWorld one = new SimWorld(shared, WorldPlan.of(seed), seed, true);
      SimWorld two = new SimWorld(shared, WorldPlan.of(seed), seed, true);
      one.run();
      two.run();

      assertThat(one.story()).as("seed %d", seed).isNotEmpty().isEqualTo(two.story());
    }
  }

  @Test
  void eachLaneHasItsShareOfTheWorlds() {
    List<WorldPlan.Lanes> lanes =
        LongStream.rangeClosed(1, 1000).mapToObj(seed -> WorldPlan.of(seed).lanes()).toList();

    assertThat(lanes).filteredOn(WorldPlan.Lanes.BATCHES::equals).hasSizeBetween(400, 600);
    assertThat(lanes).filteredOn(ways -> ways.mode().equals("realtime")).hasSizeGreaterThan(120);
    assertThat(lanes).filteredOn(ways -> ways.mode().equals("auto")).hasSizeGreaterThan(60);
    assertThat(lanes).filteredOn(ways -> ways.finishBy().isPresent()).hasSizeGreaterThan(100);
    assertThat(lanes).filteredOn(ways -> ways.retry().isPresent()).hasSizeGreaterThan(150);
    assertThat(lanes).filteredOn(WorldPlan.Lanes::reuses).hasSizeGreaterThan(120);
  }

  @Test
  void aWorldThatDoesNotReuseWhatItKnowsIsCaught() {
    List<String> broken =
        LongStream.rangeClosed(1, 200)
            .filter(seed -> WorldPlan.of(seed).lanes().reuses())
            .boxed()
            .flatMap(
                seed -> {
                  SimWorld world = new SimWorld(shared, WorldPlan.of(seed), seed, false);
                  world.forgetAnswers();
                  return world.run().stream();
                })
            .toList();

    assertThat(broken).isNotEmpty().allMatch(rule -> rule.endsWith("its answer was known"));
  }

  /** A judge that sees nothing would let everything pass. */
  @Test
  void aWorldWithoutAFenceIsCaught() {
    int caught = 0;
    for (long seed = 1; seed <= 300; seed++) {
      WorldPlan plan = WorldPlan.of(seed);
      Weather lax =
          Weather.lax(WorldPlan.SETTLE)
              .with(Fault.CREATE_LATE, 0.3)
              .with(Fault.REPLY_LOST, 0.2)
              .with(Fault.LIST_LAG, 1);
      caught += new SimWorld(shared, plan.with(lax), seed, false).run().isEmpty() ? 0 : 1;
    }
    assertThat(caught).isPositive();
  }
}
