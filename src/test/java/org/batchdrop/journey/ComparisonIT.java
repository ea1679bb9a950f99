package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.batchdrop.input.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The daemon side by side with {@link PlainScript} under kills and lost replies. By hand: {@code
 * mvn verify -Dit.test=ComparisonIT -Dcompare=true -Dkills=200 -Dcases=200}.
 */
@EnabledIfSystemProperty(named = "compare", matches = "true")
class ComparisonIT {

  @Test
  void theScriptPaysTwiceAndTheDaemonDoesNot() throws Exception {
    int kills = Integer.getInteger("kills", 200);
    int cases = Integer.getInteger("cases", 200);
    long seed = Long.getLong("seed", 1);
    Path directory = Path.of("target", "comparison", String.valueOf(seed)).toAbsolutePath();
    Tree.remove(directory);
    Files.createDirectories(directory);
    ScriptLoop script = new ScriptLoop(directory);
    ScriptLoop.Outcome killed = script.kills(kills);
    ScriptLoop.Outcome robbed = script.lostReplies(cases);
    // Both throw at the first row that is paid twice, lost, or seen half-finished.
    KillLoop.Outcome ours = new KillLoop(kills, seed, directory.resolve("kills")).run();
    LostReplies.Outcome found = new LostReplies(cases, seed, directory.resolve("losses")).run();
    String table =
        """
        | | kills | rows paid twice | rows without an answer | partial result files | creates sent |
        |---|---|---|---|---|---|
        | script, killed | %d | %d | %d | %d | %d |
        | Batchdrop, killed | %d | 0 | 0 | 0 | |

        | | lost replies | rows paid twice | rows without an answer | creates sent | batches run |
        |---|---|---|---|---|---|
        | script | %d | %d | %d | %d | |
        | Batchdrop | %d | 0 | 0 | %d | %d |
        """
            .formatted(
                killed.cases(),
                killed.paidTwice(),
                killed.lost(),
                killed.partial(),
                killed.posts(),
                kills,
                robbed.cases(),
                robbed.paidTwice(),
                robbed.lost(),
                robbed.posts(),
                cases,
                found.creates(),
                found.batches());
    Files.writeString(directory.resolve("comparison.md"), table);
    System.out.println(table);
    assertThat(ours.killed()).isNotEmpty();
    assertThat(killed.paidTwice() + robbed.paidTwice()).isPositive();
  }
}
