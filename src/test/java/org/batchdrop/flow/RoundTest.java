package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.batchdrop.config.ProviderProfile.RealtimeApi;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.provider.Reply;
import org.batchdrop.request.RequestRows;
import org.batchdrop.result.AnswerLog;
import org.batchdrop.sim.SimAccount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTest {

  private static final PartId PART = new PartId(new JobId("20260301-000000-rows-00000a"), 1, 1);

  @TempDir private Path folder;

  private Round round(Pace.Patience patience) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int row = 1; row <= 3; row++) {
      lines.append("{\"custom_id\":\"r").append(row).append("\",\"method\":\"POST\",");
      lines.append("\"url\":\"/v1/chat/completions\",\"body\":{}}\n");
    }
    Path requests = Files.writeString(folder.resolve("part.jsonl"), lines);
    Part part =
        new Part(
            PART,
            new PartState.Asking(),
            new Part.Size(3, 1, 3, lines.length()),
            Lane.REALTIME,
            "/v1/chat/completions",
            "m",
            "sim",
            "",
            Part.Seen.NOTHING,
            Part.Pause.none(Instant.EPOCH),
            Part.Purchase.FIRST,
            1);
    Pace pace =
        new Pace(new RealtimeApi(true, List.of(), 8, Optional.empty(), Optional.empty()), () -> 0L);
    return new Round(
        part,
        SimAccount.of(java.time.Duration.ofMinutes(10), 3),
        pace,
        patience,
        AnswerLog.open(folder.resolve("answers.jsonl")),
        RequestRows.open(requests));
  }

  /** A walk that broke off would be begun again while calls of this one are still under way. */
  @Test
  void aDiskThatCanNotSayWhatIsNextEndsTheWalkAndOnlyThenFails() throws IOException {
    int[] looks = {0};
    Round round =
        round(
            () -> {
              if (++looks[0] > 3) {
                throw new IOException("the volume is gone");
              }
              return false;
            });
    assertThat(round.hasNext()).isTrue();
    RequestRows.Row row = round.next();

    assertThat(round.hasNext()).isFalse();
    round.take(row, new Reply.Answer(200, "{}", Optional.empty()));
    assertThat(round.log().size()).isEqualTo(1);
    assertThatThrownBy(round::requireWalked).hasMessage("the volume is gone");
    round.end();
  }
}
