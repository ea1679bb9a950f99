package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UsageTest {

  @Test
  void sumsAddUp() {
    assertThat(new Usage(1, 10, 4, 2).plus(new Usage(2, 20, 0, 3)))
        .isEqualTo(new Usage(3, 30, 4, 5));
    assertThat(Usage.NONE.plus(Usage.expected(1, 2, 3))).isEqualTo(new Usage(1, 2, 0, 3));
  }

  @Test
  void theAverageIsRoundedUp() {
    assertThat(Usage.expected(3, 9, 0).inputPerRow()).isEqualTo(3);
    assertThat(Usage.expected(3, 10, 0).inputPerRow()).isEqualTo(4);
    assertThat(Usage.NONE.inputPerRow()).isZero();
  }

  @Test
  void moreCachedTokensThanThereWereAreNotBelieved() {
    assertThat(new Usage(1, 10, 11, 0).cached()).isEqualTo(10);
  }

  @Test
  void negativeCountsAndOverflowAreErrors() {
    assertThatThrownBy(() -> new Usage(1, -1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Usage(1, Long.MAX_VALUE, 0, 0).plus(new Usage(1, 1, 0, 0)))
        .isInstanceOf(ArithmeticException.class);
  }
}
