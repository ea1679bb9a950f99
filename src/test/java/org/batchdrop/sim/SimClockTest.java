package org.batchdrop.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SimClockTest {

  private static final Instant START = Instant.parse("2026-03-29T00:30:00Z");

  private final SimClock clock = new SimClock(START);

  @Test
  void timePassesOnBothClocks() {
    clock.advance(Duration.ofSeconds(90));

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(90));
    assertThat(clock.nanoTime()).isEqualTo(90_000_000_000L);
  }

  @Test
  void onlyTheWallClockJumps() {
    clock.jump(Duration.ofHours(-1));
    clock.jump(Duration.ofMinutes(5));

    assertThat(clock.instant()).isEqualTo(START.minusSeconds(55 * 60));
    assertThat(clock.skew()).isEqualTo(Duration.ofMinutes(-55));
    assertThat(clock.trueTime()).isEqualTo(START);
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void timeDoesNotPassBackwards() {
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
