package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.batchdrop.input.Tree;
import org.junit.jupiter.api.Test;

/**
 * A create whose reply is lost is found again or proven dead, never sent twice; 64 cases by
 * default, more with {@code -Dcases=2000 -Dseed=7}.
 */
class LostReplyIT {

  @Test
  void noLostReplyBuysAPartTwice() throws Exception {
    int cases = Integer.getInteger("cases", 64);
    long seed = Long.getLong("seed", 1);
    Path directory = Path.of("target", "lost-replies", String.valueOf(seed)).toAbsolutePath();
    Tree.remove(directory);
    LostReplies.Outcome outcome = new LostReplies(cases, seed, directory).run();
    System.out.printf(
        "%d lost replies with seed %d: %s; %d creates sent, %d batches ran, %d came behind the fence%n",
        cases, seed, outcome.lost(), outcome.creates(), outcome.batches(), outcome.fenced());
    assertThat(outcome.lost().keySet()).containsAll(LostReplies.KINDS);
    assertThat(outcome.batches()).isEqualTo(cases);
  }
}
