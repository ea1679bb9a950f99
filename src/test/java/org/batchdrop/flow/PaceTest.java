package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.batchdrop.config.ProviderProfile.RealtimeApi;
import org.junit.jupiter.api.Test;

/** With a clock that stands still, a row that must wait is given up at its first look. */
class PaceTest {

  private final AtomicLong now = new AtomicLong(1_000_000_000L);

  private Pace pace(int concurrency, Optional<Integer> requests, Optional<Long> tokens) {
    return new Pace(new RealtimeApi(true, List.of(), concurrency, requests, tokens), now::get);
  }

  /** Whether a row may begin without waiting. */
  private static boolean begins(Pace pace, long weight)
      throws InterruptedException, java.io.IOException {
    int[] looks = {0};
    return pace.begin(weight, () -> looks[0]++ > 0);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void noMoreRowsAreUnderWayThanAllowed() throws InterruptedException, java.io.IOException {
    Pace pace = pace(2, Optional.empty(), Optional.empty());

    assertThat(begins(pace, 1)).isTrue();
    assertThat(begins(pace, 1)).isTrue();
    assertThat(begins(pace, 1)).isFalse();
    pace.end();
    assertThat(begins(pace, 1)).isTrue();
  }

  @Test
  void noMoreRowsBeginInAMinuteThanAllowed() throws InterruptedException, java.io.IOException {
    Pace pace = pace(9, Optional.of(2), Optional.empty());

    assertThat(begins(pace, 1)).isTrue();
    assertThat(begins(pace, 1)).isTrue();
    assertThat(begins(pace, 1)).isFalse();
    pass(Duration.ofMinutes(1));
    assertThat(begins(pace, 1)).isTrue();
  }

  @Test
  void noMoreTokensBeginInAMinuteThanAllowedButOneRowAlways()
      throws InterruptedException, java.io.IOException {
    Pace pace = pace(9, Optional.empty(), Optional.of(100L));

    assertThat(begins(pace, 500)).as("larger than the limit, and alone").isTrue();
    assertThat(begins(pace, 1)).isFalse();
    pass(Duration.ofMinutes(1));
    assertThat(begins(pace, 60)).isTrue();
    assertThat(begins(pace, 41)).isFalse();
    assertThat(begins(pace, 40)).isTrue();
  }

  @Test
  void aHoldLetsNothingBeginUntilItIsOver() throws InterruptedException, java.io.IOException {
    Pace pace = pace(9, Optional.empty(), Optional.empty());
    pace.hold(Duration.ofSeconds(20));
    pace.hold(Duration.ofSeconds(5));

    pass(Duration.ofSeconds(19));
    assertThat(begins(pace, 1)).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(begins(pace, 1)).isTrue();
  }
}
