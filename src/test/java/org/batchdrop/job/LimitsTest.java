package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

  private static final Limits ALL = new Limits(Optional.of(1000L), Optional.of(3), Optional.of(5));

  @ParameterizedTest
  @CsvSource({
    "100, 0, 0, 0, true",
    "100, 900, 2, 4, true",
    "101, 900, 2, 4, false",
    "9000, 0, 2, 4, true",
    "9000, 1, 2, 4, false",
    "1, 0, 3, 0, false",
    "1, 0, 0, 5, false",
    "9223372036854775807, 1, 0, 0, false",
  })
  void thereIsRoomUpToEachLimit(long tokens, long queued, int running, int created, boolean room) {
    assertThat(ALL.refusal(tokens, new Standing(queued, running, created)).isEmpty())
        .isEqualTo(room);
  }

  @Test
  void aRefusalNamesBothNumbers() {
    assertThat(ALL.refusal(500, new Standing(600, 0, 0)))
        .contains("600 tokens are enqueued and it needs about 500; the limit is 1,000");
    assertThat(ALL.refusal(1, new Standing(0, 3, 0)))
        .contains("3 batches are running; the account may have 3");
    assertThat(ALL.refusal(1, new Standing(0, 0, 6)))
        .contains("6 batches were created within the hour; the account may create 5");
  }

  @Test
  void whereNothingIsKnownThereIsAlwaysRoom() {
    assertThat(Limits.NONE.refusal(Long.MAX_VALUE, new Standing(Long.MAX_VALUE, 9, 9))).isEmpty();
  }

  @Test
  void theSmallerOfTwoTokenLimitsCounts() {
    assertThat(ALL.withTold(Optional.of(10L)).enqueuedTokens()).contains(10L);
    assertThat(ALL.withTold(Optional.of(10_000L)).enqueuedTokens()).contains(1000L);
    assertThat(ALL.withTold(Optional.empty())).isEqualTo(ALL);
    assertThat(Limits.NONE.withTold(Optional.of(7L)).enqueuedTokens()).contains(7L);
    assertThat(Limits.NONE.withTold(Optional.empty())).isEqualTo(Limits.NONE);
  }
}
